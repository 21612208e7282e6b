package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/sse"

	"indagor/app"
	"indagor/server/internal/signal"
	"indagor/sync/wire"
)

// line is the connection of a call that lasts.
type line struct {
	*http.ResponseController
	token string
}

// last lets a call last longer than the server's times for an ordinary one:
// the time to read a request would end it, too.
func (a *API) last(c huma.Context, next func(huma.Context)) {
	_, w := humago.Unwrap(c)
	l := line{http.NewResponseController(w), a.request(c).Token}
	if err := l.SetReadDeadline(time.Time{}); err != nil {
		a.log.Warn("a stream will end early", "error", err)
	}
	c.SetHeader("X-Accel-Buffering", "no") // proxies that gather answers
	next(huma.WithValue(c, keyLine, l))
}

func (a *API) registerSignals() {
	info := wire.Listen.Info()
	op := a.operation(info, namesOf(reflect.TypeFor[wire.None]()))
	op.Middlewares = append(op.Middlewares, a.last)
	sse.Register(a.huma, op, map[string]any{"message": wire.Signal{}}, func(ctx context.Context, _ *wire.None, send sse.Sender) {
		l, _ := ctx.Value(keyLine).(line)
		caller := callerOf(ctx)
		stream := a.Signals.Listen(caller)
		defer stream.Close()
		// Each message has its own short time, after which HTTP/2 would end the
		// stream though there is nothing left to write.
		tell := func(m sse.Message) bool {
			return send(m) == nil && l.SetWriteDeadline(time.Time{}) == nil
		}
		if !tell(sse.Message{Retry: wire.SignalRetry * 1000, Data: wire.Signal{Kind: app.SignalResync}}) {
			return
		}
		for {
			caller, until, err := a.gate.Readmit(ctx, info, caller, l.token)
			if err != nil {
				if p := a.problem(ctx, info.ID, err); p.Status < http.StatusInternalServerError {
					tell(sse.Message{Data: wire.Signal{Kind: app.SignalSession, Code: p.Code}})
				}
				return
			}
			stream.Update(caller)
			if !a.pass(ctx, stream, min(until.Sub(a.now()), a.config.Heartbeat), tell) || !tell(sse.Message{Comment: "."}) {
				return
			}
		}
	})
}

// pass passes the stream's signals on until it is time to look again whether
// the hearer may still listen: after a while, or when his session may have
// ended. It reports false where the stream is over.
func (a *API) pass(ctx context.Context, stream *signal.Stream, while time.Duration, tell func(sse.Message) bool) bool {
	bounded, cancel := context.WithTimeout(ctx, while)
	defer cancel()
	for {
		x, come := stream.Next(bounded)
		switch {
		case ctx.Err() != nil || stream.Over():
			return false
		case !come || x.Kind == app.SignalSession:
			return true
		case !tell(sse.Message{Data: wire.Signal{Kind: x.Kind, ID: x.ID}}):
			return false
		}
	}
}
