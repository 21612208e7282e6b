package servertest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"indagor/server"
)

// MailServer is a real SMTP server for tests, with TLS and sign-in, that
// misbehaves on request.
type MailServer struct {
	t    testing.TB
	addr string
	ca   string // file of the certificate
	pass string // file of the password
	tls  *tls.Config
	done chan struct{} // what hangs ends

	mu      sync.Mutex
	srv     *smtp.Server
	letters []Letter
	faults  []MailFault
	opened  int
}

// Letter is a mail as it arrived.
type Letter struct {
	From, To   string // of the envelope
	MessageID  string
	Subject    string
	Date       time.Time
	Text, HTML string
	Raw        string
}

// MailStep is a moment of a mail's way at which the server misbehaves.
type MailStep string

// The steps.
const (
	MailConnect MailStep = "connect"
	MailGreet   MailStep = "greet"
	MailHello   MailStep = "hello"
	MailLogin   MailStep = "login"
	MailFrom    MailStep = "from"
	MailTo      MailStep = "to"
	MailData    MailStep = "data"  // in the middle of the letter, which is lost
	MailReply   MailStep = "reply" // the letter is kept, the answer is not given as it should
)

// MailFault is how the server misbehaves at a step: it answers with a refusal,
// says nothing, or ends the connection.
type MailFault struct {
	Step  MailStep
	To    string // with the steps from MailTo on: only for this recipient
	Code  int    // of the refusal
	Text  string // of the refusal
	Hang  bool
	Drop  bool
	Times int // after so many times it behaves; 0: never
}

// MailUser and MailPassword sign in at a MailServer.
const (
	MailUser     = "indagor"
	MailPassword = "segreto-della-posta-9"
)

// MailOptions say how the server differs from a good one.
type MailOptions struct {
	NoTLS bool // STARTTLS is not offered
}

// mailServers counts the mail servers of the process.
var mailServers atomic.Uint32

// NewMail starts a mail server.
func NewMail(t testing.TB, o MailOptions) *MailServer {
	t.Helper()
	m := &MailServer{t: t, done: make(chan struct{})}
	dir := t.TempDir()
	// An address of its own, so that nobody takes its port while it is down.
	n := mailServers.Add(1)
	ip := net.IPv4(127, byte(1+os.Getpid()%250), byte(n/250), byte(1+n%250))
	cert, pemBytes := selfSigned(t, ip)
	m.ca, m.pass = filepath.Join(dir, "mail-ca.pem"), filepath.Join(dir, "mail-password")
	check(t, os.WriteFile(m.ca, pemBytes, 0o600))
	check(t, os.WriteFile(m.pass, []byte(MailPassword+"\n"), 0o600))
	if !o.NoTLS {
		m.tls = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}}
	}
	m.addr = net.JoinHostPort(ip.String(), "0")
	m.Up()
	t.Cleanup(func() {
		close(m.done)
		m.Down()
	})
	return m
}

func selfSigned(t testing.TB, ip net.IP) (tls.Certificate, []byte) {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "posta"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{ip}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der := must(x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key))(t)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// Up starts the server again, at the same address.
func (m *MailServer) Up() {
	m.t.Helper()
	l := must(net.Listen("tcp", m.addr))(m.t)
	m.addr = l.Addr().String()
	srv := smtp.NewServer(smtp.BackendFunc(m.session))
	srv.Domain, srv.TLSConfig = "posta.example.org", m.tls
	srv.ReadTimeout, srv.WriteTimeout = time.Minute, time.Minute
	srv.ErrorLog = quiet{}
	m.mu.Lock()
	m.srv = srv
	m.mu.Unlock()
	go func() { _ = srv.Serve(faulty{l, m}) }() // it ends with Down
}

// Down stops the server: connections are refused.
func (m *MailServer) Down() {
	m.mu.Lock()
	srv := m.srv
	m.srv = nil
	m.mu.Unlock()
	if srv != nil {
		srv.Close()
	}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// Configure makes a server of a world send its mail here.
func (m *MailServer) Configure(c *server.Config) {
	c.SMTP = server.SMTPConfig{
		Addr: m.addr, User: MailUser, PasswordFile: m.pass, TLS: "starttls", From: "indagor@comune.example", CAFile: m.ca, Timeout: server.Duration(2 * time.Second),
	}
}

// SetFaults replaces the ways in which the server misbehaves.
func (m *MailServer) SetFaults(faults ...MailFault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults = faults
}

// Letters are the mails that arrived so far, in order.
func (m *MailServer) Letters() []Letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Letter(nil), m.letters...)
}

