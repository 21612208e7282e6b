package ui

import (
	"errors"
	"fmt"
	"html/template"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/desk"
	"indagor/sync/wire"
	connectflow "indagor/ui/flow/connect"
	"indagor/ui/screen"
	"indagor/ui/theme"
)

// galleryFolder is where TestGallery writes the pictures; without it every
// scene is played, and nothing drawn.
const galleryFolder = "INDAGOR_GALLERY"

// scene is one picture of the gallery.
type scene struct {
	name string
	role app.Role // "" before anybody has signed in
	// play goes from the page after sign-in, or from sign-in itself, to what is
	// to be seen. With g.shot a picture can also be taken on the way.
	play func(g *gallery)
}

// gallery is the window in one theme and size.
type gallery struct {
	*stand
	sample *sample
	scene  string
	theme  theme.Preference
	size   fyne.Size
	taken  bool
	folder string
	record func(file string)
}

var (
	galleryThemes = []theme.Preference{theme.Light, theme.Dark}
	gallerySizes  = []fyne.Size{{Width: 1024, Height: 700}, {Width: 1440, Height: 900}}
)

// TestGallery writes every page of the product, in both themes and at two
// sizes, with an index, into the folder that the environment names (make
// gallery).
func TestGallery(t *testing.T) {
	folder := os.Getenv(galleryFolder)
	themes, sizes := galleryThemes, gallerySizes
	if folder == "" {
		themes, sizes = themes[:1], sizes[:1]
	} else if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string][]string{}
	var names []string
	for _, sc := range scenes(t) {
		names = append(names, sc.name)
		t.Run(sc.name, func(t *testing.T) {
			for _, th := range themes {
				for _, size := range sizes {
					playScene(t, sc, th, size, folder, func(file string) { files[sc.name] = append(files[sc.name], file) })
				}
			}
		})
	}
	if folder != "" {
		writeIndex(t, folder, names, files)
	}
}

func playScene(t *testing.T, sc scene, th theme.Preference, size fyne.Size, folder string, record func(string)) {
	t.Helper()
	role := sc.role
	if role == "" {
		role = app.RoleTop
	}
	s := newSample(role)
	g := &gallery{stand: newStand(t, s.fake), sample: s, scene: sc.name, theme: th, size: size, folder: folder, record: record}
	g.now = sampleNow
	g.s.setTheme(th)
	g.s.window.Resize(size)
	if sc.role != "" {
		g.signIn()
		s.change(func(st *desk.State) { st.LastSync = sampleNow.Add(-10 * time.Second) })
	}
	sc.play(g)
	if !g.taken {
		g.shot()
	}
	g.s.leave() // what a page does by the clock ends with its scene
}

// shot takes the picture.
func (g *gallery) shot() {
	g.t.Helper()
	g.taken = true
	// Texts that wrap know their height after a first layout.
	g.s.window.Resize(g.size.AddWidthHeight(0, 1))
	g.s.window.Resize(g.size)
	if least := g.canvas().Content().MinSize(); least.Width > gallerySizes[0].Width || least.Height > gallerySizes[0].Height {
		g.t.Errorf("the page needs %v: more than the least window", least)
	}
	if g.folder == "" {
		return
	}
	name := fmt.Sprintf("%s-%s-%vx%v.png", g.scene, g.theme, g.size.Width, g.size.Height)
	f, err := os.Create(filepath.Join(g.folder, name))
	if err != nil {
		g.t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, g.canvas().Capture()), f.Close()); err != nil {
		g.t.Fatal(err)
	}
	g.record(name)
}

var indexPage = template.Must(template.New("index").Parse(`<!doctype html>
<html lang="it"><meta charset="utf-8"><title>INDAGOR</title>
<style>body{font:14px sans-serif;margin:16px;background:#888}h2{margin:24px 0 4px}img{width:480px;margin:4px;vertical-align:top}</style>
{{range .}}<h2 id="{{.Name}}">{{.Name}}</h2>{{range .Files}}<a href="{{.}}"><img loading="lazy" src="{{.}}" alt="{{.}}"></a>{{end}}
{{end}}</html>
`))

