package widget_test

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

// stage puts an object on a window without a screen, in one of the themes.
func stage(t *testing.T, p theme.Preference, w, h float32, o fyne.CanvasObject) fyne.Canvas {
	t.Helper()
	win := test.NewTempWindow(t, o)
	win.SetPadded(false)
	fyne.CurrentApp().Settings().SetTheme(theme.New(p))
	win.Resize(fyne.NewSize(w, h))
	// Texts that wrap know their height after a first layout.
	win.Resize(fyne.NewSize(w, h+1))
	win.Resize(fyne.NewSize(w, h))
	return win.Canvas()
}

// golden compares a picture in both themes with testdata.
func golden(t *testing.T, name string, w, h float32, build func() fyne.CanvasObject, then ...func(fyne.Canvas)) {
	t.Helper()
	for _, p := range []theme.Preference{theme.Light, theme.Dark} {
		t.Run(string(p), func(t *testing.T) {
			test.NewTempApp(t)
			fyne.CurrentApp().Settings().SetTheme(theme.New(p))
			c := stage(t, p, w, h, build())
			for _, f := range then {
				f(c)
			}
			test.AssertImageMatches(t, fmt.Sprintf("%s-%s.png", name, p), c.Capture())
		})
	}
}

type person struct {
	name, code, born, state string
	tone                    theme.Tone
}

var people = []person{
	{"BIANCHI Giovanna", "BNCGNN61L43H501X", "03/07/1961", "Residente", theme.Success},
	{"D’AMICO Łukasz Àngelo", "DMCLSZ80A01Z127K", "01/01/1980", "In attesa", theme.Warning},
	{"ESPOSITO Maria Grazia Immacolata", "SPSMGR45T52F839Q", "12/12/1945", "Deceduta", theme.Danger},
	{"ROSSI Mario", "RSSMRA70C04F205W", "04/03/1970", "Residente", theme.Success},
	{"Ștefănescu Ioana", "STFNIO88M60Z129B", "20/08/1988", "AIRE", theme.Information},
	{"ZANETTI Piero", "ZNTPRI52B15L736U", "15/02/1952", "Non trovato", theme.Quiet},
}

func personColumns() []widget.Column[person] {
	return []widget.Column[person]{
		{ID: "name", Title: "Cognome e nome", Width: 180, Grow: true, Sortable: true, Text: func(p person) string { return p.name }},
		{ID: "code", Title: "Codice fiscale", Width: 160, Monospace: true, Sortable: true, Text: func(p person) string { return p.code }},
		{ID: "born", Title: "Nascita", Width: 96, Align: fyne.TextAlignTrailing, Sortable: true, Text: func(p person) string { return p.born }},
		{
			ID: "state", Title: "Stato", Width: 130, Text: func(p person) string { return p.state },
			Tone: func(p person) theme.Tone { return p.tone },
		},
	}
}

func personTable() *widget.Table[person] {
	t := widget.NewTable("Persone", personColumns()...)
	t.SetRows(widget.SliceRows[person](people))
	t.SetSort("name", false)
	return t
}

func on(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(widget.NewBox(theme.ColorPage), widget.Pad(theme.Space16, o))
}

func TestGoldenButtons(t *testing.T) {
	var focused *widget.Button
	golden(t, "buttons", 640, 200, func() fyne.CanvasObject {
		off := widget.NewPrimary("Spento", "", nil)
		off.Disable()
		off2 := widget.NewButton("Spento", nil)
		off2.Disable()
		busy := widget.NewPrimary("Invio in corso", theme.IconSend, nil)
		busy.SetBusy(true)
		focused = widget.NewPrimary("Nuova visura", theme.IconAdd, nil)
		return on(widget.VBox(theme.Space12,
			widget.HBox(theme.Space8, focused, widget.NewButton("Annulla", nil),
				widget.NewButtonWith(widget.ButtonDanger, "Revoca", theme.IconBlock, nil),
				widget.NewButtonWith(widget.ButtonQuiet, "Copia", theme.IconCopy, nil),
				widget.NewIconButton("Aggiorna", theme.IconRefresh, nil)),
			widget.HBox(theme.Space8, off, off2, busy, widget.NewButtonWith(widget.ButtonSecondary, "PDF", theme.IconPrint, nil)),
			widget.HBox(theme.Space16, widget.NewStatusDot(theme.Success, "ANPR raggiungibile"),
				widget.NewStatusDot(theme.Danger, "Non raggiungibile"), widget.NewStatusDot(theme.Neutral, "Sconosciuto"), widget.NewBadge("3"), widget.NewBadge("128")),
		))
	}, func(c fyne.Canvas) { c.Focus(focused) })
}

