package ui

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	bulkflow "indagor/ui/flow/bulk"
	"indagor/ui/screen"
)

// sampleJobs are the lists of an operator, in every state.
func sampleJobs(service app.Service) []wire.Job {
	at := func(days int) time.Time { return sampleNow.AddDate(0, 0, -days).Add(-time.Hour) }
	started, ended := at(1).Add(4*time.Minute), at(1).Add(3*time.Hour)
	order := func(j wire.Job, state app.JobState, name, reference string) wire.Job {
		j.ID, j.Service, j.State, j.Name, j.FileReference = app.ID(service)+app.ID(state), service, state, name, reference
		if service == app.ServiceHousehold {
			j.Fields = nil
		}
		if j.Counts.Outcomes == nil {
			j.Counts.Outcomes = map[app.Outcome]int{}
		}
		return j
	}
	running := wire.Job{
		Created: at(0), Started: &started, Purpose: "p1", PurposeName: "Accertamento della TARI", ReferenceDate: "2026-11-23", Fields: []string{"surname", "name", "address", "alive"},
		Counts: app.JobCounts{Rows: 4830, Good: 4790, Doubtful: 22, Bad: 18, Ask: 4812, Done: 1204, Outcomes: map[app.Outcome]int{app.OutcomeFound: 1150, app.OutcomeDeceased: 31, app.OutcomeNotFound: 21, app.OutcomeFailed: 2}},
	}
	until := sampleNow.Add(14 * time.Hour)
	running.Progress = &wire.JobProgress{Seconds: 4512, Services: []wire.JobPace{
		{Service: "C030", Done: 1204, PerSecond: 1.4}, {Service: "C015", Done: 1190, Failed: 2, PerSecond: 0.8}, {Service: "C020", Done: 880, Failed: 14, PerSecond: 0.3, Waits: app.CodeAnprQuota, Until: &until}, {Service: "C019"},
	}}
	paused := running
	paused.Code = app.CodeAnprDown
	paused.Progress = nil
	done := running
	done.Progress, done.Ended, done.Counts.Done = nil, &ended, 4812
	done.Counts.Duplicates = 6
	done.Counts.Outcomes = map[app.Outcome]int{app.OutcomeFound: 4521, app.OutcomeDeceased: 143, app.OutcomeHotel: 4, app.OutcomeNotFound: 96, app.OutcomeDuplicate: 3, app.OutcomeOutOfScope: 41, app.OutcomeWrong: 18, app.OutcomeFailed: 4}
	ready := wire.Job{Created: at(0), Size: 2100, Header: []string{"Codice fiscale", "Nato il", "Immobile"}, Columns: 3, Mapping: []string{"fiscal_code", "birth", ""}, Format: &wire.JobFormat{Encoding: "utf-8", Separator: ";", Header: true}, Counts: app.JobCounts{Rows: 25, Good: 21, Doubtful: 2, Bad: 2, Ask: 23}}
	uploading := wire.Job{Created: at(3), Size: 3 << 20, Received: 1920 << 10}
	rejected := wire.Job{Created: at(4), Code: app.CodeListNotText}
	stopped := done
	stopped.Created = at(30)
	paused.Created, done.Created = at(1), at(2)
	return []wire.Job{
		order(running, app.JobRunning, "tari-2026-suppletivo.csv", "Prot. 4512/2026"), order(ready, app.JobReady, "sopralluoghi-novembre.xlsx", ""),
		order(paused, app.JobPaused, "imu-residui.csv", "Prot. 4401/2026"), order(done, app.JobDone, "tari-2026.csv", "Prot. 3987/2026"),
		order(uploading, app.JobUploading, "anagrafe-scolastica.txt", ""), order(rejected, app.JobRejected, "verbale.pdf", ""), order(stopped, app.JobStopped, "morosi.csv", "Prot. 2210/2026"),
	}
}

// sampleLists are those of the sample.
type sampleLists struct {
	edit     func(*wire.Job) // changes a list before it is seen
	followed int             // how often one was asked for
	seen     func()          // called once one that runs is seen
}

// Jobs finds by state, outcome and part of the name alone.
func (s *sample) Jobs(_ context.Context, q wire.JobQuery) (wire.List[wire.Job], bool, error) {
	var page wire.List[wire.Job]
	for _, j := range sampleJobs(q.Service) {
		if (q.State == "" || j.State == q.State) && (q.Outcome == "" || j.Counts.Outcomes[q.Outcome] > 0) && strings.Contains(j.Name, q.Text) {
			page.Items = append(page.Items, j)
		}
	}
	return page, s.cached, nil
}

func (s *sample) Job(_ context.Context, id app.ID, _ app.JobState, _ int) (wire.Job, bool, error) {
	for _, service := range []app.Service{app.ServiceEnrichment, app.ServiceHousehold} {
		for _, j := range sampleJobs(service) {
			if j.ID != id {
				continue
			}
			if s.lists.edit != nil {
				s.lists.edit(&j)
			}
			if s.lists.followed++; s.lists.followed == 2 && s.lists.seen != nil {
				s.lists.seen() // for as long as it runs it is asked for again
				return wire.Job{}, false, app.E(app.CodeCancelled)
			}
			return j, s.cached, nil
		}
	}
	return wire.Job{}, false, app.E(app.CodeNotFound)
}