func writeIndex(t *testing.T, folder string, names []string, files map[string][]string) {
	t.Helper()
	type entry struct {
		Name  string
		Files []string
	}
	var entries []entry
	for _, name := range names {
		entries = append(entries, entry{name, files[name]})
	}
	f, err := os.Create(filepath.Join(folder, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(indexPage.Execute(f, entries), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// Every page of the navigation is in the gallery.
func TestGalleryHasEveryPlace(t *testing.T) {
	all := scenes(t)
	for _, p := range places() {
		if !slices.ContainsFunc(all, func(s scene) bool { return s.name == string(p.id) }) {
			t.Errorf("%s is missing", p.id)
		}
	}
	seen := map[string]bool{}
	for _, s := range all {
		if seen[s.name] {
			t.Errorf("%s is there twice", s.name)
		}
		seen[s.name] = true
	}
}

// opens is the first role that has a page, the operators' before the others'.
func opens(p place) (app.Role, bool) {
	for _, role := range []app.Role{app.RoleStandard, app.RoleTop, app.RoleAdmin} {
		if g := p.needs.Grant(role); p.needs == "" || g.Reach != app.ReachNone {
			return role, true
		}
	}
	return "", false
}

// scenes are all of the gallery, in the order in which a person meets them.
func scenes(t *testing.T) []scene {
	t.Helper()
	list := slices.Concat(entranceScenes(), visuraScenes())
	for _, p := range places() {
		role, ok := opens(p)
		if !ok {
			t.Fatalf("nobody opens %s", p.id)
		}
		list = append(list, scene{string(p.id), role, func(g *gallery) { g.s.goTo(p.id, nil) }})
	}
	return slices.Concat(list, jobScenes(), administrationScenes(), bondScenes())
}

// at opens a page.
func (g *gallery) at(p screen.Place) { g.s.goTo(p, nil) }

func entranceScenes() []scene {
	connecting := func(name string, edit func(*connectflow.State)) scene {
		return scene{"connect-" + name, "", func(g *gallery) {
			st := connectflow.State{Step: connectflow.Step(name), Server: "https://indagor.comune.example", Info: g.f.info, Own: g.f.own}
			edit(&st)
			g.s.connecting(st)
		}}
	}
	return []scene{
		connecting("opening", func(st *connectflow.State) { st.Working = true }),
		connecting("address", func(st *connectflow.State) { st.Trouble, st.Server = connectflow.TroubleAddress, "comune" }),
		connecting("passphrase", func(st *connectflow.State) { st.Need = connectflow.NeedNew }),
		connecting("blocked", func(st *connectflow.State) { st.Trouble = connectflow.TroubleLocked }),
		connecting("away", func(st *connectflow.State) { st.Trouble, st.First = connectflow.TroubleCertificate, true }),
		connecting("refused", func(st *connectflow.State) { st.Err = app.E(app.CodeTooMany) }),
		connecting("waiting", func(st *connectflow.State) { st.Own.State, st.Own.Name = app.WorkstationPending, "DESKTOP-41K7Q" }),
		connecting("stopped", func(st *connectflow.State) {
			st.Own.State, st.Err = app.WorkstationSuspended, app.E(app.CodeWorkstationSuspended)
		}),
		{"signin", "", func(g *gallery) { g.write("Nome utente", "m.rossi") }},
		{"signin-refused", "", func(g *gallery) {
			g.write("Nome utente", "m.rossi")
			g.write("Password", "sbagliata")
			g.key(fyne.KeyReturn)
		}},
		{"signin-elsewhere", "", func(g *gallery) {
			g.f.failSignIn = app.E(app.CodeSessionLive)
			g.write("Nome utente", "m.rossi")
			g.write("Password", "giusta")
			g.key(fyne.KeyReturn)
		}},
		{"password", "", func(g *gallery) {
			g.f.mustChange = true
			g.write("Nome utente", "m.rossi")
			g.write("Password", "giusta")
			g.key(fyne.KeyReturn)
			g.write("Nuova password", "corta")
		}},
		{"lock", app.RoleStandard, func(g *gallery) { g.control(fyne.KeyL) }},
		{"home-top", app.RoleTop, func(*gallery) {}},
		{"home-offline", app.RoleStandard, func(g *gallery) { g.f.change(func(s *desk.State) { s.Link = desk.Offline }) }},
		{"home-training", "", func(g *gallery) {
			g.s.info.Training = true
			g.signIn()
		}},
		{"keys", app.RoleStandard, func(g *gallery) { g.s.help() }},
		{"error", app.RoleStandard, func(g *gallery) { g.s.Fail(app.E(app.CodeInternal)) }},
		{"folded", app.RoleTop, func(g *gallery) { g.press("Restringere o allargare il menu") }},
	}
}

// ask fills in the form and sends it.
func (g *gallery) ask() {
	g.at(screen.Visure)
	g.s.goTo(screen.Visure, "BLLNRC78D12A944G")
	g.press("Residenza")
	g.pickFirst("Finalità")
	g.write("Riferimento pratica", "Prot. 4512/2026")
}

// pickFirst takes the first choice of a field.
func (g *gallery) pickFirst(label string) {
	f := g.field(label)
	g.canvas().Focus(f)
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	g.key(fyne.KeyReturn)
}

func visuraScenes() []scene {
	answered := func(name string, o app.Outcome, edit func(*wire.Visura)) scene {
		return scene{"visura-" + name, app.RoleStandard, func(g *gallery) {
			g.sample.answer = func(r wire.VisuraRequest, _ func(wire.Visura)) (wire.Visura, error) {
				v := sampleVisure(1)[0]
				v.Type, v.Subject, v.Outcome, v.FileReference, v.SubjectName = r.Type, r.Subject, o, r.FileReference, ""
				if o == app.OutcomeFound {
					v.SubjectName = "BELLACQUA ENRICO"
				}
				out := sampleAnswer(v)
				edit(&out)
				return out, nil
			}
			g.ask()
			g.press("Chiedi la visura")
		}}
	}
	same := func(*wire.Visura) {}
	return []scene{
		{"visura-form", app.RoleStandard, func(g *gallery) { g.ask() }},
		{"visura-form-wrong", app.RoleStandard, func(g *gallery) {
			g.s.goTo(screen.Visure, "BLLNRC78D12A944H")
			g.press("Chiedi la visura")
		}},
		{"visura-running", app.RoleStandard, func(g *gallery) {
			g.sample.answer = func(r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
				v := sampleAnswer(sampleVisure(1)[0])
				v.Type, v.Subject, v.State, v.Outcome, v.Card, v.Evidence, v.Ended, v.SubjectName = r.Type, r.Subject, app.VisuraRunning, "", nil, nil, nil, ""
				v.Steps = v.Steps[:4]
				v.Steps[3].State = "running"
				progress(v)
				g.shot()
				return wire.Visura{}, desk.ErrUnreachable
			}
			g.ask()
			g.press("Chiedi la visura")
		}},
		answered("card", app.OutcomeFound, same),
		answered("withheld", app.OutcomeOutOfScope, same),
		answered("not-found", app.OutcomeNotFound, same),
		answered("duplicate", app.OutcomeDuplicate, same),
		answered("failed", app.OutcomeFailed, func(v *wire.Visura) { v.Code = app.CodeAnprDown }),
	}
}

// listScenes are the states of a list.
func listScenes() []scene {
	users := func(name string, play func(g *gallery)) scene {
		return scene{"users-" + name, app.RoleTop, func(g *gallery) {
			play(g)
			g.at(screen.Users)
		}}
	}
	return []scene{
		users("empty", func(g *gallery) { g.f.users = nil }),
		users("loading", func(g *gallery) { g.s.o.Go = func(func()) {} }),
		users("error", func(g *gallery) { g.f.usersErr = app.E(app.CodeInternal) }),
		users("offline", func(g *gallery) {
			g.f.usersErr = desk.ErrUnreachable
			g.f.change(func(s *desk.State) { s.Link = desk.Offline })
		}),
		{"users-old", app.RoleTop, func(g *gallery) {
			g.at(screen.Users)
			g.f.usersErr = desk.ErrUnreachable
			g.s.key(fyne.KeyF5, 0)
		}},
		{"users-none", app.RoleTop, func(g *gallery) {
			g.at(screen.Users)
			g.canvas().Focus(g.field("Nome, nome utente… (Ctrl+F)"))
			for _, r := range "nessuno" {
				g.canvas().Focused().TypedRune(r)
			}
			g.key(fyne.KeyReturn)
		}},
		{"archive-offline", app.RoleStandard, func(g *gallery) {
			g.sample.cached = true
			g.f.change(func(s *desk.State) { s.Link = desk.Offline })
			g.at(screen.Archive)
		}},
		{"enrichment-offline", app.RoleStandard, func(g *gallery) {
			g.sample.cached = true
			g.f.change(func(s *desk.State) { s.Link = desk.Offline })
			g.at(screen.Enrichment)
		}},
		{"enrichment-copied", app.RoleStandard, func(g *gallery) {
			g.sample.cached = true
			g.f.change(func(s *desk.State) { s.Link = desk.Offline })
			g.at(screen.Enrichment)
			g.s.goTo(screen.Enrichment, app.ID(app.ServiceEnrichment)+app.ID(app.JobDone))
		}},
	}
}

func administrationScenes() []scene {
	list := []scene{
		{"archive-detail", app.RoleStandard, func(g *gallery) {
			g.at(screen.Archive)
			g.s.goTo(screen.Archive, g.sample.visure[1].ID)
		}},
		{"approvals-many", app.RoleTop, func(g *gallery) {
			g.at(screen.Approvals)
			g.key(fyne.KeySpace)
			g.key(fyne.KeyDown)
			g.key(fyne.KeySpace)
			g.key(fyne.KeyReturn)
		}},
		{"users-editor", app.RoleTop, func(g *gallery) {
			g.at(screen.Users)
			g.row(4)
			g.press("Modifica")
		}},
		{"users-new", app.RoleTop, func(g *gallery) {
			g.at(screen.Users)
			g.control(fyne.KeyN)
			g.press("Registra")
		}},
		{"users-secret", app.RoleTop, func(g *gallery) {
			g.at(screen.Users)
			g.row(4)
			g.press("Ripristina password")
			g.press("Ripristina password")
		}},
		{"users-disable", app.RoleTop, func(g *gallery) {
			g.at(screen.Users)
			g.row(4)
			g.press("Disabilita")
		}},
		{"users-filters", app.RoleTop, func(g *gallery) {
			g.at(screen.Users)
			g.press("Altri filtri")
		}},
		{"users-heirs", app.RoleTop, func(g *gallery) {
			g.f.users[7].OperatorID = "OP-5120" // another who mediates
			g.at(screen.Users)
			g.row(0)
			g.press("Modifica")
			g.canvas().Focus(g.field("ID operatore ANPR"))
			g.canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
			g.key(fyne.KeyDelete)
			g.f.refuse = app.E(app.CodeDependants, "count", "3", "names", "Marco Galli, Maria Grazia Immacolata Esposito, Łukasz D'Amico")
			g.press("Salva")
		}},
		{"workstations-approval", app.RoleTop, func(g *gallery) {
			g.at(screen.Workstations)
			g.press("Approva")
		}},
		{"workstations-revoke", app.RoleTop, func(g *gallery) {
			g.at(screen.Workstations)
			g.press("Revoca")
		}},
		{"workstations-many", app.RoleTop, func(g *gallery) {
			g.at(screen.Workstations)
			g.key(fyne.KeySpace)
			g.press("Proroga scadenza")
		}},
		{"settings-services", app.RoleTop, func(g *gallery) {
			g.at(screen.Settings)
			g.press("Servizi e quote")
		}},
		{"departments-edit", app.RoleTop, func(g *gallery) {
			g.at(screen.Departments)
			g.press("Modifica direzione")
		}},
		{"groups-edit", app.RoleTop, func(g *gallery) {
			g.at(screen.Groups)
			g.press("Modifica gruppo")
		}},
		{"tokens-issue", app.RoleTop, func(g *gallery) {
			g.at(screen.Tokens)
			g.press("Emetti codice")
		}},
		{"tokens-secret", app.RoleTop, func(g *gallery) {
			g.at(screen.Tokens)
			g.press("Emetti codice")
			g.write("Descrizione", "Nuovi computer dei Tributi")
			g.write("Responsabile", "Marco Galli")
			g.write("Ufficio", "IMU")
			g.press("Emetti codice")
		}},
	}
	for _, p := range []screen.Place{screen.Activity, screen.Accesses, screen.History} {
		list = append(list, scene{string(p) + "-detail", app.RoleTop, func(g *gallery) {
			g.at(p)
			for range 60 {
				if g.canvas().FocusNext(); g.focused() == g.s.t("monitor.list."+string(p)) {
					return
				}
			}
			g.t.Error("Tab does not reach the rows")
		}})
	}
	return append(list, listScenes()...)
}
