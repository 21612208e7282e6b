package server_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

func cast(t testing.TB, key string) sim.Character {
	t.Helper()
	return sim.CastMember(key)
}

// asking is what is asked of a person by each type, so that there is an answer.
type asking struct {
	who      string
	declared *app.Declared
	since    app.Day
	types    []app.VisuraType
	says     []string // texts of the card, in Italian
}

// everyType asks about a character of whom the type has something to say.
var everyType = map[app.VisuraType]asking{
	app.VerifyEsistenza:      {who: "resident", says: []string{"Sì"}},
	app.VerifyResidenza:      {who: "resident", declared: &app.Declared{Comune: "G393"}, says: []string{"Sì"}},
	app.VerifyCittadinanza:   {who: "foreigner", declared: &app.Declared{State: app.Italy}, says: []string{"No"}},
	app.VerifyStatoCivile:    {who: "widow", declared: &app.Declared{CivilStatus: "3"}, says: []string{"Sì"}},
	app.VerifyGeneralita:     {who: "resident", declared: &app.Declared{Surname: "nessuno", Name: "così"}, says: []string{"No"}},
	app.VerifyMatrimonio:     {who: "coppola", declared: &app.Declared{Surname: "Andrea", Name: "Marca", Date: "2021-06-12"}, says: []string{"Sì"}},
	app.VerifyUnione:         {who: "nono", declared: &app.Declared{Surname: "Ottavo", Name: "Soggetto"}, says: []string{"Sì"}},
	app.VerifyVedovanza:      {who: "widow", declared: &app.Declared{Date: "2023-03-14"}, says: []string{"Sì"}},
	app.VerifyDecesso:        {who: "deceased", declared: &app.Declared{Date: "2023-03-15"}, says: []string{"No"}},
	app.VerifyPaternita:      {who: "settimo", declared: &app.Declared{Surname: "Settimo", Name: "Padre"}, says: []string{"Sì"}},
	app.VerifyMaternita:      {who: "settimo", declared: &app.Declared{Surname: "Settimo", Name: "Madre"}, says: []string{"No"}},
	app.VisuraEsistenza:      {who: "deceased", says: []string{"Deceduto/a il 14/03/2023"}},
	app.VisuraIdentificativo: {who: "resident", says: []string{"CS00001ST"}},
	app.VisuraStatoLibero:    {who: "divorced", says: []string{"Di stato libero", "Divorziato/a"}},
	app.VisuraGeneralita:     {who: "resident", says: []string{"Coniugato/a", "Maschile"}},
	app.VisuraCittadinanza:   {who: "foreigner", says: []string{"ALBANIA"}},
	app.VisuraResidenza:      {who: "resident", says: []string{"Residenza"}},
	app.VisuraStorico:        {who: "moved", since: "2020-01-01", says: []string{"2 residenze", "01/09/2024", "31/08/2024"}},
	app.VisuraFamiglia:       {who: "resident", says: []string{"5 componenti"}},
	app.VisuraMatrimonio:     {who: "divorced", says: []string{"Cessazione effetti civili", "Tribunale civile Italiano"}},
	app.VisuraUnione:         {who: "nono", says: []string{"OTTAVO SOGGETTO", "10/09/2022", "Unito civilmente"}},
	app.VisuraVedovanza:      {who: "widow", says: []string{"14/03/2023", "Vedovo/a"}},
	app.VisuraDecesso:        {who: "deceduto", says: []string{"Deceduto/a il 13/11/2021", "n. "}},
	app.VisuraPaternita:      {who: "settimo", says: []string{"SETTIMO PADRE", "05/05/1955"}},
	app.VisuraMaternita:      {who: "settimo", says: []string{"OTTAVIANI MADRE"}},
	app.VisuraScheda:         {who: "widow", says: []string{"Vedovo/a", "14/03/2023", "ITALIA", "Residenza"}},
}

// request is the request of the type about the character.
func (a asking) request(t testing.TB, kind app.VisuraType) wire.VisuraRequest {
	return wire.VisuraRequest{Type: kind, Types: a.types, Declared: a.declared, Since: a.since, Subject: app.Subject{FiscalCode: cast(t, a.who).CF}}
}

// texts are the values of a card as people read them, a line each.
func texts(t testing.TB, c *app.Card) string {
	l := mustCatalogue(t)
	var b strings.Builder
	for _, f := range c.Answer {
		fmt.Fprintln(&b, l.T(f.Label)+":", l.Value(f))
	}
	for _, g := range c.Groups {
		fmt.Fprintln(&b, "#", l.Title(g))
		for _, f := range g.Fields {
			fmt.Fprintln(&b, l.T(f.Label)+":", l.Value(f))
		}
	}
	return b.String()
}

