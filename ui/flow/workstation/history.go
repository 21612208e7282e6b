package workstation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"indagor/app"
	"indagor/sync/wire"
)

// Change is one thing that an act changed; Field is its name in the contract.
type Change struct {
	Field         string
	Before, After string
}

// told are the fields of a workstation that a history tells, in this order.
var told = []string{"state", "name", "office", "responsible", "department", "expires", "os", "app_version", "alarm"}

// Changes lists what the act changed of what a history tells.
func Changes(item wire.HistoryItem) []Change {
	before, after := object(item.Before), object(item.After)
	var out []Change
	for _, field := range told {
		b, a := text(before[field]), text(after[field])
		if a == b || (len(after) == 0 && a == "") {
			continue
		}
		out = append(out, Change{field, b, a})
	}
	return out
}

func object(raw json.RawMessage) map[string]any {
	var m map[string]any
	if json.Unmarshal(raw, &m) != nil {
		return nil // some acts tell a text, or nothing
	}
	return m
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case float64, bool:
		return fmt.Sprint(v)
	}
	return ""
}

// Drift is a change of a machine: which of its components are others, and
// whether the workstation went on working.
type Drift struct {
	Components []string // names as in app.FingerprintWeights, in order
	Accepted   bool
	Clone      bool // the same key on two machines
}

// DriftOf reads what a history tells about a change of the machine; ok is false
// where it tells something else.
func DriftOf(item wire.HistoryItem) (d Drift, ok bool) {
	switch {
	case item.Kind == app.EventDrift:
		d.Accepted = true
	case item.Kind == app.EventAlarm:
		d.Clone = true
	case item.Kind == app.EventSuspended && item.Reason == string(app.AlarmDrift):
	default:
		return d, false
	}
	for _, raw := range []json.RawMessage{item.Before, item.After} {
		var x struct {
			Components []string `json:"components"`
		}
		if json.Unmarshal(raw, &x) == nil {
			d.Components = append(d.Components, x.Components...)
		}
	}
	slices.Sort(d.Components)
	d.Components = slices.Compact(d.Components)
	return d, true
}

// Newest sorts a history newest first, as the server promises it.
func Newest(items []wire.HistoryItem) []wire.HistoryItem {
	out := slices.Clone(items)
	slices.SortStableFunc(out, func(a, b wire.HistoryItem) int { return b.At.Compare(a.At) })
	return out
}
