package server_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// anyQuery is every filter that a reading operation may have.
type anyQuery struct {
	Limit      int     `query:"limit"`
	Search     string  `query:"q"`
	User       app.ID  `query:"user"`
	Department app.ID  `query:"department"`
	From       app.Day `query:"from"`
	Until      app.Day `query:"until"`

	By      app.Dimension  `query:"by"`
	Type    app.VisuraType `query:"type"`
	Outcome app.Outcome    `query:"outcome"`
	Service app.Service    `query:"service"`
	Format  string         `query:"format"`
}

// oneQuery is for the operations about one thing.
type oneQuery struct {
	ID app.ID `path:"id"`
	anyQuery
}

// anySearch is for the operations that take their filter as a body.
type anySearch struct{ Body map[string]any }

// searches are what those are asked.
func (s *stage) searches() []map[string]any {
	return []map[string]any{{}, {"limit": 3}, {"person": cast(s.t, "resident").CF}, {"outcome": app.OutcomeFound}, {"purpose": s.Purpose(s.Registry)}}
}

type anyAnswer struct{ Body []byte }

// read asks a reading operation and tells the answer, or the refusal. Whatever
// else goes wrong proves nothing and ends the test.
func read[Q any](s *stage, c *servertest.Client, e wire.Info, q *Q) (string, bool) {
	s.t.Helper()
	s.at.add(time.Second) // what is written down in one moment has no order
	raw := wire.Endpoint[Q, anyAnswer]{ID: e.ID, Method: e.Method, Path: e.Path, Access: e.Access, Permission: e.Permission, Status: e.Status}
	got, err := client.Call(context.Background(), c.Client, raw, q)
	var refused *client.Refusal
	switch {
	case err == nil:
		return s.plain(got.Body), true
	case errors.As(err, &refused):
		return refusalText(err), false
	}
	s.t.Fatalf("%s: %v", e.ID, err)
	return "", false
}

// unread are the operations that read nothing of what others do, or are read in
// a test of their own.
var unread = map[string]bool{
	wire.GetServer.ID: true, wire.GetOwnWorkstation.ID: true, wire.GetTable.ID: true, wire.ListTables.ID: true, wire.Listen.ID: true,
}

// longPage is the longest page that can be asked for.
const longPage = 500

// seen is all that TOP and the ADMINs can read, by whatever operation the
// contract has, with whatever filter, but for what is random.
func (s *stage) seen() map[string]string {
	s.enterAll()
	s.at.add(2 * time.Hour) // what is shown late is shown by now
	out := map[string]string{"acts": strings.Join(s.told, "\n")}
	// Nor do the calls that ANPR was sent for others tell what an officer had learnt.
	for i, p := range s.people {
		var export bytes.Buffer
		if err := s.Server.Export(context.Background(), &export); err != nil {
			s.t.Fatal(err)
		}
		out[fmt.Sprint("export: calls of person ", i)] = callsOf(s.t, &export, p.ID)
	}
	today := app.DayOf(s.at.now())
	queries := []anyQuery{{Format: "csv"}, {Limit: longPage}, {Limit: 3}, {Limit: longPage, From: today}, {Limit: longPage, Until: today}, {Limit: longPage, Department: s.Registry.ID}, {Limit: longPage, Department: s.Taxes.ID}}
	for _, p := range s.people {
		queries = append(queries, anyQuery{Limit: longPage, User: p.ID}, anyQuery{Limit: longPage, Search: p.Username})
	}
	for _, by := range app.Dimensions {
		queries = append(queries, anyQuery{Limit: longPage, By: by, From: "2026-11-01", Until: today, Format: "csv"})
	}
	queries = append(queries, anyQuery{Limit: longPage, Type: app.VisuraResidenza}, anyQuery{Limit: longPage, Outcome: app.OutcomeFound}, anyQuery{Limit: longPage, Service: app.ServiceVisure})
	searches := s.searches()
	var letters []string
	for _, l := range s.mail.Letters() {
		letters = append(letters, s.named(fmt.Sprint(l.To, " ", l.Subject, "\n", l.Text, html.UnescapeString(l.HTML))))
	}
	slices.Sort(letters)
	out["letters"] = strings.Join(letters, "\n")
	for _, e := range wire.Endpoints() {
		search := e.Method == "POST" && strings.HasSuffix(e.Path, "/search")
		if e.Method != "GET" && !search || unread[e.ID] {
			continue
		}
		for _, who := range slices.Sorted(maps.Keys(s.readers)) {
			answered := false
			note := func(n int, text string, ok bool) {
				out[fmt.Sprintf("%s: %s, query %d", who, e.ID, n)] = text
				answered = answered || ok && !strings.Contains(text, "items: []")
			}
			if search {
				for n, q := range searches {
					text, ok := read(s, s.readers[who], e, &anySearch{q})
					note(n, text, ok)
				}
				continue
			}
			if strings.Contains(e.Path, "{id}") {
				for n, id := range s.order {
					text, ok := read(s, s.readers[who], e, &oneQuery{ID: id})
					note(n, text, ok)
				}
				continue
			}
			for n, q := range queries {
				q.Format = cmp.Or(q.Format, "csv")
				text, ok := read(s, s.readers[who], e, &q)
				// What happened in one moment comes in the order of random ids, and
				// a short page may end between the two: of it the length counts.
				if q.Limit != longPage && ok {
					text = fmt.Sprint(strings.Count(text, "\n"), " lines")
				}
				note(n, text, ok)
			}
			if who == "TOP" && !answered && e.Permission.Grant(app.RoleTop).Reach != app.ReachNone {
				s.t.Errorf("%s tells TOP nothing: that it is the same proves nothing", e.ID)
			}
		}
	}
	return out
}

// plain is an answer with names in the place of ids, and with what it lists
// ordered: rows of one moment come in the order of their ids.
func (s *stage) plain(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		lines := strings.Split(s.named(string(body)), "\n")
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	return s.ordered(v)
}

func (s *stage) ordered(v any) string {
	switch v := v.(type) {
	case []any:
		rows := make([]string, len(v))
		for i, item := range v {
			rows[i] = s.ordered(item)
		}
		slices.Sort(rows)
		return "[" + strings.Join(rows, "\n") + "]"
	case map[string]any:
		var fields []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name != "next" && name != "thumbprint" && name != "operation" && name != "mark" {
				fields = append(fields, s.named(name)+": "+s.ordered(v[name]))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	return s.named(fmt.Sprint(v))
}

func (s *stage) named(text string) string {
	for id, name := range s.labels {
		text = strings.ReplaceAll(text, id, name)
	}
	return random.ReplaceAllString(operation.ReplaceAllString(text, `"…"`), "…")
}

// operation is a number that ANPR gives, in a CSV: it counts what the whole
// country asks.
var operation = regexp.MustCompile(`"([0-9]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"`)