// bareCode is a line whose value is a code of a table, which people do not read.
var bareCode = regexp.MustCompile(`(?m)^(Stato civile|Motivo|Tipo di indirizzo|Rapporto di parentela|Sesso|Validità del codice fiscale): [0-9A-Z]{0,2}$`)

func TestLookup(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	for _, spec := range app.VisuraSpecs {
		t.Run(string(spec.Type), func(t *testing.T) {
			a, ok := everyType[spec.Type]
			if !ok {
				t.Fatal("nobody is asked about")
			}
			before := len(w.Sim.Journal())
			v, err := clerk.Ask("key-"+string(spec.Type), a.request(t, spec.Type))
			if err != nil {
				t.Fatal(err)
			}
			if v.Outcome != app.OutcomeFound || v.Card == nil || len(v.Card.Answer) == 0 || v.Evidence == nil || v.Evidence.Operation == "" {
				t.Fatalf("%+v", v)
			}
			said := texts(t, v.Card)
			for _, want := range a.says {
				if !strings.Contains(said, want) {
					t.Errorf("the card lacks %q:\n%s", want, said)
				}
			}
			if bare := bareCode.FindAllString(said, -1); len(bare) > 0 {
				t.Errorf("bare codes: %q", bare)
			}
			if strings.Contains(said, "card.") || strings.Contains(said, "field.") {
				t.Errorf("without words:\n%s", said)
			}
			if spec.Verifies && (len(v.Card.Groups) > 0 || v.SubjectName != "") {
				t.Errorf("a verification says more than yes or no: %+v", v)
			}
			for _, c := range w.Sim.Journal()[before:] {
				if c.Status != 200 && c.Status != 404 {
					t.Errorf("ANPR refused: %+v", c)
				}
			}
			doc, err := client.Call(context.Background(), clerk.Client, wire.GetDocument, &wire.DocumentInput{ID: v.ID})
			if err != nil || string(doc.Body[:5]) != "%PDF-" {
				t.Fatalf("document: %v", err)
			}
			t.Log(said)
		})
	}
	page, err := client.Call(context.Background(), clerk.Client, wire.ListArchive, &wire.ArchiveInput{})
	if err != nil || len(page.Body.Items) != len(app.VisuraSpecs) {
		t.Fatalf("archive: %v, %d items", err, len(page.Body.Items))
	}
	r, err := w.Server.Verify(context.Background())
	if err != nil || !r.Sound() {
		t.Fatalf("log: %v %+v", err, r)
	}
}

// TestNothingToTell: a person who has nothing of what is asked is told from one
// whom ANPR does not know.
func TestNothingToTell(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	for kind, who := range map[app.VisuraType]string{
		app.VisuraMatrimonio: "daughter", app.VisuraUnione: "resident", app.VisuraVedovanza: "resident", app.VisuraDecesso: "resident", app.VisuraPaternita: "foreigner",
	} {
		v, err := clerk.Ask("nothing-"+string(kind), wire.VisuraRequest{Type: kind, Subject: app.Subject{FiscalCode: cast(t, who).CF}})
		if err != nil || v.Outcome != app.OutcomeNoData || v.Card != nil {
			t.Errorf("%s of %s: %v %s %+v", kind, who, err, v.Outcome, v.Card)
		}
	}
	for _, spec := range app.VisuraSpecs {
		a := everyType[spec.Type]
		for who, want := range map[string]app.Outcome{"unregistered": app.OutcomeNotFound, "cancelled": app.OutcomeCancelled} {
			a.who = who
			before := len(w.Sim.Journal())
			v, err := clerk.Ask("nobody-"+who+string(spec.Type), a.request(t, spec.Type))
			if err != nil || v.Outcome != want || v.Card != nil {
				t.Errorf("%s of %s: %v %s", spec.Type, who, err, v.Outcome)
			}
			// The evidence is of what was asked: C030, and no more.
			j := w.Sim.Journal()
			last := j[len(j)-1]
			if v.Evidence.Service != "C030" || len(j) == before || last.Service != "C030" || v.Evidence.Operation == "" || v.Evidence.Operation != last.OperationANPR {
				t.Errorf("%s of %s: evidence %+v, last call %s %s", spec.Type, who, v.Evidence, last.Service, last.OperationANPR)
			}
		}
	}
}

