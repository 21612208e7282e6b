package ui

import (
	"errors"
	"image"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"indagor/app"
	"indagor/sync/desk"
	connectflow "indagor/ui/flow/connect"
	"indagor/ui/screen"
	"indagor/ui/widget"
)

func TestSignInByKeyboard(t *testing.T) {
	st := newStand(t, newFake(app.RoleStandard))
	st.expect("Accesso", "Comune di Esempio", "Postazione ANAG-07 · Autorizzata")
	if st.focused() != "Nome utente" {
		t.Errorf("the focus is on %q", st.focused())
	}
	var order []string
	for _, f := range widget.FocusOrder(st.canvas()) {
		order = append(order, widget.Name(f))
	}
	if want := []string{"Nome utente", "Password", "Mostra la password", "Accedi"}; !slices.Equal(order, want) {
		t.Errorf("Tab goes %q", order)
	}
	st.write("Nome utente", "m.rossi")
	st.key(fyne.KeyReturn) // an empty password: on to it
	if st.focused() != "Password" {
		t.Errorf("the focus is on %q", st.focused())
	}
	st.write("Password", "sbagliata")
	st.key(fyne.KeyReturn)
	st.expect("Nome utente o password non corretti.", "Riprovare")
	st.write("Password", "giusta")
	st.key(fyne.KeyReturn)
	st.expect("Maria Rossi", "Questa postazione")
	st.absent("Nome utente")
}

func TestSignInNeedsBoth(t *testing.T) {
	st := newStand(t, newFake(app.RoleStandard))
	st.press("Accedi")
	st.expect("Dato obbligatorio")
	if st.focused() != "Nome utente" {
		t.Errorf("the focus is on %q", st.focused())
	}
}

func TestTakeOver(t *testing.T) {
	f := newFake(app.RoleStandard)
	f.failSignIn = app.E(app.CodeSessionLive)
	st := newStand(t, f)
	st.write("Nome utente", "m.rossi")
	st.write("Password", "giusta")
	st.key(fyne.KeyReturn)
	st.expect("già collegato da un'altra postazione")
	if st.focused() != "Chiudi l'altro accesso e continua" {
		t.Errorf("the focus is on %q", st.focused())
	}
	st.key(fyne.KeyReturn)
	st.expect("Maria Rossi")
}

func TestForcedChange(t *testing.T) {
	f := newFake(app.RoleStandard)
	f.mustChange = true
	st := newStand(t, f)
	st.write("Nome utente", "m.rossi")
	st.write("Password", "giusta")
	st.key(fyne.KeyReturn)
	st.expect("Scegliere una nuova password", "ha almeno 12 caratteri", "non è tra le ultime 3 già usate")
	st.write("Password attuale", "giusta")
	st.write("Nuova password", "corta")
	st.write("Ripetere la nuova password", "corta")
	st.key(fyne.KeyReturn)
	st.expect("Non rispetta le regole indicate")
	if f.password != "giusta" {
		t.Error("a password against the rules was sent")
	}
	st.write("Nuova password", "Castagno-Ambra-58")
	st.write("Ripetere la nuova password", "Castagno-Ambra-58")
	st.key(fyne.KeyReturn)
	st.expect("Questa postazione", "La password è stata cambiata.")
	if f.password != "Castagno-Ambra-58" {
		t.Errorf("password %q", f.password)
	}
}