func TestGoldenFields(t *testing.T) {
	golden(t, "fields", 760, 420, func() fyne.CanvasObject {
		name := widget.NewTextField("Cognome")
		name.Required, name.Hint = true, "Come nel registro"
		name.SetText("Rossi")
		wrong := widget.NewTextField("Numero di pratica")
		wrong.SetText("12/")
		wrong.SetError("Inserire numero e anno, per esempio 12/2026")
		code := widget.NewCodeField("Codice fiscale", 16, func(s string) widget.CodeHint {
			return widget.CodeHint{State: widget.HintGood, Text: "Donna, nata il 03/07/1961 a Roma (RM)"}
		})
		code.SetText("bncgnn61l43h501x")
		date := widget.NewDateField("Data di nascita", "Inserire una data", func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) })
		date.SetText("030761")
		date.Settle()
		pass := widget.NewPasswordField("Password", "Mostra", "Nascondi")
		pass.SetText("segreto")
		search := widget.NewTextField("")
		search.Placeholder = "Cerca o codice fiscale…"
		search.SetIcon(theme.IconSearch)
		place := widget.NewPicker("Comune di nascita", nil)
		place.SetSelected(widget.Choice{ID: "H501", Text: "Roma", Secondary: "RM"})
		none := widget.NewSelect("Finalità")
		none.Placeholder, none.Required = "Scegliere la finalità", true
		none.SetError("Inserire la finalità")
		off := widget.NewTextField("Operatore")
		off.SetText("M. Rossi")
		off.SetDisabled(true)
		area := widget.NewTextArea("Motivo", 3)
		area.SetText("Accertamento della residenza\nsu richiesta dell’ufficio")
		return on(widget.Grid(220, theme.Space16, name, wrong, code, date, pass, place, none, off, search, area))
	})
}

func TestGoldenChipsTabs(t *testing.T) {
	var set *widget.ChipSet
	golden(t, "chips", 560, 300, func() fyne.CanvasObject {
		set = widget.NewChipSet("Dati richiesti", true,
			widget.Chip{ID: "c", Text: "Cittadinanza"}, widget.Chip{ID: "r", Text: "Residenza"}, widget.Chip{ID: "s", Text: "Stato civile"},
			widget.Chip{ID: "f", Text: "Stato di famiglia"}, widget.Chip{ID: "e", Text: "Esistenza in vita"}, widget.Chip{ID: "m", Text: "Matrimonio"})
		set.SetSelected("r", "f")
		set.Hint = "La risposta più piccola che basta"
		one := widget.NewChipSet("Basta un sì o un no?", false, widget.Chip{ID: "y", Text: "Verifica"}, widget.Chip{ID: "n", Text: "Dati"})
		one.SetSelected("y")
		tabs := widget.NewTabStrip("Sezioni", widget.Tab{ID: "a", Text: "Persona", Icon: theme.IconPerson, Content: widget.NewText("Contenuto della prima scheda")},
			widget.Tab{ID: "b", Text: "Profilo", Count: 3, Content: widget.NewText("Altro")}, widget.Tab{ID: "c", Text: "Attività"})
		return on(widget.VBox(theme.Space16, set, one, tabs))
	}, func(c fyne.Canvas) {
		c.Focus(set)
		set.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	})
}

func navigation() []widget.NavGroup {
	return []widget.NavGroup{
		{Items: []widget.NavItem{
			{ID: "home", Text: "Home", Icon: theme.IconHome},
			{ID: "visure", Text: "Visure", Icon: theme.IconSearch, Count: 2},
			{ID: "swap", Text: "Rivestizione", Short: "Rivestiz.", Icon: theme.IconSwap},
			{ID: "families", Text: "Nuclei", Icon: theme.IconPeople},
			{ID: "archive", Text: "Archivio", Icon: theme.IconArchive},
			{ID: "board", Text: "Bacheca", Icon: theme.IconBoard, Count: 130},
		}},
		{Heading: "Amministrazione", Items: []widget.NavItem{
			{ID: "users", Text: "Utenti", Icon: theme.IconBadge},
			{ID: "stats", Text: "Statistiche", Icon: theme.IconChart},
		}},
	}
}