// Connections is how often somebody connected.
func (m *MailServer) Connections() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.opened
}

// fault is the way in which the server misbehaves at the step, if it does.
func (m *MailServer) fault(step MailStep, to string) (MailFault, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, f := range m.faults {
		if f.Step != step || f.To != "" && f.To != to {
			continue
		}
		if f.Times > 0 {
			if m.faults[i].Times--; m.faults[i].Times == 0 {
				m.faults = append(m.faults[:i:i], m.faults[i+1:]...)
			}
		}
		return f, true
	}
	return MailFault{}, false
}

// apply misbehaves; the error is the refusal.
func (m *MailServer) apply(step MailStep, to string, conn net.Conn) error {
	f, ok := m.fault(step, to)
	switch {
	case !ok:
		return nil
	case f.Hang:
		<-m.done
		return errors.New("the server stops")
	case f.Drop:
		conn.Close()
		return errors.New("dropped")
	}
	return &smtp.SMTPError{Code: f.Code, EnhancedCode: smtp.NoEnhancedCode, Message: f.Text}
}

// faulty misbehaves before a word is said.
type faulty struct {
	net.Listener
	m *MailServer
}

func (l faulty) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.m.mu.Lock()
		l.m.opened++
		l.m.mu.Unlock()
		if _, ok := l.m.fault(MailConnect, ""); ok {
			c.Close()
			continue
		}
		f, ok := l.m.fault(MailGreet, "")
		switch {
		case !ok:
			return c, nil
		case f.Hang:
			go func() {
				<-l.m.done
				c.Close()
			}()
		default:
			_, _ = io.WriteString(c, "554 "+f.Text+"\r\n")
			c.Close()
		}
	}
}

type session struct {
	m        *MailServer
	conn     *smtp.Conn
	known    bool
	from, to string
}

func (m *MailServer) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{m: m, conn: c}, m.apply(MailHello, "", c.Conn())
}

// AuthMechanisms offers what most servers do.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth checks the password.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if err := s.m.apply(MailLogin, "", s.conn.Conn()); err != nil {
			return err
		}
		if user != MailUser || password != MailPassword {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

// Mail begins a letter.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from = from
	return s.m.apply(MailFrom, "", s.conn.Conn())
}

// Rcpt names the recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.m.apply(MailTo, to, s.conn.Conn())
}

// Data takes the letter.
func (s *session) Data(r io.Reader) error {
	if f, ok := s.m.fault(MailData, s.to); ok {
		if f.Hang || f.Drop {
			_, _ = io.CopyN(io.Discard, r, 20)
		} else {
			_, _ = io.Copy(io.Discard, r)
			return &smtp.SMTPError{Code: f.Code, EnhancedCode: smtp.NoEnhancedCode, Message: f.Text}
		}
		if f.Hang {
			<-s.m.done
		}
		s.conn.Conn().Close()
		return errors.New("dropped")
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l, err := read(raw)
	if err != nil {
		s.m.t.Errorf("a mail that cannot be read: %v\n%s", err, raw)
		return err
	}
	l.From, l.To = s.from, s.to
	s.m.mu.Lock()
	s.m.letters = append(s.m.letters, l)
	s.m.mu.Unlock()
	return s.m.apply(MailReply, s.to, s.conn.Conn())
}

// Reset forgets the letter begun.
func (s *session) Reset() { s.from, s.to = "", "" }

// Logout ends the session.
func (s *session) Logout() error { return nil }

// read takes a mail apart.
func read(raw []byte) (l Letter, err error) {
	l.Raw = string(raw)
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return l, err
	}
	l.MessageID = strings.Trim(m.Header.Get("Message-Id"), "<>")
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	if l.Date, err = m.Header.Date(); err != nil {
		return l, err
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return l, errors.Join(err, errors.New("it is "+kind))
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return l, err
		}
		text := strings.ReplaceAll(string(b), "\r\n", "\n")
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			l.HTML = text
		} else {
			l.Text = text
		}
	}
}