func TestPagesByRole(t *testing.T) {
	for role, want := range map[app.Role][]screen.Place{
		app.RoleTop:        {screen.Home, screen.Board, screen.Approvals, screen.Users, screen.Assignments, screen.Workstations, screen.Tokens, screen.Sent, screen.Departments, screen.Groups, screen.Activity, screen.Accesses, screen.History, screen.Statistics, screen.Mails, screen.Settings},
		app.RoleAdmin:      {screen.Home, screen.Board, screen.Users, screen.Workstations, screen.Tokens, screen.Sent, screen.Activity, screen.History, screen.Statistics},
		app.RoleStandard:   {screen.Home, screen.Visure, screen.Archive, screen.Board, screen.Statistics},
		app.RoleStandardPS: {screen.Home, screen.Visure, screen.Archive, screen.Board, screen.Statistics},
	} {
		st := newStand(t, newFake(role))
		st.signIn()
		var got []screen.Place
		for _, p := range st.s.work.allowed() {
			got = append(got, p.id)
			st.s.goTo(p.id, nil)
			if st.s.work.at != p.id {
				t.Errorf("%s: %s does not open", role, p.id)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", role, got)
		}
		for _, p := range places() {
			if !slices.Contains(want, p.id) {
				at := st.s.work.at
				st.s.goTo(p.id, nil)
				if st.s.work.at != at {
					t.Errorf("%s opens %s", role, p.id)
				}
			}
		}
	}
}

func TestSearchTakesACode(t *testing.T) {
	st := newStand(t, newFake(app.RoleStandard))
	st.signIn()
	st.control(fyne.KeyK)
	search := st.canvas().Focused()
	for _, r := range "bllnrc78d12a944g" {
		search.TypedRune(r)
	}
	search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if st.s.work.at != screen.Visure {
		t.Fatalf("at %s", st.s.work.at)
	}
	st.expect("Nuova visura", "BLLNRC78D12A944G")
	if !st.s.find("arch") || st.s.work.at != screen.Archive {
		t.Errorf("at %s", st.s.work.at)
	}
	if !st.s.find("bellacqua enrico") || st.s.work.at != screen.Archive || st.f.searched.Person != "bellacqua enrico" {
		t.Errorf("at %s, searched %+v", st.s.work.at, st.f.searched)
	}
	if st.s.find("?") {
		t.Error("nonsense was found")
	}
}

func TestShortcuts(t *testing.T) {
	st := newStand(t, newFake(app.RoleStandard))
	st.signIn()
	st.control(fyne.KeyN)
	if st.s.work.at != screen.Visure {
		t.Errorf("Ctrl+N is at %s", st.s.work.at)
	}
	st.canvas().Unfocus()
	st.canvas().OnTypedRune()('?')
	st.expect("Andare al filtro della pagina")
	st.key(fyne.KeyEscape)
	if st.canvas().Overlays().Top() != nil {
		st.canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	}
	st.absent("Andare al filtro della pagina")
	st.control(fyne.KeyL)
	st.expect("Schermo bloccato")
	st.absent("Nuova visura")
	st.control(fyne.KeyN)
	st.expect("Schermo bloccato")
}

func TestIdleLocks(t *testing.T) {
	f := newFake(app.RoleStandard)
	st := newStand(t, f)
	st.signIn()
	st.now = st.now.Add(599 * time.Second)
	st.s.tick()
	st.absent("Schermo bloccato")
	newBackdrop(st.s.touch).Cursor() // the mouse moves
	st.now = st.now.Add(599 * time.Second)
	st.s.tick()
	st.absent("Schermo bloccato")
	st.now = st.now.Add(time.Second)
	st.s.tick()
	st.expect("Schermo bloccato", "Maria Rossi")
	if !f.state.Locked {
		t.Error("the desktop was not told")
	}
	st.write("Password", "sbagliata")
	st.key(fyne.KeyReturn)
	st.expect("Password non corretta")
	st.write("Password", "giusta")
	st.key(fyne.KeyReturn)
	st.absent("Schermo bloccato")
	st.expect("Questa postazione")
}

func TestTypingKeepsAwake(t *testing.T) {
	st := newStand(t, newFake(app.RoleStandard))
	st.signIn()
	st.control(fyne.KeyK)
	st.s.tick()
	st.now = st.now.Add(599 * time.Second)
	st.canvas().Focused().TypedRune('x')
	st.s.tick()
	st.now = st.now.Add(30 * time.Second)
	st.s.tick()
	st.absent("Schermo bloccato")
}

func TestSessionTakenOver(t *testing.T) {
	f := newFake(app.RoleStandard)
	st := newStand(t, f)
	st.signIn()
	st.s.showError(app.E(app.CodeInternal))
	f.end(app.CodeSessionTaken)
	st.expect("Accesso", "chiuso da un nuovo accesso dello stesso utente")
	st.absent("Maria Rossi", "errore interno")
	st.signIn()
	st.absent("chiuso da un nuovo accesso")
}

func TestWorkstationStopped(t *testing.T) {
	f := newFake(app.RoleStandard)
	st := newStand(t, f)
	st.signIn()
	f.statusErr, f.own.State = app.E(app.CodeWorkstationSuspended), app.WorkstationSuspended
	waiting := make(chan struct{})
	st.s.o.Go = func(f func()) { // what waits for the server goes on beside the test
		go func() { defer close(waiting); f() }()
	}
	st.s.ended(app.CodeWorkstationSuspended)
	for st.s.flow.State().Step != connectflow.Stopped {
		runtime.Gosched()
	}
	if st.s.work != nil {
		t.Error("the work goes on")
	}
	st.s.stop()
	<-waiting
	st.expect("La postazione è sospesa.", "Codice di confronto")
	st.absent("Maria Rossi")
}

func TestSignOut(t *testing.T) {
	f := newFake(app.RoleStandard)
	st := newStand(t, f)
	st.signIn()
	st.s.signOut()
	st.expect("Accesso")
	st.absent("Maria Rossi", "terminato")
	if f.session != nil {
		t.Error("still signed in")
	}
}

func TestOffline(t *testing.T) {
	f := newFake(app.RoleStandard)
	st := newStand(t, f)
	st.signIn()
	f.change(func(s *desk.State) { s.Link = desk.Offline })
	st.expect("Server non raggiungibile dalle 09:00")
	st.s.Fail(desk.ErrUnreachable)
	st.expect("l'operazione non è stata eseguita")
	if st.canvas().Overlays().Top() != nil {
		t.Error("a server that is away is told in a dialog")
	}
	f.change(func(s *desk.State) { s.Link, s.LastSync = desk.Online, st.now.Add(-10*time.Second) })
	st.expect("Il collegamento con il server è ripreso.", "Sincronizzato 10 s fa")
	st.absent("non raggiungibile dalle")
}

func TestErrorsAreTold(t *testing.T) {
	st := newStand(t, newFake(app.RoleStandard))
	st.signIn()
	st.s.Fail(errors.New("secret detail"))
	st.expect("Si è verificato un errore interno del server.", "comunicare il riferimento")
	st.absent("secret detail")
	st.key(fyne.KeyReturn) // the button that closes has the focus
	st.absent("errore interno")
	st.s.Fail(nil)
	if st.canvas().Overlays().Top() != nil {
		t.Error("no error is told")
	}
}

func TestTrainingBand(t *testing.T) {
	f := newFake(app.RoleStandard)
	st := newStand(t, f)
	st.signIn()
	st.absent("Ambiente di formazione")
	f = newFake(app.RoleStandard)
	f.info.Training = true
	st = newStand(t, f)
	st.signIn()
	st.expect("Ambiente di formazione")
}

func TestWaitingWorkstationsAreCounted(t *testing.T) {
	f := newFake(app.RoleAdmin)
	f.list = []app.Workstation{{ID: "a", Name: "PC-1", State: app.WorkstationPending}, {ID: "b", Name: "PC-2", State: app.WorkstationAuthorised}}
	st := newStand(t, f)
	st.signIn()
	st.expect("postazione da approvare")
	if n := st.s.work.counts[screen.Workstations]; n != 1 {
		t.Errorf("the badge says %d", n)
	}
	f.list[1].State = app.WorkstationPending
	st.now = st.now.Add(pollEvery)
	st.s.tick()
	st.expect("postazioni da approvare")
	st.press("Vedi le postazioni")
	st.expect("PC-1", "PC-2", "In attesa")
}

func TestDocuments(t *testing.T) {
	st := newStand(t, newFake(app.RoleStandard))
	st.s.OpenDocument("../visura:1.pdf", []byte("%PDF"))
	if len(st.viewed) != 1 {
		t.Fatalf("viewed %v", st.viewed)
	}
	path := st.viewed[0]
	if filepath.Base(path) != "-visura-1.pdf" || !strings.HasPrefix(path, st.s.files.dir) {
		t.Errorf("path %s", path)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := st.s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the document is left: %v", err)
	}
}

func TestSettingsAreKept(t *testing.T) {
	dir := t.TempDir()
	s, err := LoadSettings(dir)
	if err != nil {
		t.Fatal(err)
	}
	s.Server, s.Theme, s.Folded = "https://server", "dark", true
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	again, err := LoadSettings(dir)
	if err != nil || *again != *s {
		t.Errorf("%+v, %v", again, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "settings.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if broken, err := LoadSettings(dir); err != nil || broken.Server != "" {
		t.Errorf("%+v, %v", broken, err)
	}
}

func TestFold(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	st.press("Restringere o allargare il menu")
	if !st.s.work.side.Folded() || !st.s.settings.Folded {
		t.Error("not folded")
	}
	st.expect("Postazioni")
}

// The whole window can be drawn in both themes at its least size.
func TestDrawn(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	st.s.window.Resize(fyne.NewSize(1024, 700))
	var pictures []image.Image
	for range 2 {
		pictures = append(pictures, st.canvas().Capture())
		st.s.setTheme("dark")
	}
	if pictures[0].Bounds() != pictures[1].Bounds() || pictures[0].At(5, 300) == pictures[1].At(5, 300) {
		t.Error("the two themes look alike")
	}
	if min := st.canvas().Content().MinSize(); min.Width > 1024 || min.Height > 700 {
		t.Errorf("the window cannot be smaller than %v", min)
	}
}

var _ desktop.Cursorable = (*backdrop)(nil)