func (s *sample) JobRows(_ context.Context, _ app.ID, grade string, _ int) ([]wire.JobRow, int, error) {
	var rows []wire.JobRow
	for i, p := range samplePeople {
		r := wire.JobRow{Number: i + 1, Line: i + 2, Grade: "good", Cells: []string{p.code, fmt.Sprintf("%02d/%02d/19%d", i%28+1, i%12+1, 50+i), "Foglio 12, mappale " + strconv.Itoa(140+i)}}
		switch i {
		case 1:
			r.Grade, r.Cells[0] = "bad", "FRRLCU7OA01H501O"
			r.Findings = []wire.JobFinding{{Code: app.CodeListConfused, Grade: "bad", Column: 1, Suggestions: []string{"FRRLCU70A01H501O"}}}
		case 2:
			r.Grade, r.Cells[1] = "doubtful", "04/12/1978"
			r.Findings = []wire.JobFinding{{Code: app.CodeListSwapped, Grade: "doubtful", Column: 2, Suggestions: []string{"12/04/1978"}}}
		case 4:
			r.Grade, r.Cells[0] = "bad", "SPSMGR45T52F83"
			r.Findings = []wire.JobFinding{{Code: app.CodeListLength, Grade: "bad", Column: 1, Params: map[string]string{"n": "14"}}}
		case 6:
			r.Grade, r.First = "doubtful", 3
			r.Findings = []wire.JobFinding{{Code: app.CodeListDuplicate, Grade: "doubtful", Params: map[string]string{"row": "3"}}}
		}
		if grade == "" || r.Grade == grade {
			rows = append(rows, r)
		}
	}
	return rows, 0, nil
}

func (s *sample) PlanJob(_ context.Context, _ app.ID, fields []string) (wire.JobPlan, error) {
	end, plenty, little := sampleNow.Add(6*time.Hour), 15000, 1000
	p := wire.JobPlan{Calls: 4812, Seconds: 4800, End: &end, Services: []wire.JobNeed{
		{Service: "C030", Calls: 812, Remaining: &plenty, Limit: 20000}, {Service: "C015", Calls: 2000, Remaining: &plenty, Limit: 20000},
	}}
	if len(fields) > 4 || fields == nil {
		p.Services = append(p.Services, wire.JobNeed{Service: "C020", Calls: 2000, Remaining: &little, Limit: 20000})
	}
	return p, nil
}

// jobScenes are the pages of a list, by its state.
func jobScenes() []scene {
	open := func(name string, state app.JobState, edit func(*wire.Job), play func(g *gallery)) scene {
		return scene{"enrichment-" + name, app.RoleStandard, func(g *gallery) {
			g.sample.lists.edit = edit
			g.at(screen.Enrichment)
			g.s.goTo(screen.Enrichment, app.ID(app.ServiceEnrichment)+app.ID(state))
			if play != nil {
				play(g)
			}
		}}
	}
	press := func(names ...string) func(g *gallery) {
		return func(g *gallery) {
			for _, n := range names {
				g.press(n)
			}
		}
	}
	narrowed := func(name string, by bulkflow.Filter, play func(g *gallery)) scene {
		return scene{"enrichment-" + name, app.RoleStandard, func(g *gallery) {
			g.at(screen.Enrichment)
			g.s.goTo(screen.Enrichment, by)
			if play != nil {
				play(g)
			}
		}}
	}
	return []scene{
		narrowed("narrowed", bulkflow.Filter{Person: samplePeople[0].code, Outcome: app.OutcomeDeceased, From: "2026-09-01"}, func(g *gallery) {
			for range 60 {
				if g.canvas().FocusNext(); g.focused() == "Rivestizione anagrafica" {
					break
				}
			}
			g.key(fyne.KeyHome)
		}),
		narrowed("nothing", bulkflow.Filter{Text: "catasto"}, nil),
		open("preview", app.JobReady, nil, nil),
		open("row", app.JobReady, nil, func(g *gallery) {
			for range 60 {
				if g.canvas().FocusNext(); g.focused() == "Righe" {
					break
				}
			}
			g.key(fyne.KeyHome)
			g.key(fyne.KeyDown)
		}),
		open("unmapped", app.JobReady, func(j *wire.Job) { j.Mapping, j.Header[0] = []string{"", "", ""}, "Contribuente" }, nil),
		open("columns", app.JobReady, nil, press("Colonne")),
		open("order", app.JobReady, nil, press("Prepara l'avvio")),
		open("order-short", app.JobReady, nil, press("Prepara l'avvio", "Indirizzo")),
		open("repeated", app.JobReady, func(j *wire.Job) { j.Repeats, j.Fields = "x", []string{"surname", "name", "address"} }, press("Prepara l'avvio")),
		open("broken", app.JobUploading, nil, nil),
		open("rejected", app.JobRejected, nil, nil),
		{"enrichment-running", app.RoleStandard, func(g *gallery) {
			g.sample.lists.seen = g.shot
			g.at(screen.Enrichment)
			g.s.goTo(screen.Enrichment, app.ID(app.ServiceEnrichment)+app.ID(app.JobRunning))
		}},
		open("paused", app.JobPaused, nil, nil),
		open("done", app.JobDone, nil, nil),
		open("told", app.JobReady, nil, func(g *gallery) {
			g.at(screen.Archive)
			g.f.hears(wire.Signal{Kind: app.SignalJob, ID: app.ID(app.ServiceEnrichment) + app.ID(app.JobDone)})
		}),
		{"household-order", app.RoleStandard, func(g *gallery) {
			g.at(screen.Household)
			g.s.goTo(screen.Household, app.ID(app.ServiceHousehold)+app.ID(app.JobReady))
			g.press("Prepara l'avvio")
		}},
		{"household-done", app.RoleStandard, func(g *gallery) {
			g.at(screen.Household)
			g.s.goTo(screen.Household, app.ID(app.ServiceHousehold)+app.ID(app.JobDone))
		}},
	}
}
