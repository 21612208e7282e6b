// Package mail hands letters to the body's mail server (SMTP, RFC 5321): over
// TLS, which is never left out but on the loopback, and signed in where the
// configuration names a user. Every step has its own time limit, so that a
// server that hangs is given up. What goes wrong is told by a code and by what
// the server said; passwords are never part of it.
package mail

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"indagor/app"
	"indagor/server/internal/digest"
)

// Security says how the connection is made safe.
type Security string

// The kinds of security.
const (
	STARTTLS Security = "starttls" // plain first, then TLS: refused where the server does not offer it
	Implicit Security = "implicit" // TLS from the beginning
	None     Security = "none"     // only to this machine itself
)

// Config says where the mail server is.
type Config struct {
	Addr     string // host:port
	Security Security
	User     string // "": without signing in
	Password string
	From     string        // address of the sender
	Name     string        // name of the sender
	TLS      *tls.Config   // certification authorities; nil: the system's
	Step     time.Duration // most that one step may take; 0: 30 s
}

// Post is the mail server.
type Post struct {
	c    Config
	host string
	helo string
}

// New checks the configuration; it does not connect.
func New(c Config) (*Post, error) {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return nil, errors.New("smtp.addr must be host:port")
	}
	if c.Security == None && !loopback(host) {
		return nil, errors.New("smtp.tls = 'none' is for a mail server on this machine only")
	}
	if _, _, ok := strings.Cut(c.From, "@"); !ok {
		return nil, errors.New("smtp.from must be an address")
	}
	if c.Step == 0 {
		c.Step = 30 * time.Second
	}
	p := &Post{c: c, host: host}
	if p.helo, err = os.Hostname(); err != nil || p.helo == "" {
		p.helo = "localhost"
	}
	return p, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Domain is that of the sender.
func (p *Post) Domain() string {
	_, domain, _ := strings.Cut(p.c.From, "@")
	return domain
}

// Line is a connection to the mail server.
type Line struct {
	p    *Post
	conn net.Conn
	c    *smtp.Client
	stop func() bool // ends the watch over the context
}

// grace is how long the line lives after its context.
const grace = 5 * time.Second

// Open connects and signs in.
func (p *Post) Open(ctx context.Context) (digest.Line, error) {
	dialer := net.Dialer{Timeout: p.c.Step}
	conn, err := dialer.DialContext(ctx, "tcp", p.c.Addr)
	if err != nil {
		if slow(err) {
			return nil, app.E(app.CodeMailSlow).Because(err)
		}
		return nil, app.E(app.CodeMailUnreachable).Because(err)
	}
	l := &Line{p: p, conn: conn}
	// When the context ends, the letter under way has a little time to arrive.
	l.stop = context.AfterFunc(ctx, func() { time.AfterFunc(grace, func() { conn.Close() }) })
	if err := l.greet(ctx); err != nil {
		l.stop()
		conn.Close()
		return nil, err
	}
	return l, nil
}

// step gives the next step its time.
func (l *Line) step() { _ = l.conn.SetDeadline(time.Now().Add(l.p.c.Step)) } // a closed connection tells by the step itself

func (l *Line) tls() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if l.p.c.TLS != nil {
		c = l.p.c.TLS.Clone()
	}
	c.ServerName = l.p.host
	return c
}

func (l *Line) greet(ctx context.Context) (err error) {
	l.step()
	if l.p.c.Security == Implicit {
		secure := tls.Client(l.conn, l.tls())
		if err := secure.HandshakeContext(ctx); err != nil {
			return l.p.fault(app.CodeMailTLS, err)
		}
		l.conn = secure
	}
	l.step()
	if l.c, err = smtp.NewClient(l.conn, l.p.host); err != nil {
		return l.p.fault(app.CodeMailUnreachable, err)
	}
	l.step()
	if err := l.c.Hello(l.p.helo); err != nil {
		return l.p.fault(app.CodeMailUnreachable, err)
	}
	if l.p.c.Security == STARTTLS {
		if ok, _ := l.c.Extension("STARTTLS"); !ok {
			return app.E(app.CodeMailTLS)
		}
		l.step()
		if err := l.c.StartTLS(l.tls()); err != nil {
			return l.p.fault(app.CodeMailTLS, err)
		}
	}
	return l.signIn()
}

