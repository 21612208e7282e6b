package server_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// exported is the exported register as rows of a CSV, titles first.
func exported(t testing.TB, c *servertest.Client, in *wire.ExportWorkstationsInput) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := download(c, wire.ExportWorkstations, in, &b); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatal(err, b.String())
	}
	return rows
}

func day(c *clock, in int) *app.Day {
	d := app.DayOf(c.now().AddDate(0, 0, in))
	return &d
}

// TestRegisterFilters: every filter of the register finds what it names, alone
// and with others, and the export has the same rows.
func TestRegisterFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		at := newClock()
		w := servertest.Start(t, clocked(at, dsn))
		first := w.Desk.Own.ID
		office := func(name, place, person, os, version string, expires *app.Day) app.Workstation {
			c := w.NewClient(name)
			in := c.Registration(name, "")
			in.Body.OS, in.Body.AppVersion = os, version
			own := say(t, c, wire.RegisterWorkstation, in).Body
			ok := approval(detail(t, w.Desk, own.ID).Workstation, w.Taxes.ID)
			ok.Body.Office, ok.Body.Responsible, ok.Body.Expires = place, person, expires
			return say(t, w.Desk, wire.ApproveWorkstation, ok).Body.Workstation
		}
		old := office("TRIB-01", "IMU", "Rosa Verdi", "Windows 10 Pro", "1.0.0", day(at, 10))
		at.add(40 * 24 * time.Hour)
		w.Desk.Enter(w.Top)
		fresh := office("TRIB-02", "TARI", "Ugo Neri", "Windows 11 Pro", "1.1.0", day(at, 10))
		long := office("TRIB-03", "TARI", "Ugo Neri", "Debian 13", "1.1.0", nil)
		pending := w.NewClient("NUOVA")
		present(t, pending, "NUOVA")
		code := pending.Own.Code

		for what, c := range map[string]struct {
			q      wire.WorkstationQuery
			search string
			want   []app.ID
		}{
			"state":         {wire.WorkstationQuery{State: app.WorkstationPending}, "", []app.ID{pending.Own.ID}},
			"department":    {wire.WorkstationQuery{Department: w.Taxes.ID}, "", []app.ID{old.ID, fresh.ID, long.ID}},
			"office":        {wire.WorkstationQuery{Office: "TARI"}, "", []app.ID{fresh.ID, long.ID}},
			"system":        {wire.WorkstationQuery{OS: "windows"}, "", []app.ID{old.ID, fresh.ID}},
			"version":       {wire.WorkstationQuery{AppVersion: "1.0.0"}, "", []app.ID{old.ID}},
			"expiring":      {wire.WorkstationQuery{Expiring: 14}, "", []app.ID{old.ID, fresh.ID}},
			"expiring soon": {wire.WorkstationQuery{Expiring: 9}, "", []app.ID{old.ID}},
			"unseen":        {wire.WorkstationQuery{Unseen: 30, Department: w.Taxes.ID}, "", []app.ID{old.ID}},
			"no drift":      {wire.WorkstationQuery{Drift: true}, "", nil},
			"responsible":   {wire.WorkstationQuery{}, "rosa verdi", []app.ID{old.ID}},
			"code":          {wire.WorkstationQuery{}, code, []app.ID{pending.Own.ID}},
			"code as typed": {wire.WorkstationQuery{}, strings.ToLower(strings.ReplaceAll(code, "-", "")), []app.ID{pending.Own.ID}},
			"several":       {wire.WorkstationQuery{Office: "TARI", OS: "debian"}, "ugo", []app.ID{long.ID}},
			"none":          {wire.WorkstationQuery{Office: "IMU", OS: "debian"}, "", nil},
			"a percentage":  {wire.WorkstationQuery{OS: "%"}, "", nil},
		} {
			in := &wire.WorkstationsInput{WorkstationQuery: c.q}
			in.Search, in.Limit = c.search, 500
			var got []app.ID
			for _, x := range say(t, w.Desk, wire.ListWorkstations, in).Body.Items {
				if x.ID != first {
					got = append(got, x.ID)
				}
			}
			want := slices.Clone(c.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d found, want %d", what, len(got), len(want))
			}
			rows := len(exported(t, w.Desk, &wire.ExportWorkstationsInput{WorkstationQuery: c.q, Search: c.search, Format: "csv"})) - 1
			if all := len(say(t, w.Desk, wire.ListWorkstations, in).Body.Items); rows != all {
				t.Errorf("%s: %d rows exported of %d", what, rows, all)
			}
		}
		values := say(t, w.Desk, wire.ListWorkstationValues, &wire.None{}).Body
		if !slices.Contains(values.Offices, "IMU") || !slices.Contains(values.OS, "Debian 13") || !slices.Contains(values.AppVersions, "1.1.0") || slices.Contains(values.Offices, "") {
			t.Errorf("%+v", values)
		}
		table := exported(t, w.Desk, &wire.ExportWorkstationsInput{WorkstationQuery: wire.WorkstationQuery{Office: "IMU"}, Format: "csv"})
		if row := table[1]; row[0] != "TRIB-01" || !slices.Contains(row, "Autorizzata") || !slices.Contains(row, "Tributi") || !slices.Contains(row, "Rosa Verdi") {
			t.Errorf("%v", table)
		}
		exports := 0
		for _, e := range w.Readable() {
			if e.Kind == app.EventRegisterExported {
				exports++
			}
		}
		if exports != 16 {
			t.Errorf("%d exports are in the log", exports)
		}

		// Small drift is told by the filter, and by the history in parts.
		clerk := w.Person(app.RoleStandard, w.Taxes, nil)
		pc := w.Station("SPORTELLO")
		pc.Enter(clerk)
		pc.Fingerprint["network"] = "another"
		pc.Enter(clerk)
		drift := &wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{Drift: true}}
		if items := say(t, w.Desk, wire.ListWorkstations, drift).Body.Items; len(items) != 1 || items[0].ID != pc.Own.ID {
			t.Errorf("%d have drifted", len(items))
		}
	})
}

