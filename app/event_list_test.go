package app_test

import (
	"encoding/json"
	"reflect"
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