// TestDuplicated: of a person who has several positions the operator learns
// which they are, whatever he asked, and can ask about each; where his scope is
// limited, nothing.
func TestDuplicated(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	own := w.At(w.Person(app.RoleStandard, w.Registry, scoped(app.Scope{Kind: app.ScopeOwn})), "ANAG-08")
	for _, who := range []string{"duplicate", "duplo"} {
		for _, kind := range []app.VisuraType{app.VisuraFamiglia, app.VisuraResidenza, app.VisuraIdentificativo, app.VisuraStorico, app.VisuraScheda} {
			a := everyType[kind]
			a.who = who
			v, err := clerk.Ask("several-"+who+string(kind), a.request(t, kind))
			if err != nil || v.Outcome != app.OutcomeDuplicate || v.Card == nil || v.Evidence.Service != "C030" || v.Evidence.Operation == "" {
				t.Fatalf("%s of %s: %v %+v", kind, who, err, v)
			}
			said := texts(t, v.Card)
			for _, id := range []string{cast(t, who).IDANPR, cast(t, who).Second} {
				if !strings.Contains(said, id) {
					t.Errorf("%s of %s lacks %s:\n%s", kind, who, id, said)
				}
			}
			if len(say(t, clerk, wire.GetDocument, &wire.DocumentInput{ID: v.ID}).Body) == 0 {
				t.Error("no document")
			}
			if v, err := own.Ask("several-"+who+string(kind), a.request(t, kind)); err != nil || v.Outcome != app.OutcomeOutOfScope || v.Card != nil || v.Evidence.Service != "" {
				t.Errorf("%s of %s in a limited scope: %v %+v", kind, who, err, v)
			}
		}
		// Yes or no tells no ids.
		a := everyType[app.VerifyEsistenza]
		a.who = who
		if v, err := clerk.Ask("several-yes-"+who, a.request(t, app.VerifyEsistenza)); err != nil || v.Outcome != app.OutcomeDuplicate || v.Card != nil {
			t.Errorf("a verification of %s: %v %+v", who, err, v)
		}
		v, err := clerk.Ask("the-one-"+who, wire.VisuraRequest{Type: app.VisuraFamiglia, Subject: app.Subject{IDANPR: cast(t, who).IDANPR}})
		if err != nil || v.Outcome != app.OutcomeFound {
			t.Errorf("one position of %s by its id: %v %s", who, err, v.Outcome)
		}
	}
}

// TestWithdrawnInParts: what is withdrawn while one of its parts is still asked
// delivers nothing of the others.
func TestWithdrawnInParts(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Config: func(c *server.Config) { c.ANPR.Timeout = server.Duration(2 * time.Minute) }})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultSlow, Service: "C018", Delay: 15 * time.Second}}); err != nil {
		t.Fatal(err)
	}
	in := &wire.AskVisuraInput{Key: "withdrawn-in-parts", Body: wire.VisuraRequest{
		Type: app.VisuraScheda, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}, Purpose: clerk.Session.Purposes[0].ID, FileReference: "Prot. 1/2026",
	}}
	v := say(t, clerk, wire.AskVisura, in).Body
	var answered []string
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for len(answered) < 4 {
		<-look.C
		answered = nil
		for _, c := range w.Sim.Journal() {
			if slices.Contains([]string{"C015", "C017", "C020", "C021"}, c.Service) {
				answered = append(answered, c.Service)
			}
		}
		if t.Context().Err() != nil {
			t.Fatalf("answered: %v", answered)
		}
	}
	got := say(t, clerk, wire.WithdrawVisura, named(v.ID)).Body
	if got.State != app.VisuraDone || got.Outcome != app.OutcomeWithdrawn || got.Card != nil || got.SubjectName != "" || len(got.Evidence.Parts) != 0 {
		t.Errorf("withdrawn: %+v", got)
	}
}