// TestRegisterChange: what the register says is changed under the same rules as
// at the approval, and written down.
func TestRegisterChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		at := newClock()
		w := servertest.Start(t, clocked(at, dsn))
		pc := w.NewClient("TRIB-01")
		present(t, pc, "TRIB-01")
		now := func() app.Workstation { return detail(t, w.Desk, pc.Own.ID).Workstation }
		refusedAs(t, "nobody approved it", try(w.Desk, wire.ChangeWorkstation, func() *wire.ChangeWorkstationInput {
			in := entry(now())
			in.Body.Responsible, in.Body.Office, in.Body.Department = "R", "U", w.Taxes.ID
			return in
		}()), app.CodeWorkstationTransition, "")
		approve(t, w.Desk, pc, w.Taxes.ID)
		for what, c := range map[string]struct {
			change func(*wire.WorkstationChange)
			code   app.Code
			field  string
		}{
			"no name":          {func(c *wire.WorkstationChange) { c.Name = " " }, app.CodeRequired, "name"},
			"nobody":           {func(c *wire.WorkstationChange) { c.Responsible = " " }, app.CodeRequired, "responsible"},
			"no office":        {func(c *wire.WorkstationChange) { c.Office = " " }, app.CodeRequired, "office"},
			"no department":    {func(c *wire.WorkstationChange) { c.Department = "" }, app.CodeRequired, "department"},
			"one that is none": {func(c *wire.WorkstationChange) { c.Department = app.NewID() }, app.CodeDepartmentAbsent, "department"},
			"over already":     {func(c *wire.WorkstationChange) { c.Expires = day(at, -1) }, app.CodeDatePast, "expires"},
			"no day":           {func(c *wire.WorkstationChange) { d := app.Day("2026-02-30"); c.Expires = &d }, app.CodeDate, "expires"},
			"an old copy":      {func(c *wire.WorkstationChange) { c.Version-- }, app.CodeChanged, "version"},
		} {
			in := entry(now())
			c.change(&in.Body)
			refusedAs(t, what, try(w.Desk, wire.ChangeWorkstation, in), c.code, c.field)
		}
		at.add(time.Second)
		in := entry(now())
		in.Body.Name, in.Body.Office, in.Body.Responsible, in.Body.Department, in.Body.Expires = "ANAG-9", "Anagrafe", "Ada Blu", w.Registry.ID, day(at, 1)
		changed := say(t, w.Desk, wire.ChangeWorkstation, in).Body
		if changed.Name != "ANAG-9" || changed.Department != w.Registry.ID || *changed.Expires != *day(at, 1) || changed.Version != in.Body.Version+1 {
			t.Errorf("%+v", changed)
		}
		last := changed.History[0]
		if last.Kind != app.EventWorkstationChanged || !strings.Contains(string(last.Before), `"TRIB-01"`) || !strings.Contains(string(last.After), `"Ada Blu"`) {
			t.Errorf("the history: %s, from %s to %s", last.Kind, last.Before, last.After)
		}

		// It expires: the very next request is refused, until it is extended.
		clerk := w.Person(app.RoleStandard, w.Registry, nil)
		pc.Enter(clerk)
		at.add(24*time.Hour - time.Minute)
		pc.Enter(clerk) // the last day is a whole one
		at.add(24 * time.Hour)
		w.Desk.Enter(w.Top)
		refusedAs(t, "expired", try(pc, wire.GetSession, &wire.None{}), app.CodeWorkstationExpired, "")
		same := entry(now())
		same.Body.Office = "Elettorale"
		say(t, w.Desk, wire.ChangeWorkstation, same) // an expiry that stays may be over
		many := func(act string, expires *app.Day, reason string, ids ...app.ID) *wire.ChangeWorkstationsInput {
			return &wire.ChangeWorkstationsInput{Body: wire.WorkstationsChange{IDs: ids, Act: act, Expires: expires, Reason: reason}}
		}
		refusedAs(t, "extended into the past", try(w.Desk, wire.ChangeWorkstations, many("extend", day(at, -1), "", pc.Own.ID)), app.CodeDatePast, "expires")
		refusedAs(t, "suspended without a reason", try(w.Desk, wire.ChangeWorkstations, many("suspend", nil, " ", pc.Own.ID)), app.CodeRequired, "reason")
		waiting := w.NewClient("NUOVA")
		present(t, waiting, "NUOVA")
		items := say(t, w.Desk, wire.ChangeWorkstations, many("extend", day(at, 365), "", pc.Own.ID, waiting.Own.ID, app.NewID())).Body.Items
		if len(items) != 3 || items[0].Code != "" || items[0].Name != "ANAG-9" || items[1].Code != app.CodeWorkstationTransition || items[1].Name != "NUOVA" || items[2].Code != app.CodeNotFound {
			t.Errorf("%+v", items)
		}
		pc.Enter(clerk)
		at.add(time.Second)
		items = say(t, w.Desk, wire.ChangeWorkstations, many("suspend", nil, "inventario", pc.Own.ID, pc.Own.ID)).Body.Items
		if items[0].Code != "" || items[1].Code != app.CodeWorkstationTransition {
			t.Errorf("%+v", items)
		}
		refusedAs(t, "suspended", try(pc, wire.GetSession, &wire.None{}), app.CodeWorkstationSuspended, "")
		if h := detail(t, w.Desk, pc.Own.ID).History; h[0].Kind != app.EventSuspended || h[0].Reason != "inventario" {
			t.Errorf("%s, %s", h[0].Kind, h[0].Reason)
		}
	})
}

