package visura

import (
	"indagor/app"
	"indagor/sync/wire"
)

// New begins another visura with an empty subject. While a request is under
// way it does nothing and reports false.
func (f *Flow) New() bool { return f.begin(func() Form { return f.fresh() }) }

// Same begins another visura about the subject of the last one: what is asked
// must be chosen anew.
func (f *Flow) Same() bool {
	return f.begin(func() Form {
		x := formOf(f.request0, app.DayOf(f.config.Now()))
		x.Type, x.Also, x.Declared, x.ReferenceDate = "", nil, nil, app.DayOf(f.config.Now())
		if types := f.Types(); len(types) == 1 {
			x.Type = types[0]
		}
		return x
	})
}

// Back returns from the end of a request to the form as it was sent.
func (f *Flow) Back() bool {
	f.mu.Lock()
	done := f.phase == PhaseDone
	f.mu.Unlock()
	return done && f.begin(func() Form { return f.form })
}

// Prefill begins a visura about whoever has the fiscal code.
func (f *Flow) Prefill(fiscalCode string) bool {
	return f.begin(func() Form {
		x := f.fresh()
		x.Text = fiscalCode
		return x
	})
}

// Repeat begins a visura like the request, for instance one of the archive;
// its reference date is today's.
func (f *Flow) Repeat(r wire.VisuraRequest) bool {
	return f.begin(func() Form {
		today := app.DayOf(f.config.Now())
		r.ReferenceDate = today
		return formOf(r, today)
	})
}

func (f *Flow) begin(form func() Form) bool {
	f.mu.Lock()
	if f.phase == PhaseRunning {
		f.mu.Unlock()
		return false
	}
	if f.phase == PhaseWaiting {
		f.drop() // it waits without being watched
	}
	f.form, f.errs, f.before = form(), nil, nil
	f.phase, f.visura, f.err, f.fault = PhaseForm, wire.Visura{}, nil, Fault{}
	f.mu.Unlock()
	f.changed()
	return true
}