func TestGoldenSidebar(t *testing.T) {
	var bar *widget.Sidebar
	golden(t, "sidebar", 290, 420, func() fyne.CanvasObject {
		bar = widget.NewSidebar("Pagine", navigation()...)
		bar.SetSelected("visure")
		folded := widget.NewSidebar("Pagine", navigation()...)
		folded.SetSelected("archive")
		folded.SetFolded(true)
		return container.NewStack(widget.NewBox(theme.ColorPage), widget.Frame(nil, bar, nil, folded, nil))
	}, func(c fyne.Canvas) {
		c.Focus(bar)
		bar.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	})
}

// visurePage is a whole page with a list and a detail.
func visurePage() (*widget.Table[person], fyne.CanvasObject) {
	table := personTable()
	detail := widget.NewFields("Dettaglio",
		widget.FieldGroup{Heading: "Generalità", Fields: []widget.Field{
			{Label: "Cognome e nome", Value: "BIANCHI Giovanna"},
			{Label: "Codice fiscale", Value: "BNCGNN61L43H501X", Monospace: true},
			{Label: "Nascita", Value: "03/07/1961, Roma (RM)"},
		}},
		widget.FieldGroup{Heading: "Residenza", Fields: []widget.Field{
			{Label: "Indirizzo", Value: "Via delle Rimembranze dei Caduti di tutte le guerre 128/bis, interno 14"},
			{Label: "Stato", Value: "Residente", Tone: theme.Success},
			{Label: "Cittadinanza"},
		}})
	search := widget.NewTextField("")
	search.Placeholder = "Filtra"
	search.SetIcon(theme.IconSearch)
	state := widget.NewSelect("")
	state.Placeholder = "Tutti gli stati"
	return table, container.NewStack(widget.NewBox(theme.ColorPage), widget.NewPage(widget.PageParts{
		Title:    "Visure anagrafiche",
		Subtitle: "6 visure, 2 in attesa",
		Actions:  []fyne.CanvasObject{widget.NewButtonWith(widget.ButtonSecondary, "Esporta", theme.IconDownload, nil)},
		Primary:  widget.NewPrimary("Nuova visura", theme.IconAdd, nil),
		Notice: widget.NewNotice(widget.NoticeParts{
			Tone: theme.Warning, Title: "Attenzione", Text: "ANPR risponde lentamente. Le richieste restano in coda.", CloseName: "Chiudi",
		}),
		Filter: widget.HBox(theme.Space8, widget.Sized(240, 0, search), widget.Sized(180, 0, state)),
		Body:   table,
		Detail: detail,
	}))
}

func TestGoldenPage(t *testing.T) {
	var table *widget.Table[person]
	golden(t, "page", 1000, 560, func() (page fyne.CanvasObject) {
		table, page = visurePage()
		return page
	}, func(fyne.Canvas) {
		table.Focus()
		table.Select(1)
	})
}

// A change of theme while the program runs must recolour everything.
func TestThemeChanges(t *testing.T) {
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Light))
	table, page := visurePage()
	c := stage(t, theme.Light, 1000, 560, page)
	table.Focus()
	table.Select(1)
	test.AssertImageMatches(t, "page-light.png", c.Capture())
	test.ApplyTheme(t, theme.New(theme.Dark))
	test.AssertImageMatches(t, "page-dark.png", c.Capture())
	test.ApplyTheme(t, theme.New(theme.Light))
	test.AssertImageMatches(t, "page-light.png", c.Capture())
}

func TestGoldenTableStates(t *testing.T) {
	golden(t, "states", 900, 460, func() fyne.CanvasObject {
		one, two, three, four := personTable(), personTable(), personTable(), personTable()
		one.SetState(widget.Loading("Caricamento delle visure"))
		two.SetState(widget.Empty("Nessuna visura", "Nuova visura", func() {}))
		three.SetState(widget.Failed("Elenco non disponibile", "Il server non risponde. Riprovare tra qualche minuto.", "Riprova", func() {}))
		four.Multiple = true
		four.SetMarked(0, 2)
		four.SetSort("born", true)
		return on(widget.Grid(400, theme.Space12, widget.Sized(0, 206, one), widget.Sized(0, 206, two), widget.Sized(0, 206, three), widget.Sized(0, 206, four)))
	})
}