// TestTokenWithdrawn: a withdrawn token authorises nothing any more; what came
// by it stays, and is listed.
func TestTokenWithdrawn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		in := &wire.IssueTokenInput{}
		in.Body.Label, in.Body.Department, in.Body.Office, in.Body.Responsible, in.Body.Uses, in.Body.Hours = "Aule", w.Taxes.ID, "IMU", "Rossi", 3, 1
		token := say(t, w.Desk, wire.IssueToken, in).Body
		one, two := w.NewClient("AULA-1"), w.NewClient("AULA-2")
		say(t, one, wire.RegisterWorkstation, one.Registration("AULA-1", token.Secret))
		first := say(t, w.Desk, wire.WithdrawToken, named(token.ID)).Body
		if again := say(t, w.Desk, wire.WithdrawToken, named(token.ID)).Body; first.Withdrawn == nil || again.Withdrawn == nil || !again.Withdrawn.Equal(*first.Withdrawn) || again.WithdrawnBy != w.Top.FullName() || again.Used != 1 {
			t.Errorf("%+v, then %+v", first, again)
		}
		refusedAs(t, "a withdrawn token", try(two, wire.RegisterWorkstation, two.Registration("AULA-2", token.Secret)), app.CodeTokenWithdrawn, "enrolment_token")
		by := &wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{Token: token.ID}}
		if items := say(t, w.Desk, wire.ListWorkstations, by).Body.Items; len(items) != 1 || items[0].Name != "AULA-1" || items[0].State != app.WorkstationAuthorised || items[0].Token != token.ID {
			t.Errorf("%+v", items)
		}
		if es := recorded(w, app.EventTokenWithdrawn, token.ID); len(es) != 1 || es[0].TargetName != "Aule" {
			t.Errorf("%+v", es)
		}
		found := &wire.Page{Search: "aule imu"}
		if items := say(t, w.Desk, wire.ListTokens, found).Body.Items; len(items) != 1 || items[0].ID != token.ID || items[0].Responsible != "Rossi" {
			t.Errorf("%+v", items)
		}
	})
}

