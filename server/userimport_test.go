package server_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/jackc/pgx/v5/stdlib"
	"golang.org/x/text/encoding/charmap"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
	"indagor/ui/flow/userimport"
)

const importHead = "Cognome;Nome;Codice fiscale;E-mail;Utente;Profilo come"

// newcomer is a row of a list of users, with a fiscal code that is his.
func newcomer(n int, more ...string) string {
	name, surname := "Anna", fmt.Sprintf("Niccolò%c%c", 'B'+n%20, 'C'+n/20%20)
	code, err := codicefiscale.Compute(codicefiscale.Identity{Surname: surname, Name: name, Birth: time.Date(1985, 1, 1+n, 0, 0, 0, 0, time.UTC), Female: true, Place: "A944"})
	if err != nil {
		panic(err)
	}
	cells := []string{surname, name, string(code), fmt.Sprintf("nuova%d@example.org", n), fmt.Sprintf("nuova.%d", n)}
	return strings.Join(append(cells, more...), ";")
}

func lines(rows ...string) string { return strings.Join(rows, "\r\n") + "\r\n" }

// told is what there is to say of a row: its outcome and its findings with
// their columns.
func told(r wire.UserImportRow) string {
	parts := []string{r.Outcome}
	for _, f := range r.Findings {
		parts = append(parts, string(f.Code)+"@"+f.Column)
	}
	return strings.Join(parts, " ")
}

func previewOf(content string) *wire.PreviewUserImportInput {
	in := &wire.PreviewUserImportInput{}
	in.Body.Content = []byte(content)
	return in
}

func importOf(key, content string, rows ...int) *wire.RunUserImportInput {
	in := &wire.RunUserImportInput{Key: key}
	in.Body.Content, in.Body.Name, in.Body.Rows = []byte(content), "utenti.csv", rows
	return in
}

func TestUserImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		admin := w.At(w.Admin, "ANAG-01")
		model := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Username = "modello" })
		foreign := w.Person(app.RoleStandard, w.Taxes, func(u *app.User) { u.Username = "estraneo" })
		count := func() int { return say(t, w.Desk, wire.ListUsers, &wire.UsersInput{}).Body.Total }

		t.Run("encodings", func(t *testing.T) {
			text := lines(importHead, newcomer(0, "modello"), newcomer(1, "modello"))
			utf16le := func(s string, mark bool) string {
				var b bytes.Buffer
				if mark {
					b.Write([]byte{0xff, 0xfe})
				}
				for _, u := range utf16.Encode([]rune(s)) {
					b.Write([]byte{byte(u), byte(u >> 8)})
				}
				return b.String()
			}
			latin, err := charmap.Windows1252.NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string]string{
				"UTF-8": text, "UTF-8 with mark": "\ufeff" + text, "Windows-1252": latin, "UTF-16 with mark": utf16le(text, true), "UTF-16": utf16le(text, false),
				"commas": strings.ReplaceAll(text, ";", ","), "tabs": strings.ReplaceAll(text, ";", "\t"), "bars": strings.ReplaceAll(text, ";", "|"),
				"line feeds":  strings.ReplaceAll(text, "\r\n", "\n"),
				"quotes":      strings.ReplaceAll(text, "Anna", "\"Anna\""),
				"empty lines": strings.ReplaceAll(text, "\r\n", "\r\n\r\n"),
			} {
				got := say(t, admin, wire.PreviewUserImport, previewOf(content)).Body
				if len(got.Rows) != 2 {
					t.Errorf("%s: %d rows", name, len(got.Rows))
					continue
				}
				for i, r := range got.Rows {
					if r.Outcome != "create" || r.Grade != "good" || r.Surname != "Niccolò"+[]string{"BC", "CC"}[i] || r.Department != w.Registry.ID {
						t.Errorf("%s: %+v", name, r)
					}
				}
			}
			// A quoted cell may run over lines.
			got := say(t, admin, wire.PreviewUserImport, previewOf(lines(importHead+";Ufficio", newcomer(0, "modello", "\"Sportello\nprimo piano\""), newcomer(1, "modello", "")))).Body
			if len(got.Rows) != 2 || got.Rows[0].Office != "Sportello\nprimo piano" || got.Rows[1].Line != 4 {
				t.Errorf("a cell of two lines: %+v", got.Rows)
			}
		})

		t.Run("files", func(t *testing.T) {
			for what, c := range map[string]struct {
				content string
				code    app.Code
				param   string
			}{
				"empty":             {"", app.CodeListEmpty, ""},
				"no text":           {"\x00\x01\x02\x03PK\x05\x06", app.CodeListNotText, ""},
				"only headings":     {"Cognome;Nome\r\n", app.CodeImportColumns, "codice fiscale, e-mail, utente"},
				"no headings":       {lines(newcomer(0), newcomer(1)), app.CodeImportColumns, "cognome, nome, codice fiscale, e-mail, utente"},
				"a column missing":  {lines("Cognome;Nome;CF;Mail", newcomer(0)), app.CodeImportColumns, "utente"},
				"a column twice":    {lines(importHead+";CF", newcomer(0, "", "")), app.CodeImportTwice, "codice fiscale"},
				"too many rows":     {lines(importHead) + strings.Repeat(newcomer(0)+"\r\n", 5001), app.CodeListRows, ""},
				"a file beyond all": {lines(importHead) + strings.Repeat("x", 4<<20), app.CodeListTooBig, ""},
			} {
				err := try(admin, wire.PreviewUserImport, previewOf(c.content))
				refusedAs(t, what, err, c.code, "content")
				if !strings.Contains(refusalText(err), c.param) {
					t.Errorf("%s: %s does not name %q", what, refusalText(err), c.param)
				}
			}
			got := say(t, admin, wire.PreviewUserImport, previewOf(lines("NOME UTENTE;cognome;nome;Cod. Fiscale;Posta elettronica;Sede;Note", "a;b;c;d;e;f;g"))).Body
			if !slices.Equal(got.Ignored, []string{"Sede", "Note"}) || len(got.Rows) != 1 {
				t.Errorf("%+v", got)
			}
			broken := lines(importHead, newcomer(0, "modello"), "Rossi;Mario", newcomer(1, "\"modello"), newcomer(2, "modello"))
			var outcomes []string
			for _, r := range say(t, admin, wire.PreviewUserImport, previewOf(broken)).Body.Rows {
				outcomes = append(outcomes, r.Outcome)
			}
			if !slices.Equal(outcomes[:2], []string{"create", "error"}) || outcomes[len(outcomes)-1] != "create" {
				t.Errorf("half broken: %v", outcomes)
			}
		})

		t.Run("rows", func(t *testing.T) {
			head := "Cognome;Nome;Codice fiscale;E-mail;Utente;Profilo come;Ruolo;Direzione;Legame;Postazione;ID operatore ANPR;Ufficio"
			wrong := strings.Replace(newcomer(5), "A944", "A945", 1) // the check letter is of another place
			other := strings.Replace(newcomer(6), "Anna", "Francesco", 1)
			content := lines(
				head,
				newcomer(0, "modello"),
				newcomer(0, "modello"), // 2: again
				newcomer(1),            // 3: no profile
				newcomer(2, "nessuno"),
				newcomer(3, "estraneo"), // 5: of another department
				newcomer(4, "modello", "capo"),
				wrong+";modello",
				other+";modello",
				newcomer(7, "modello", "", "Tributi"),
				newcomer(8, "modello", "", "Sport"),
				newcomer(9, "modello", "TOP"),
				newcomer(10, "", "ADMIN", "", "", "", "OP10"),
				newcomer(11, "modello", "", "", w.TaxAdmin.Username),
				newcomer(12, "modello", "", "", "nessuno"),
				newcomer(13, "modello", "standardps", "servizi DEMOGRAFICI", w.Admin.Username, "Libera", "OP13"),
				newcomer(14, "modello", "", "", "", "ovunque"),
				strings.Replace(newcomer(15), "nuova15@example.org", "nuova15", 1)+";modello",
				fmt.Sprintf("%s;%s;%s;a@example.org;altro;modello", model.Surname, model.Name, strings.ToLower(model.FiscalCode)),
				strings.Replace(newcomer(16), "nuova.16", "MODELLO", 1)+";modello",
				strings.Replace(newcomer(17), "nuova17@example.org", foreign.Email, 1)+";modello",
				fmt.Sprintf("%s;%s;%s;b@example.org;altro2;modello", foreign.Surname, foreign.Name, foreign.FiscalCode),
			)
			var whole []string
			for _, row := range strings.Split(strings.TrimSpace(content), "\r\n") {
				whole = append(whole, row+strings.Repeat(";", strings.Count(head, ";")-strings.Count(row, ";")))
			}
			content = lines(whole...)
			want := map[string][]string{"admin": {
				"create", "error import_repeats@Codice fiscale", "create import_bare@Profilo come", "error import_profile@Profilo come", "error import_profile@Profilo come",
				"error import_word@Ruolo", "error fiscal_code@Codice fiscale", "create list_disagree@Nome", "error import_foreign@Direzione", "error department_unknown@Direzione",
				"error role_console_only@Ruolo", "error import_foreign@Ruolo", "error admin_unknown@Legame", "error admin_unknown@Legame", "create", "error import_word@Postazione",
				"error email@E-mail", "known import_known@Codice fiscale", "error username_taken@Utente", "error email_taken@E-mail", "error list_disagree@Cognome list_disagree@Nome fiscal_code_taken@Codice fiscale",
			}, "top": {
				"error required@Direzione", "error import_repeats@Codice fiscale required@Direzione", "error required@Direzione", "error required@Direzione import_profile@Profilo come", "error required@Direzione",
				"error import_word@Ruolo required@Direzione", "error required@Direzione fiscal_code@Codice fiscale", "error required@Direzione list_disagree@Nome", "create", "error department_unknown@Direzione",
				"error role_console_only@Ruolo required@Direzione", "error required@Direzione", "error required@Direzione", "error required@Direzione admin_unknown@Legame", "create", "error required@Direzione import_word@Postazione",
				"error required@Direzione email@E-mail", "known import_known@Codice fiscale", "error required@Direzione username_taken@Utente", "error required@Direzione email_taken@E-mail", "known import_known@Codice fiscale",
			}}
			for by, c := range map[string]*servertest.Client{"admin": admin, "top": w.Desk} {
				got := say(t, c, wire.PreviewUserImport, previewOf(content)).Body.Rows
				for i, r := range got {
					if told(r) != want[by][i] {
						t.Errorf("%s, row %d: %s, want %s", by, i+1, told(r), want[by][i])
					}
					if i == 6 && !slices.Contains(r.Findings[len(r.Findings)-1].Suggestions, strings.Split(newcomer(5), ";")[2]) {
						t.Errorf("no suggestion for a wrong code: %+v", r)
					}
				}
			}
		})

		t.Run("run", func(t *testing.T) {
			before := count()
			content := lines(importHead, newcomer(20, "modello"), "=HYPERLINK(\"http://x\");Anna;"+strings.SplitN(newcomer(21), ";", 3)[2]+";modello", newcomer(22, "nessuno"), newcomer(23, "modello"))
			first := say(t, admin, wire.RunUserImport, importOf("import-key-1", content, 1, 2, 3)).Body
			if len(first.Rows) != 3 || first.Rows[0].Outcome != "created" || first.Rows[1].Outcome != "created" || first.Rows[2].Outcome != "error" || first.Rows[0].Secret == "" || first.Rows[0].Secret == first.Rows[1].Secret {
				t.Fatalf("%+v", first)
			}
			if n := count() - before; n != 2 {
				t.Errorf("%d registered, want 2", n)
			}
			u := say(t, admin, wire.GetUser, named(first.Rows[0].User)).Body
			if u.Profile.Visure == nil || len(u.Profile.Visure.Types) != len(model.Profile.Visure.Types) || u.Admin != w.Admin.ID || u.Department != w.Registry.ID || !u.Enabled {
				t.Errorf("%+v", u)
			}
			// He enters with his secret, and must change it.
			c := w.Station("NUOVA-01")
			out := say(t, c, wire.SignIn, c.Credentials(u.Username, first.Rows[0].Secret))
			if !out.Body.MustChange {
				t.Error("the secret needs not be changed")
			}
			second := say(t, admin, wire.RunUserImport, importOf("import-key-1", content, 1, 2, 3)).Body
			for i, r := range second.Rows {
				if r.Outcome != first.Rows[i].Outcome || r.User != first.Rows[i].User || r.Secret != "" {
					t.Errorf("with the same key: %+v", r)
				}
			}
			refusedAs(t, "another request with the key", try(admin, wire.RunUserImport, importOf("import-key-1", content, 4)), app.CodeIdempotency, "")
			third := say(t, admin, wire.RunUserImport, importOf("import-key-2", content, 1, 4)).Body
			if third.Rows[0].Outcome != "known" || third.Rows[1].Outcome != "created" {
				t.Errorf("with another key: %+v", third.Rows)
			}
			for what, rows := range map[string][]int{"a row that is not there": {5}, "row 0": {0}, "a row twice": {1, 1}} {
				if err := try(admin, wire.RunUserImport, importOf("import-"+what, content, rows...)); app.CodeOf(err) != app.CodeInvalid {
					t.Errorf("%s: %v", what, err)
				}
			}
			if n := count() - before; n != 3 {
				t.Errorf("%d registered, want 3", n)
			}
			h := say(t, admin, wire.ListUserHistory, &wire.UserHistoryInput{ID: u.ID}).Body.Items
			if len(h) != 1 || h[0].Kind != app.EventUserCreated || h[0].Reason != "utenti.csv" || h[0].Username != w.Admin.Username {
				t.Errorf("recorded %+v", h)
			}
			if strings.Contains(rawTables(t, w).dump("repeats", "history"), first.Rows[0].Secret) {
				t.Error("a secret is kept")
			}

			// The hand-out opens as text and nothing else.
			sheet := userimport.Handout([6]string{"Cognome", "Nome", "Utente", "E-mail", "Password provvisoria", "Valida fino a"}, first.Rows, time.Time.String)
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(sheet), "\ufeff")))
			r.Comma = ';'
			records, err := r.ReadAll()
			if err != nil || len(records) != 3 || records[1][4] != first.Rows[0].Secret || records[2][0] != "'=HYPERLINK(\"http://x\")" {
				t.Errorf("%v %q", err, records)
			}
		})

		t.Run("break off", func(t *testing.T) {
			content := lines(importHead, newcomer(30, "modello"), newcomer(31, "modello"), newcomer(32, "modello"), newcomer(33, "modello"))
			db := rawTables(t, w)
			db.refuseUser("nuova.32")
			first := say(t, admin, wire.RunUserImport, importOf("import-key-3", content, 1, 2, 3, 4)).Body.Rows
			if len(first) != 2 || first[0].Secret == "" || first[1].Outcome != "created" || first[1].Secret == "" {
				t.Fatalf("%+v", first)
			}
			if err := try(admin, wire.RunUserImport, importOf("import-key-4", content, 3, 4)); app.CodeOf(err) != app.CodeInternal {
				t.Errorf("nothing was done: %v", err)
			}
			db.admitUsers()
			// With the same key: the answer was lost on the way.
			second := say(t, admin, wire.RunUserImport, importOf("import-key-3", content, 1, 2, 3, 4)).Body.Rows
			if len(second) != 4 {
				t.Fatalf("%+v", second)
			}
			for i, r := range second {
				if r.Outcome != "created" || (r.Secret == "") != (i < 2) {
					t.Errorf("row %d: %+v", i+1, r)
				}
			}
		})
	})
}

// refuseUser lets the database fail where the user is registered.
func (x tables) refuseUser(username string) {
	x.t.Helper()
	if x.lite() {
		x.exec("CREATE TRIGGER refused BEFORE INSERT ON users WHEN NEW.username = '" + username + "' BEGIN SELECT RAISE(ABORT, 'refused'); END")
		return
	}
	x.exec("CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.username = '" + username + "' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$")
	x.exec("CREATE TRIGGER refused BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refused()")
}

func (x tables) admitUsers() {
	x.t.Helper()
	if x.lite() {
		x.exec("DROP TRIGGER refused")
		return
	}
	x.exec("DROP TRIGGER refused ON users")
}

func (x tables) lite() bool {
	_, pg := x.db.Driver().(*stdlib.Driver)
	return !pg
}

func (x tables) exec(sql string) {
	x.t.Helper()
	if _, err := x.db.Exec(sql); err != nil {
		x.t.Fatal(err)
	}
}