// signIn uses the strongest way that both know. go-mail refuses to say a
// password on a line that is not safe, but to this machine itself.
func (l *Line) signIn() error {
	user, password := l.p.c.User, l.p.c.Password
	if user == "" {
		return nil
	}
	_, offered := l.c.Extension("AUTH")
	var way smtp.Auth
	for _, name := range strings.Fields(strings.ToUpper(offered)) {
		switch {
		case name == "SCRAM-SHA-256":
			way = smtp.ScramSHA256Auth(user, password)
		case name == "PLAIN" && way == nil:
			way = smtp.PlainAuth("", user, password, l.p.host, false)
		}
		if name == "SCRAM-SHA-256" {
			break
		}
	}
	if way == nil {
		if !strings.Contains(strings.ToUpper(offered), "LOGIN") {
			return app.E(app.CodeMailLogin)
		}
		way = smtp.LoginAuth(user, password, l.p.host, false)
	}
	l.step()
	if err := l.c.Auth(way); err != nil {
		return l.p.fault(app.CodeMailLogin, err)
	}
	return nil
}

// Send hands over one letter.
func (l *Line) Send(_ context.Context, x digest.Letter) (string, error) {
	m, err := l.p.message(x)
	if err != nil {
		return "", app.E(app.CodeMailRefused).Because(err)
	}
	l.step()
	if err := l.c.Mail(l.p.c.From); err != nil {
		return "", l.reset(l.p.fault(app.CodeMailSender, err))
	}
	l.step()
	if err := l.c.Rcpt(x.Address); err != nil {
		return "", l.reset(l.p.fault(app.CodeMailRecipient, err))
	}
	l.step()
	w, err := l.c.Data()
	if err != nil {
		return "", l.reset(l.p.fault(app.CodeMailRefused, err))
	}
	l.step()
	if _, err := m.WriteTo(w); err != nil {
		return "", l.p.fault(app.CodeMailLost, err)
	}
	l.step()
	if err := w.Close(); err != nil {
		return "", l.p.fault(app.CodeMailRefused, err)
	}
	said := ""
	if d, ok := w.(*smtp.DataCloser); ok {
		said = l.p.plain(d.ServerResponse())
	}
	return said, nil
}

// reset makes the line fit for the next letter after a refusal; where that does
// not work the line is broken, which matters more than the refusal only to the
// next letter.
func (l *Line) reset(refusal error) error {
	if !digest.Broken(refusal) {
		l.step()
		if l.c.Reset() != nil {
			l.conn.Close()
		}
	}
	return refusal
}

// Close ends the connection politely, if that does not take long.
func (l *Line) Close() {
	_ = l.conn.SetDeadline(time.Now().Add(min(l.p.c.Step, 5*time.Second)))
	_ = l.c.Quit() // whatever it answers, we leave
	l.stop()
	l.conn.Close()
}

func (p *Post) message(x digest.Letter) (*gomail.Msg, error) {
	// The same letter gives the same bytes: a boundary of its own, of characters
	// that need no quotes.
	sum := sha256.Sum256([]byte(x.MessageID))
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("indagor_"+hex.EncodeToString(sum[:16])))
	if err := m.FromFormat(p.c.Name, p.c.From); err != nil {
		return nil, err
	}
	if err := m.AddToFormat(x.Name, x.Address); err != nil {
		return nil, err
	}
	m.Subject(x.Subject)
	m.SetMessageIDWithValue(x.MessageID)
	m.SetDateWithValue(x.Date)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no absence notices
	m.SetBodyString(gomail.TypeTextPlain, x.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, x.HTML)
	return m, nil
}

func slow(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// fault tells what an error means in a step whose refusals have the code.
func (p *Post) fault(code app.Code, err error) error {
	var reply *textproto.Error
	switch {
	case errors.As(err, &reply):
		said := p.plain(strconv.Itoa(reply.Code) + " " + reply.Msg)
		switch {
		case reply.Code == 421: // it closes the connection, RFC 5321 §3.8
			return app.E(app.CodeMailLost, "said", said).Because(err)
		case reply.Code/100 == 4 && code != app.CodeMailLogin && code != app.CodeMailTLS:
			return app.E(app.CodeMailBusy, "said", said).Because(err)
		case reply.Code == 530: // it wants us to sign in
			code = app.CodeMailLogin
		case code == app.CodeMailRecipient && strings.HasPrefix(reply.Msg, "5.7."):
			code = app.CodeMailSender // RFC 3463 §3.8: it is not the address, we may not send there
		}
		return app.E(code, "said", said).Because(err)
	case slow(err):
		return app.E(app.CodeMailSlow).Because(err)
	case code == app.CodeMailTLS || code == app.CodeMailLogin && !broke(err):
		return app.E(code, "said", p.plain(err.Error())).Because(err)
	}
	return app.E(app.CodeMailLost).Because(err)
}

// broke reports whether the connection ended.
func broke(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || strings.HasSuffix(err.Error(), "EOF")
}

const mostSaid = 300

// plain is what the server said on one line, without the password should the
// server repeat it.
func (p *Post) plain(s string) string {
	if p.c.Password != "" {
		s = strings.ReplaceAll(s, p.c.Password, "…")
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > mostSaid {
		s = string(r[:mostSaid]) + "…"
	}
	return s
}
