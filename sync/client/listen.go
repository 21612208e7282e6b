package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"
	"time"

	"indagor/sync/wire"
)

// quiet is how long a stream may say nothing at all before it counts as
// broken: some heartbeats.
const quiet = 3 * wire.SignalHeartbeat * time.Second

// mostLine is the longest line of a stream, in bytes.
const mostLine = 64 << 10

// Listen opens the stream and gives each of its signals to heard, one after
// another, until the stream or ctx ends. It never returns nil.
//
// Errors: those of Call, while the stream opens; an *Unreachable where it
// opened and broke, or ended; the context's own error.
func (c *Client) Listen(ctx context.Context, heard func(wire.Signal)) error {
	info := wire.Listen.Info()
	req, err := encode(info, nil)
	if err != nil {
		return err
	}
	open, end := context.WithCancelCause(ctx)
	defer end(nil)
	// The same watch bounds the opening and every silence.
	watch := time.AfterFunc(c.short, func() { end(errQuiet) })
	defer watch.Stop()
	broken := func(err error) error { return broken(ctx, open, err) }
	res, err := c.send(open, info, req, c.begin(broken))
	if err != nil {
		return err
	}
	defer res.RawBody().Close()
	if kind, _, _ := mime.ParseMediaType(res.Header().Get("Content-Type")); kind != "text/event-stream" {
		return &Unreachable{Reason: ReasonStranger, cause: errors.New("the answer is no stream")}
	}
	strange := error(nil)
	err = events(res.RawBody(), func() { watch.Reset(quiet) }, func(data []byte) error {
		var s wire.Signal
		if json.Unmarshal(data, &s) != nil {
			strange = &Unreachable{Reason: ReasonStranger, cause: errors.New("a signal is not of the contract")}
			return strange
		}
		heard(s)
		return nil
	})
	if strange != nil {
		return strange
	}
	return broken(err)
}

var errQuiet = errors.New("nothing was heard for too long")

// broken says why a stream did not open, or ended.
func broken(ctx, open context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("client: %s: %w", wire.Listen.ID, ctx.Err())
	case errors.Is(context.Cause(open), errQuiet):
		return &Unreachable{Reason: ReasonTimeout, cause: errQuiet}
	case err == nil:
		err = io.EOF
	}
	return unreachable(err)
}

// events reads a stream of Server-Sent Events and gives the data of each to
// event; alive is called with every line.
func events(r io.Reader, alive func(), event func(data []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, mostLine)
	var data []byte
	for lines.Scan() {
		alive()
		line := lines.Text()
		if line == "" {
			if len(data) > 0 {
				if err := event(data); err != nil {
					return err
				}
			}
			data = data[:0]
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		if name != "data" { // comments, and fields that matter only to browsers
			continue
		}
		if len(data) > 0 {
			data = append(data, '\n')
		}
		if data = append(data, strings.TrimPrefix(value, " ")...); len(data) > mostLine {
			return bufio.ErrTooLong
		}
	}
	return lines.Err()
}
