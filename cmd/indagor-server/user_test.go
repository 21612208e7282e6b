package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// body is a body set up in a folder of the test's, and its console.
type body struct {
	t   *testing.T
	dir string
}

func newBody(t *testing.T) body {
	t.Helper()
	b := body{t, t.TempDir()}
	b.want(0, "server inizializzato", "init", "--name", "Comune di Esempio", "--istat", "036030", "--belfiore", "G393", "--throw-away", filepath.Join(b.dir, "keys"), "--training")
	return b
}

// want runs a command, and wants its exit code and a text in what it says.
func (b body) want(code int, text string, args ...string) {
	b.t.Helper()
	var out, errs bytes.Buffer
	got := run(b.t.Context(), append([]string{"--data", b.dir}, args...), nil, &out, &errs)
	if said := out.String() + errs.String(); got != code || !strings.Contains(said, text) {
		b.t.Errorf("%q ends with %d and says %q, want %d and %q", args, got, said, code, text)
	}
}

// TestUserCommands: what the console does of a TOP's account, in the words of
// whoever sits at it.
func TestUserCommands(t *testing.T) {
	b := newBody(t)
	add := func(username, name, code string) {
		b.want(0, "Utente registrato: "+name+" Serra", "user", "add", "--username", username, "--name", name, "--surname", "Serra",
			"--fiscal-code", code, "--email", username+"@example.it", "--operator-id", "OP-"+username)
	}
	add("g.serra", "Giulia", "SRRGLI80A41G393E")
	b.want(1, "È l'ultimo utente TOP abilitato.", "user", "disable", "g.serra", "--reason", "prova")
	add("l.serra", "Luca", "SRRLCU80A01G393S")

	b.want(0, "Utente modificato: Giulia Serra (g.serra)", "user", "set", "g.serra", "--email", "giulia@example.it", "--operator-id", "OP-9", "--phone", "049 1", "--staff-number", "M1")
	b.want(0, "Utente modificato: Giulia Maria Sarra (g.serra)", "user", "set", "g.serra", "--name", "Giulia Maria", "--surname", "Sarra", "--phone", "")
	b.want(1, "[email: ", "user", "set", "g.serra", "--email", "l.serra@example.it")
	b.want(1, "[name: ", "user", "set", "g.serra", "--name", "")
	b.want(2, "nothing to change", "user", "set", "g.serra")
	b.want(1, "", "user", "set", "nessuno", "--name", "Anna")

	b.want(1, "[new_mediator: Non può fare da Mediatore]", "user", "disable", "g.serra", "--reason", "prova", "--new-mediator", "nessuno")
	b.want(1, "[new_admin: ", "user", "disable", "g.serra", "--reason", "prova", "--new-admin", "l.serra")
	b.want(0, "Utenza disabilitata: Giulia Maria Sarra", "user", "disable", "g.serra", "--reason", "prova", "--new-mediator", "l.serra")
	b.want(0, "Utenza abilitata: Giulia Maria Sarra", "user", "enable", "g.serra")
	b.want(1, "", "user", "enable", "nessuno")
	b.want(0, "Utenza disabilitata: Luca Serra", "user", "disable", "l.serra", "--reason", "prova")
	b.want(0, "Il registro è integro.", "audit", "verify")
}