// TestExpiryIsRemindedOnce: those who administer a workstation are told on the
// board that it expires, once; after it was extended, once for the new day.
func TestExpiryIsRemindedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		at := newClock()
		w := servertest.Start(t, clocked(at, dsn))
		pc := w.NewClient("TRIB-01")
		present(t, pc, "TRIB-01")
		in := approval(detail(t, w.Desk, pc.Own.ID).Workstation, w.Taxes.ID)
		in.Body.Expires = day(at, 40)
		say(t, w.Desk, wire.ApproveWorkstation, in)
		own, other := w.At(w.TaxAdmin, "ADMIN-01"), w.At(w.Admin, "ADMIN-02")
		// told ticks once a day for so many days and gives the days that each
		// finds on the board.
		told := func(days int) (top, head, stranger []string) {
			for range days {
				at.add(24 * time.Hour)
				if err := w.Server.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			w.Desk.Enter(w.Top)
			own.Enter(w.TaxAdmin)
			other.Enter(w.Admin)
			for c, into := range map[*servertest.Client]*[]string{w.Desk: &top, own: &head, other: &stranger} {
				for _, n := range say(t, c, wire.ListNotices, &wire.NoticesInput{}).Body.Items {
					if n.Kind == app.NoticeWorkstationExpiry && n.Params["name"] == "TRIB-01" {
						*into = append(*into, n.Params["day"])
					}
				}
			}
			return top, head, stranger
		}
		first := string(*in.Body.Expires)
		if top, head, stranger := told(5); len(top)+len(head)+len(stranger) > 0 {
			t.Errorf("35 days before: %v %v %v", top, head, stranger)
		}
		for range 2 { // from the thirtieth day before on, and never again
			if top, head, stranger := told(8); !slices.Equal(top, []string{first}) || !slices.Equal(head, []string{first}) || len(stranger) > 0 {
				t.Errorf("within 30 days: %v %v %v", top, head, stranger)
			}
		}
		change := entry(detail(t, w.Desk, pc.Own.ID).Workstation)
		change.Body.Expires = day(at, 25)
		second := string(*change.Body.Expires)
		say(t, w.Desk, wire.ChangeWorkstation, change)
		if top, _, _ := told(2); len(top) != 2 || !slices.Contains(top, second) {
			t.Errorf("after it was extended: %v", top)
		}
		if top, head, _ := told(30); len(top)+len(head) > 0 {
			t.Errorf("after the last day: %v %v", top, head)
		}
	})
}
