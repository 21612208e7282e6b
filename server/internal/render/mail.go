package render

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"

	"indagor/app"
	"indagor/app/language"
)

// Mailer writes mails: for each a text part that is complete by itself and an
// HTML part of one column without anything to fetch. It may be used by many at
// once.
type Mailer struct {
	l        *language.Language
	body     string
	training bool
	text     *texttemplate.Template
	html     *htmltemplate.Template
}

// NewMailer reads the forms of the folder mail, in the body's language and
// zone.
func NewMailer(forms fs.FS, l *language.Language, body string, training bool) (m *Mailer, err error) {
	m = &Mailer{l: l, body: body, training: training}
	say := map[string]any{"t": func(key string) string { return l.T(key) }}
	if m.text, err = texttemplate.New("").Funcs(say).ParseFS(forms, "mail/*.txt"); err != nil {
		return nil, err
	}
	if m.html, err = htmltemplate.New("").Funcs(say).ParseFS(forms, "mail/*.html"); err != nil {
		return nil, err
	}
	return m, nil
}

// mailPage is what a form is filled in with.
type mailPage struct {
	Language, Body, Title string
	Training              bool
	Notes                 []string
	Of                    string
	Lines                 int
	Total, Outcomes       string
	Departments           []mailDepartment
	Head                  string
}

type mailDepartment struct {
	Name  string
	Lines []mailLine
}

type mailLine struct{ Who, Service, Total, Outcomes string }

// Digest writes a daily mail. The same mail gives the same bytes.
func (r *Mailer) Digest(m app.Mail) (subject, plain, rich string, err error) {
	d, l := m.Digest, r.l
	day := r.day(d.Day)
	p := mailPage{
		Title: l.T("mail.digest.title", "day", day), Lines: len(d.Lines), Total: l.Number(d.Total()), Outcomes: r.outcomes(d.Outcomes()), Head: d.Checkpoint,
	}
	if d.Late {
		p.Notes = append(p.Notes, l.T("mail.late", "at", l.Moment(m.Planned)))
	}
	if x := d.Missing; x != nil {
		p.Notes = append(p.Notes, l.T("mail.missing", "from", l.Day(x.From), "until", l.Day(x.Until)))
	}
	switch {
	case d.All:
		p.Of = l.T("mail.of.all")
	default:
		p.Of = l.T("mail.of.department", "name", d.Department)
	}
	for _, x := range d.Lines {
		name := x.Department
		if name == "" {
			name = l.T("mail.no_department")
		}
		if n := len(p.Departments); n == 0 || p.Departments[n-1].Name != name {
			p.Departments = append(p.Departments, mailDepartment{Name: name})
		}
		who := x.Name
		if x.Username != x.Name {
			who += " (" + x.Username + ")"
		}
		of := &p.Departments[len(p.Departments)-1]
		of.Lines = append(of.Lines, mailLine{who, l.T("service." + string(x.Service)), l.Number(x.Total()), r.outcomes(x.Outcomes)})
	}
	requests := l.T("mail.subject.none")
	if n := d.Total(); n > 0 {
		requests = l.N("mail.subject.requests", n)
	}
	subject = l.T("mail.digest.subject", "day", l.Day(d.Day), "requests", requests, "body", r.body)
	plain, rich, err = r.fill("digest", p)
	return subject, plain, rich, err
}

// Test writes a mail that tries the mail server.
func (r *Mailer) Test(name string, at time.Time) (subject, plain, rich string, err error) {
	p := mailPage{Title: r.l.T("mail.test.title"), Of: r.l.T("mail.test.text", "name", name, "at", r.l.Exact(at))}
	plain, rich, err = r.fill("test", p)
	return r.l.T("mail.test.subject", "body", r.body), plain, rich, err
}

func (r *Mailer) fill(form string, p mailPage) (plain, rich string, err error) {
	p.Language, p.Body, p.Training = r.l.Name(), r.body, r.training
	var a, b bytes.Buffer
	if err := r.text.ExecuteTemplate(&a, form+".txt", p); err != nil {
		return "", "", fmt.Errorf("render: mail: %w", err)
	}
	if err := r.html.ExecuteTemplate(&b, form+".html", p); err != nil {
		return "", "", fmt.Errorf("render: mail: %w", err)
	}
	return a.String(), b.String(), nil
}

// day is "domenica 22/11/2026".
func (r *Mailer) day(d app.Day) string {
	t, ok := d.Time()
	if !ok {
		return string(d)
	}
	n := int(t.Weekday())
	if n == 0 {
		n = 7
	}
	return strings.ToLower(r.l.T("monitor.day."+strconv.Itoa(n))) + " " + r.l.Day(d)
}

// outcomes are the counts in words, in the order of the table of outcomes.
func (r *Mailer) outcomes(counts map[app.Outcome]int) string {
	var parts []string
	for _, o := range app.RequestOutcomes {
		if n := counts[o]; n > 0 {
			parts = append(parts, r.l.T("mail.outcome", "outcome", r.l.T("outcome."+string(o)), "n", r.l.Number(n)))
		}
	}
	return strings.Join(parts, "; ")
}