// TestScheda: a scheda asks what applies and is assigned, several types are
// asked at once, and what one of them cannot tell takes nothing from the rest.
func TestScheda(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	asked := func(before int) string {
		var codes []string
		for _, c := range w.Sim.Journal()[before:] {
			if c.Service != "token" && c.Service != "C030" {
				codes = append(codes, c.Service)
			}
		}
		slices.Sort(codes)
		return strings.Join(codes, " ")
	}
	for _, c := range []struct {
		who   string
		types []app.VisuraType
		want  string
	}{
		{"resident", nil, "C015 C017 C018 C020 C021"},
		{"widow", nil, "C015 C018 C020 C021 C023"},
		{"nono", nil, "C015 C018 C020 C021 C026"},
		{"daughter", nil, "C015 C018 C020 C021"},
		{"divorced", []app.VisuraType{app.VisuraResidenza, app.VisuraMatrimonio, app.VisuraUnione}, "C017 C020 C026"},
	} {
		before := len(w.Sim.Journal())
		v, err := clerk.Ask("scheda-"+c.who, wire.VisuraRequest{Type: app.VisuraScheda, Types: c.types, Subject: app.Subject{FiscalCode: cast(t, c.who).CF}})
		if err != nil || v.Outcome != app.OutcomeFound || v.SubjectName == "" {
			t.Fatalf("%s: %v %+v", c.who, err, v)
		}
		if got := asked(before); got != c.want {
			t.Errorf("%s: asked %s, want %s", c.who, got, c.want)
		}
		// The log and TOP's monitor tell of what the scheda is made.
		ended := activity(t, w, clerk.Session.User.ID)
		listed := say(t, w.Desk, wire.ListActivity, &wire.MonitorInput{MonitorFilter: wire.MonitorFilter{User: clerk.Session.User.ID}}).Body.Items[0]
		for where, types := range map[string][]app.VisuraType{"log": ended[len(ended)-1].Types, "monitor": listed.Types} {
			if c.types != nil && !slices.Equal(types, c.types) || len(types) != len(strings.Fields(c.want)) || !slices.Contains(types, app.VisuraResidenza) {
				t.Errorf("%s: the %s tells of %v, asked were %v, %s", c.who, where, types, c.types, c.want)
			}
		}
		if len(v.Evidence.Parts) != len(strings.Fields(c.want)) {
			t.Errorf("%s: evidence of %d questions", c.who, len(v.Evidence.Parts))
		}
		if c.who == "divorced" && !strings.Contains(texts(t, v.Card), "Nessun dato del tipo richiesto") {
			t.Errorf("the union that is none is not told:\n%s", texts(t, v.Card))
		}
	}
	if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultLimit, Service: "C018"}}); err != nil {
		t.Fatal(err)
	}
	v, err := clerk.Ask("scheda-with-fault", wire.VisuraRequest{Type: app.VisuraScheda, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
	if said := texts(t, v.Card); err != nil || v.Outcome != app.OutcomeFound || !strings.Contains(said, "Risposta non ottenuta") || !strings.Contains(said, "Motivo: ") || !strings.Contains(said, "5 componenti") && !strings.Contains(said, "Componente 5") {
		t.Errorf("one part failed: %v %s\n%s", err, v.Outcome, said)
	}
	failed := func(v wire.Visura) (n int) {
		for _, p := range v.Evidence.Parts {
			if p.Service == "C018" && p.Outcome == app.OutcomeFailed && p.Code == app.CodeAnprQuota && p.Params["service"] == "C018" {
				n++
			}
		}
		return n
	}
	if failed(v) != 1 {
		t.Errorf("the evidence does not tell which part failed: %+v", v.Evidence.Parts)
	}
	// Where the rest has no data, what failed decides.
	v, err = clerk.Ask("scheda-failed-and-empty", wire.VisuraRequest{Type: app.VisuraScheda, Types: []app.VisuraType{app.VisuraUnione, app.VisuraCittadinanza}, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
	if err != nil || v.Outcome != app.OutcomeFailed || v.Code != app.CodeAnprQuota || v.Card != nil || len(v.Evidence.Parts) != 2 || failed(v) != 1 {
		t.Errorf("one part failed and one is empty: %v %+v", err, v)
	}
	if err := w.Sim.SetFaults(nil); err != nil {
		t.Fatal(err)
	}
	few := w.At(w.Person(app.RoleStandard, w.Registry, func(u *app.User) {
		u.Profile.Visure.Types = []app.VisuraType{app.VisuraScheda, app.VisuraResidenza}
	}), "ANAG-08")
	before := len(w.Sim.Journal())
	if v, err := few.Ask("scheda-of-few", wire.VisuraRequest{Type: app.VisuraScheda, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}}); err != nil || v.Outcome != app.OutcomeFound || asked(before) != "C020" {
		t.Errorf("only what is assigned: %v %s, asked %s", err, v.Outcome, asked(before))
	}
	for what, c := range map[string]struct {
		types []app.VisuraType
		code  app.Code
	}{
		"not assigned":   {[]app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia}, app.CodeTypeOff},
		"twice":          {[]app.VisuraType{app.VisuraResidenza, app.VisuraResidenza}, app.CodeInvalid},
		"a verification": {[]app.VisuraType{app.VerifyEsistenza}, app.CodeInvalid},
		"itself":         {[]app.VisuraType{app.VisuraScheda}, app.CodeInvalid},
	} {
		_, err := few.Ask("scheda-"+what, wire.VisuraRequest{Type: app.VisuraScheda, Types: c.types, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}})
		refusedAs(t, what, err, c.code, "types")
	}
	none := w.At(w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Visure.Types = []app.VisuraType{app.VisuraScheda} }), "ANAG-09")
	_, err = none.Ask("scheda-of-nothing", wire.VisuraRequest{Type: app.VisuraScheda, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}})
	refusedAs(t, "a scheda without parts", err, app.CodeNoParts, "type")
}

