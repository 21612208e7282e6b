package app_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"indagor/app"
)

func TestListEnd(t *testing.T) {
	after := json.RawMessage(`{"found":7,"not_found":2,"wrong_row":4,"left_out":1}`)
	x, ok := app.Event{Kind: app.EventJobEnded, After: after}.ListEnd()
	want := app.ListEnd{Asked: 9, Outcomes: map[app.Outcome]int{app.OutcomeFound: 7, app.OutcomeNotFound: 2, app.OutcomeWrong: 4, app.OutcomeLeftOut: 1}}
	if !ok || !reflect.DeepEqual(x, want) {
		t.Errorf("%+v, %v", x, ok)
	}
	for _, e := range []app.Event{
		{Kind: app.EventJobPaused, After: after}, {Kind: app.EventJobEnded}, {Kind: app.EventJobEnded, After: json.RawMessage(`{"found":"7"}`)},
	} {
		if x, ok := e.ListEnd(); ok || x.Asked != 0 || x.Outcomes != nil {
			t.Errorf("%+v tells %+v", e, x)
		}
	}
}

// Whatever a visura or a row that was asked about may come to is the outcome of
// a request, once.
func TestRequestOutcomes(t *testing.T) {
	want := map[app.Outcome]bool{}
	for _, o := range append(slices.Clone(app.Outcomes), app.JobOutcomes...) {
		want[o] = o != app.OutcomeWrong && o != app.OutcomeLeftOut
	}
	for _, o := range app.RequestOutcomes {
		if !want[o] {
			t.Errorf("%s is none, or stands there twice", o)
		}
		want[o] = false
	}
	for o, missing := range want {
		if missing {
			t.Errorf("%s is missing", o)
		}
	}
}