func TestGoldenMessages(t *testing.T) {
	golden(t, "messages", 820, 716, func() fyne.CanvasObject {
		notices := widget.VBox(theme.Space8)
		for _, n := range []struct {
			tone  theme.Tone
			title string
		}{{theme.Information, "Informazione"}, {theme.Success, "Fatto"}, {theme.Warning, "Attenzione"}, {theme.Danger, "Errore"}} {
			notices.Add(widget.NewNotice(widget.NoticeParts{
				Tone: n.tone, Title: n.title, CloseName: "Chiudi", Action: "Dettagli",
				Text: "La postazione ANAG-07 è stata autorizzata da G. Verdi il 03/07/2026 alle 17:42 e resta valida fino a revoca.",
			}))
		}
		fail := widget.NewErrorPanel(widget.ErrorParts{
			What: "La visura non è stata eseguita", Means: "Nessun dato è stato richiesto ad ANPR; la quota non è stata usata.",
			Who:            "L’amministratore può rinnovare il certificato del Comune.",
			ReferenceLabel: "Riferimento", Reference: "7F3A-22C1", CopyText: "Copia", Retry: "Riprova",
		})
		steps := widget.NewSteps("Annulla", nil)
		steps.SetSteps(widget.Step{Text: "Controllo della richiesta", State: widget.StepDone, Word: "fatto", Elapsed: "0,1 s"},
			widget.Step{Text: "Autorizzazione PDND", State: widget.StepRunning, Word: "in corso", Elapsed: "1,4 s"},
			widget.Step{Text: "Interrogazione di ANPR", State: widget.StepWaiting, Word: "in attesa"},
			widget.Step{Text: "Registrazione", State: widget.StepFailed, Word: "non riuscita", Elapsed: "12,0 s"})
		return on(widget.VBox(theme.Space12, notices, fail, widget.Grid(360, theme.Space16, widget.Panel(steps), widget.NewBigCode("K7QF-2M9X-4T", 4))))
	})
}

func TestGoldenOverlays(t *testing.T) {
	t.Run("confirm", func(t *testing.T) {
		golden(t, "confirm", 640, 420, func() fyne.CanvasObject { return on(personTable()) }, func(c fyne.Canvas) {
			widget.Confirm(c, widget.Confirmation{
				Title: "Revoca postazione ANAG-07", Message: "Chi la usa viene disconnesso subito. Per riattivarla servirà una nuova autorizzazione.",
				Verb: "Revoca", Cancel: "Annulla", Danger: true,
			})
		})
	})
	t.Run("select", func(t *testing.T) {
		var place *widget.Picker
		golden(t, "select", 420, 330, func() fyne.CanvasObject {
			place = widget.NewSelect("Comune", widget.Choice{ID: "1", Text: "Roma", Secondary: "RM"}, widget.Choice{ID: "2", Text: "Romagnano Sesia", Secondary: "NO"},
				widget.Choice{ID: "3", Text: "Romagnano al Monte", Secondary: "SA"}, widget.Choice{ID: "4", Text: "Roma di sotto", Secondary: "cessato nel 1974"})
			place.SetSelectedID("2")
			return on(widget.VBox(0, place))
		}, func(c fyne.Canvas) { place.Open("") })
	})
	t.Run("search", func(t *testing.T) {
		var place *widget.Picker
		golden(t, "search", 420, 360, func() fyne.CanvasObject {
			place = widget.NewPicker("Comune di nascita", comuni)
			place.Required = true
			return on(widget.VBox(0, place))
		}, func(c fyne.Canvas) { place.Open("12") })
	})
	t.Run("reason", func(t *testing.T) {
		golden(t, "reason", 640, 420, func() fyne.CanvasObject { return on(personTable()) }, func(c fyne.Canvas) {
			widget.Confirm(c, widget.Confirmation{
				Title: "Rifiuta la richiesta di M. Rossi", Verb: "Rifiuta", Cancel: "Annulla",
				ReasonLabel: "Motivo", ReasonHint: "Lo leggerà chi ha fatto la richiesta", ReasonRequired: true,
			})
		})
	})
	t.Run("toasts", func(t *testing.T) {
		var toasts *widget.ToastStack
		golden(t, "toasts", 560, 260, func() fyne.CanvasObject {
			toasts = widget.NewToastStack("Chiudi")
			toasts.After = func(time.Duration, func()) func() { return func() {} }
			return container.NewStack(on(personTable()), toasts)
		}, func(fyne.Canvas) {
			toasts.Add(widget.Toast{Tone: theme.Success, Text: "Codice fiscale copiato"})
			toasts.Add(widget.Toast{Tone: theme.Information, Text: "Utente disattivato: non potrà più accedere da nessuna postazione", Action: "Annulla"})
		})
	})
}