// TestDeclared: what is to be compared is checked before anybody is asked.
func TestDeclared(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	subject := app.Subject{FiscalCode: cast(t, "resident").CF}
	for _, c := range []struct {
		kind     app.VisuraType
		declared *app.Declared
		since    app.Day
		code     app.Code
		field    string
	}{
		{app.VerifyResidenza, nil, "", app.CodeRequired, "declared.comune"},
		{app.VerifyResidenza, &app.Declared{Comune: "X999"}, "", app.CodePlaceUnknown, "declared.comune"},
		{app.VerifyCittadinanza, &app.Declared{State: "000"}, "", app.CodePlaceUnknown, "declared.state"},
		{app.VerifyStatoCivile, &app.Declared{CivilStatus: "77"}, "", app.CodeInvalid, "declared.civil_status"},
		{app.VerifyDecesso, &app.Declared{Date: "ieri"}, "", app.CodeDate, "declared.date"},
		{app.VerifyDecesso, &app.Declared{Date: "2999-01-01"}, "", app.CodeDateFuture, "declared.date"},
		{app.VerifyPaternita, &app.Declared{Surname: "Rossi"}, "", app.CodeRequired, "declared.name"},
		{app.VisuraStorico, nil, "", app.CodeRequired, "since"},
		{app.VisuraStorico, nil, "1/1/2020", app.CodeDate, "since"},
		{app.VisuraStorico, nil, "2999-01-01", app.CodeProfilePeriod, "since"},
	} {
		_, err := clerk.Ask("declared-"+string(c.kind)+string(c.code), wire.VisuraRequest{Type: c.kind, Declared: c.declared, Since: c.since, Subject: subject})
		refusedAs(t, string(c.kind), err, c.code, c.field)
	}
	for _, spec := range app.VisuraSpecs {
		if !spec.ByCode {
			continue
		}
		r := everyType[spec.Type].request(t, spec.Type)
		r.Subject = app.Subject{IDANPR: "CS00001ST"}
		_, err := clerk.Ask("by-id-"+string(spec.Type), r)
		refusedAs(t, string(spec.Type)+" by national id", err, app.CodeSubjectByCode, "subject.id_anpr")
	}
	if n := len(w.Sim.Journal()); n != 0 {
		t.Errorf("ANPR was asked %d times", n)
	}
}

// TestLookupIdempotent: the same request sent twice, also at the same moment,
// asks ANPR once; another request under the same key is refused.
func TestLookupIdempotent(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	request := wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}
	asked := func() (n int) {
		for _, c := range w.Sim.Journal() {
			if c.Service == "C020" {
				n++
			}
		}
		return n
	}
	ids := make([]app.ID, 12)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			v, err := clerk.Ask("the-same-key", request)
			if err != nil {
				t.Error(err)
			}
			ids[i] = v.ID
		})
	}
	wg.Wait()
	for _, id := range ids[1:] {
		if id != ids[0] {
			t.Fatalf("several visure for one key: %v", ids)
		}
	}
	if n := asked(); n != 1 {
		t.Fatalf("C020 was asked %d times", n)
	}
	w.Restart()
	again := w.Connect(clerk.Signer)
	fresh := *clerk
	fresh.Client = again
	fresh.Enter(servertest.Person{User: clerk.Session.User, Password: servertest.Password})
	if v, err := fresh.Ask("the-same-key", request); err != nil || v.ID != ids[0] || v.Outcome != app.OutcomeFound {
		t.Fatalf("after a restart: %v %+v", err, v)
	}
	if n := asked(); n != 1 {
		t.Fatalf("C020 was asked %d times after the restart", n)
	}
	request.FileReference = "Prot. 999/2026"
	if _, err := fresh.Ask("the-same-key", request); app.CodeOf(err) != app.CodeIdempotency {
		t.Fatalf("another request under the same key: %v", err)
	}
	if _, err := fresh.Ask("another-key", request); err != nil || asked() != 2 {
		t.Fatalf("the same request under another key: %v, %d calls", err, asked())
	}
}
