package server_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/internal/store"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// say calls the endpoint and ends the test where it is refused.
func say[In, Out any](t testing.TB, c *servertest.Client, e wire.Endpoint[In, Out], in *In) *Out {
	t.Helper()
	out, err := client.Call(context.Background(), c.Client, e, in)
	if err != nil {
		t.Fatalf("%s: %v", e.ID, err)
	}
	return out
}

// try calls the endpoint and gives only the refusal.
func try[In, Out any](c *servertest.Client, e wire.Endpoint[In, Out], in *In) error {
	_, err := client.Call(context.Background(), c.Client, e, in)
	return err
}

// refusedAs fails the test unless the error is a refusal with the code and, but
// for "", the field.
func refusedAs(t testing.TB, what string, err error, code app.Code, field string) {
	t.Helper()
	var e *app.Error
	if !errors.As(err, &e) || e.Code != code || field != "" && e.Field != field {
		t.Errorf("%s: %v, want %s at %q", what, err, code, field)
	}
}

// refusalText is all that a caller learns from a refusal but its reference.
func refusalText(err error) string {
	var r *client.Refusal
	var e *app.Error
	if !errors.As(err, &r) || !errors.As(err, &e) {
		return fmt.Sprint("no refusal: ", err)
	}
	return fmt.Sprint(r.Status, e.Code, e.Field, e.Params, r.RetryAfter)
}

// answer is an HTTP answer.
type answer struct {
	status  int
	header  http.Header
	body    string
	problem wire.Problem // where it is one
}

// plain sends a request past our client. A body may stand under the name "".
func plain(t testing.TB, method, url string, headers map[string]string) answer {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(headers[""]))
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range headers {
		if name != "" {
			req.Header.Set(name, v)
		}
	}
	if headers[""] != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, body: string(body)}
	if res.Header.Get("Content-Type") == "application/problem+json" {
		if err := json.Unmarshal(body, &a.problem); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// named gives the input of an endpoint about one thing.
func named(id app.ID) *wire.IDInput { return &wire.IDInput{ID: id} }

// clock is the injected clock of a world.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock {
	return &clock{at: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)} // a Tuesday, 11:00 in Rome
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// clocked are the options of a world that goes by the clock, ANPR included.
func clocked(c *clock, dsn string) servertest.Options {
	return servertest.Options{DSN: dsn, Sim: func(s *sim.Config) { s.Clock = c.now }, Server: func(o *server.Options) { o.Now = c.now }}
}

// aside opens the database of the world once more, as the console does.
func aside(t testing.TB, w *servertest.World) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Options{DSN: w.Config.Store.DSN})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// tables reads whole tables of the world's database past all our code.
type tables struct {
	t  testing.TB
	db *sql.DB
}

func rawTables(t testing.TB, w *servertest.World) tables {
	t.Helper()
	return tables{t, storetest.Raw(t, w.Config.Store.DSN)}
}

// dump gives the rows of the tables as text, one a line, ordered.
func (x tables) dump(names ...string) string {
	x.t.Helper()
	var lines []string
	for _, name := range names {
		rows, err := x.db.Query("SELECT * FROM " + name)
		if err != nil {
			x.t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			x.t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				x.t.Fatal(err)
			}
			for i, v := range values {
				if raw, ok := v.([]byte); ok {
					values[i] = string(raw)
				}
			}
			lines = append(lines, fmt.Sprintln(name, values))
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			x.t.Fatal(err)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// bodyTables are the tables that administrators change.
var bodyTables = []string{"jobs", "job_rows", "users", "sessions", "departments", "purposes", "consortia", "mediations", "assignments", "workstations", "workstation_keys", "enrolment_tokens", "visure", "approvals"}
