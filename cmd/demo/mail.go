package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// mailbox is the mail server of the demonstration: what is sent there is left
// as files, one a message, which any mail program opens.
type mailbox struct {
	dir  string
	addr string
	srv  *smtp.Server

	mu sync.Mutex
	n  int
}

// startMail starts the mail server, on this machine only, where the server may
// speak to it without TLS.
func (s *stage) startMail(ctx context.Context) error {
	m := &mailbox{dir: s.path("mail")}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	m.addr = l.Addr().String()
	m.srv = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{box: m}, nil }))
	m.srv.Domain, m.srv.ReadTimeout, m.srv.WriteTimeout, m.srv.MaxMessageBytes = "localhost", time.Minute, time.Minute, 10<<20
	go func() { _ = m.srv.Serve(l) }() // it ends with the demonstration
	s.mail = m
	return nil
}

// delivery is one message on its way in.
type delivery struct {
	box *mailbox
	to  string
}

// Mail begins a message.
func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt says to whom it is.
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = to
	return nil
}

var unfit = regexp.MustCompile(`[^a-z0-9.@-]+`)

// Data keeps it.
func (d *delivery) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.n++
	name := fmt.Sprintf("%s/%03d-%s.eml", d.box.dir, d.box.n, unfit.ReplaceAllString(strings.ToLower(d.to), "_"))
	return os.WriteFile(name, raw, 0o600)
}

// Reset forgets a message begun.
func (d *delivery) Reset() { d.to = "" }

// Logout ends the connection.
func (*delivery) Logout() error { return nil }
