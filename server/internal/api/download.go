package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"indagor/app"
	"indagor/sync/wire"
)

// stalled is how long a client may take to read the next piece of a download.
const stalled = time.Minute

// registerDownload puts an endpoint on HTTP that answers with a file while the
// file is being made. What fails before the first byte is refused as
// everywhere; what fails after it breaks the connection, so that nobody takes
// a part for the whole.
func registerDownload[In any](a *API, e wire.Endpoint[In, wire.Download], handle func(ctx context.Context, in *In) (app.File, error)) {
	info := e.Info()
	op := a.operation(info, namesOf(reflect.TypeFor[In]()))
	op.Responses = map[string]*huma.Response{strconv.Itoa(info.Status): {
		Description: "The file, in pieces",
		Content:     map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		Headers:     map[string]*huma.Param{"Content-Disposition": {Description: "Its name", Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	huma.Register(a.huma, op, func(ctx context.Context, in *In) (*huma.StreamResponse, error) {
		file, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, info.ID, err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) { a.send(c, info, file) }}, nil
	})
}

// send makes the file and sends it.
func (a *API) send(c huma.Context, info wire.Info, file app.File) {
	_, w := humago.Unwrap(c)
	control := http.NewResponseController(w)
	// The server's limits on a whole request are not for this one; that the
	// client goes on reading is. Where a connection knows no deadlines there
	// is none to lift.
	_ = control.SetReadDeadline(time.Time{})
	out := &pieces{c: c, w: w, control: control, status: info.Status, file: file}
	err := file.Write(c.Context(), out)
	switch {
	case err == nil:
		out.begin()
	case !out.begun:
		a.refuse(c, err)
	default:
		if !errors.Is(err, context.Canceled) {
			reference, _ := c.Context().Value(keyReference).(string)
			a.log.Error("a download broke off", "operation", info.ID, "reference", reference, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
}

// pieces writes the head of the answer before the first byte of the file, and
// gives every piece its time.
type pieces struct {
	c       huma.Context
	w       io.Writer
	control *http.ResponseController
	status  int
	file    app.File
	begun   bool
}

func (p *pieces) begin() {
	if p.begun {
		return
	}
	p.begun = true
	p.c.SetHeader("Content-Type", p.file.MediaType)
	p.c.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q", p.file.Name))
	p.c.SetStatus(p.status)
}

func (p *pieces) Write(b []byte) (int, error) {
	p.begin()
	_ = p.control.SetWriteDeadline(time.Now().Add(stalled))
	return p.w.Write(b)
}
