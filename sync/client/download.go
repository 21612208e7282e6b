package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"time"

	"github.com/go-resty/resty/v2"

	"indagor/sync/wire"
)

// mostProblem is the size in bytes beyond which a refusal is not read.
const mostProblem = 1 << 20

// begin sends the request and reads nothing of its answer but a refusal, for
// answers that are read as they come; broken says what an error of the network
// is. Only the context bounds it.
func (c *Client) begin(broken func(error) error) func(context.Context, wire.Info, *request) (*resty.Response, error) {
	return func(ctx context.Context, info wire.Info, req *request) (*resty.Response, error) {
		r, address, err := c.prepare(ctx, info, req)
		if err != nil {
			return nil, err
		}
		res, err := r.SetDoNotParseResponse(true).Execute(info.Method, address)
		if err != nil {
			return nil, broken(err)
		}
		c.learn(res.Header().Get(wire.HeaderNonce))
		if !res.IsSuccess() {
			b, err := io.ReadAll(io.LimitReader(res.RawBody(), mostProblem))
			if err = errors.Join(err, res.RawBody().Close()); err != nil {
				return nil, broken(err)
			}
			res.SetBody(b)
		}
		return res, nil
	}
}

// Download calls an endpoint that answers with a file, and writes the file to
// w as it comes. It gives the name that the server proposes. received, where
// it is not nil, is told after every piece how many bytes have come so far.
// A file may take as long as it wants; what ends the call is a pause longer
// than Options.Pause, or the context. Where there is an error, what was
// written is not the whole file. Errors are as those of [Call], or w's.
func Download[In any](ctx context.Context, c *Client, e wire.Endpoint[In, wire.Download], in *In, w io.Writer, received func(int64)) (name string, err error) {
	info := e.Info()
	req, err := encode(info, in)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := time.AfterFunc(c.pause, func() { cancel(context.DeadlineExceeded) })
	defer idle.Stop()
	broken := func(err error) error {
		switch cause := context.Cause(ctx); {
		case errors.Is(cause, context.DeadlineExceeded) && ctx.Err() != nil:
			return unreachable(cause)
		case ctx.Err() != nil:
			return fmt.Errorf("client: %s: %w", info.ID, ctx.Err())
		}
		return unreachable(err)
	}
	res, err := c.send(ctx, info, req, c.begin(broken))
	if err != nil {
		return "", err
	}
	defer res.RawBody().Close()
	out := new(wire.Download)
	if err := decode(res, out); err != nil {
		return "", &Unreachable{Reason: ReasonStranger, cause: err}
	}
	_, params, err := mime.ParseMediaType(out.Disposition)
	if err != nil || params["filename"] == "" {
		return "", &Unreachable{Reason: ReasonStranger, cause: errors.New("the answer is no file")}
	}
	var n int64
	buf := make([]byte, 64<<10)
	for {
		k, err := res.RawBody().Read(buf)
		idle.Reset(c.pause)
		if _, werr := w.Write(buf[:k]); werr != nil {
			return "", fmt.Errorf("client: %s: %w", info.ID, werr)
		}
		if n += int64(k); k > 0 && received != nil {
			received(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			return params["filename"], nil
		case err != nil:
			return "", broken(err)
		}
	}
}
