package render

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indagor/app"
)

func statistics(by app.Dimension, n int) Statistics {
	v := Statistics{
		Body: Body{Name: "Comune di Esempio"}, By: by, From: "2026-01-01", Until: "2026-12-31", BeforeFrom: "2025-01-01", BeforeUntil: "2025-12-31",
		Filters: []string{"Direzione: Tributi e riscossione", "Esito: Trovato"}, Maker: "Maria Rossi (m.rossi)", Before: 900,
	}
	for i := range n {
		r := StatisticsRow{N: int64((i*37)%400 + 3)}
		before := int64((i*91)%300 + 1)
		r.Before = &before
		switch by {
		case app.ByUser:
			r.Key, r.Name = fmt.Sprint("u", i), fmt.Sprintf("Nome%d Cognome piuttosto lungo della Rovere%d", i, i)
		case app.ByType:
			r.Key = string(app.VisuraSpecs[i%len(app.VisuraSpecs)].Type)
		case app.ByMonth:
			r.Key, r.Before = time.Date(2026, time.Month(i+1), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), nil
		default:
			r.Key = time.Date(2026, 1, i+1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		}
		v.Total += r.N
		v.Rows = append(v.Rows, r)
	}
	return v
}

func TestStatisticsDocument(t *testing.T) {
	for _, test := range []struct {
		name  string
		v     Statistics
		pages int
		has   []string
	}{
		{"types", statistics(app.ByType, 5), 1, []string{"Comune di Esempio", "Quali tipi di visura sono stati richiesti?", "dal 01/01/2026 al 31/12/2026", "Direzione: Tributi e riscossione", "Maria Rossi (m.rossi)", "Residente nel Comune, sì o no"}},
		{"users", statistics(app.ByUser, 90), 5, []string{"Nome89 Cognome", "pagina 5 di 5"}},
		{"days", statistics(app.ByDay, 90), 3, []string{"31/03/2026"}},
		{"months", statistics(app.ByMonth, 12), 1, []string{"dicembre 2026"}},
		{"nothing", Statistics{Body: Body{Name: "Comune di Esempio"}, By: app.ByService, From: "2026-11-23", Until: "2026-11-23", BeforeFrom: "2026-11-22", BeforeUntil: "2026-11-22", Own: true}, 1, []string{"Nessuna richiesta nel periodo.", "Sono contate le sole richieste", "23/11/2026", "Nessuno"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := renderer(t)
			pdf, err := r.Statistics(context.Background(), italian(t), test.v)
			if err != nil {
				t.Fatal(err)
			}
			again, err := r.Statistics(context.Background(), italian(t), test.v)
			if err != nil || !bytes.Equal(pdf, again) {
				t.Errorf("the same numbers at the same moment give another file: %v", err)
			}
			if dir := os.Getenv("INDAGOR_RENDER_OUT"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, "statistics-"+test.name+".pdf"), pdf, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got := strings.Join(strings.Fields(text(t, pdf)), " ")
			for _, want := range test.has {
				if !strings.Contains(got, want) {
					t.Errorf("%q is missing", want)
				}
			}
			if n := strings.Count(got, "pagina "); n != test.pages {
				t.Errorf("%d pages, want %d", n, test.pages)
			}
		})
	}
}
