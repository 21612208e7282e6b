package workstation

import (
	"context"
	"io"
	"strconv"

	"indagor/app"
	flow "indagor/ui/flow/workstation"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// soon is within how many days an expiry is told below the rows.
const soon = 30

// narrow is the second line of the filters.
func (s *Register) narrow() []listing.Control[flow.Filter] {
	days := func(key string, all []int) []widget.Choice {
		var out []widget.Choice
		for _, n := range all {
			out = append(out, widget.Choice{ID: strconv.Itoa(n), Text: s.Host.Language().N(key, n)})
		}
		return out
	}
	var line []listing.Control[flow.Filter]
	add := func(key string, width float32, at func(*flow.Filter) *string, fixed ...widget.Choice) func(...widget.Choice) {
		c, offer := listing.Choice("", s.t(key), width, at, fixed...)
		line = append(line, c)
		return offer
	}
	if s.everywhere() {
		c, offer := listing.Choice("", s.t("workstations.any.department"), 150, func(f *flow.Filter) *app.ID { return &f.Department })
		line, s.departments = append(line, c), offer
	}
	s.offices = add("workstations.any.office", 140, func(f *flow.Filter) *string { return &f.Office })
	s.systems = add("workstations.any.os", 150, func(f *flow.Filter) *string { return &f.OS })
	s.builds = add("workstations.any.version", 130, func(f *flow.Filter) *string { return &f.AppVersion })
	add("workstations.any.expiry", 160, func(f *flow.Filter) *string { return &f.Expiring }, days("workstations.expiring", flow.ExpiringDays)...)
	add("workstations.any.seen", 160, func(f *flow.Filter) *string { return &f.Unseen }, days("workstations.unseen", flow.UnseenDays)...)
	add("workstations.any.drift", 150, func(f *flow.Filter) *string { return &f.Drift }, widget.Choice{ID: "true", Text: s.t("workstations.drift")})
	return append(line, listing.Only(theme.IconKey,
		func(f flow.Filter) string {
			if f.Token == "" {
				return ""
			}
			return s.t("workstations.by_token", "label", f.TokenLabel)
		},
		func(f *flow.Filter) { f.Token, f.TokenLabel = "", "" }))
}

func choices(texts []string) []widget.Choice {
	out := make([]widget.Choice, len(texts))
	for i, text := range texts {
		out[i] = widget.Choice{ID: text, Text: text}
	}
	return out
}

// ending says how many workstations expire soon, "" for none.
func (s *Register) ending(n int) string {
	if n == 0 {
		return ""
	}
	return s.Host.Language().N("workstations.soon", n, "days", strconv.Itoa(soon))
}

// ending is the last day of a workstation; those without one come last.
func ending(w app.Workstation) app.Day {
	if w.Expires == nil {
		return "9999-12-31"
	}
	return *w.Expires
}

// lastDay is the last day in words, empty for none.
func (s *Register) lastDay(w app.Workstation) string {
	if w.Expires == nil {
		return ""
	}
	return s.Host.Language().Day(*w.Expires)
}

// export gets the rows of the filter as a table.
func (s *Register) export(format string) {
	shell, ok := s.Host.(screen.Downloader)
	if !ok {
		return
	}
	language := s.Host.Language().Name()
	shell.Download(func(ctx context.Context, to io.Writer, received func(int64)) (string, error) {
		return s.flow.Export(ctx, format, language, to, received)
	})
}
