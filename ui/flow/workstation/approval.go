package workstation

import (
	"strings"

	"indagor/app"
	"indagor/sync/wire"
)

// PendingKeys lists the keys of a workstation that an approval may name: its
// first, or those of further operating-system users; of a suspended
// workstation every key that is not revoked.
func PendingKeys(w app.Workstation) []app.WorkstationKey {
	var keys []app.WorkstationKey
	for _, k := range w.Keys {
		if k.State == app.WorkstationPending || (w.State == app.WorkstationSuspended && k.State != app.WorkstationRevoked) {
			keys = append(keys, k)
		}
	}
	return keys
}

// May reports whether the act can be done to the workstation.
func May(w app.Workstation, act app.WorkstationAct) bool {
	if act == app.ActApprove && w.State == app.WorkstationAuthorised {
		return len(PendingKeys(w)) > 0
	}
	_, err := w.State.After(act)
	return err == nil
}

// CleanCode is the form in which comparison codes are compared: what people
// put between the characters does not count.
func CleanCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '·' || r == '.' {
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(code)))
}

// Compare finds the waiting key whose code the administrator was told; ok is
// false where none has it.
func Compare(w app.Workstation, code string) (key app.WorkstationKey, ok bool) {
	code = CleanCode(code)
	for _, k := range PendingKeys(w) {
		if code != "" && CleanCode(k.Code) == code {
			return k, true
		}
	}
	return app.WorkstationKey{}, false
}

// Form is what an administrator states when approving.
type Form struct {
	Name, Responsible, Office string
	Department                app.ID
	Expires                   *app.Day
	Code                      string
}

// FormOf is the form as it stands for a workstation before anything is typed.
func FormOf(w app.Workstation, department app.ID) Form {
	f := Form{Name: w.Name, Responsible: w.Responsible, Office: w.Office, Department: w.Department, Expires: w.Expires}
	if f.Department == "" {
		f.Department = department
	}
	return f
}

// Entry makes a change of the register, or says which fields keep it from being
// sent; the code has no part in it.
func (f Form) Entry(w app.Workstation) (wire.WorkstationChange, error) {
	var es app.Errors
	need := func(field, text string) string {
		text = strings.TrimSpace(text)
		if text == "" {
			es = append(es, app.E(app.CodeRequired).At(field))
		} else if len([]rune(text)) > 100 {
			es = append(es, app.E(app.CodeTooLong, "most", "100").At(field))
		}
		return text
	}
	c := wire.WorkstationChange{
		Name: need("name", f.Name), Responsible: need("responsible", f.Responsible), Office: need("office", f.Office),
		Department: f.Department, Expires: f.Expires, Version: w.Version,
	}
	if f.Department == "" {
		es = append(es, app.E(app.CodeRequired).At("department"))
	}
	return c, es.Err()
}

// Check makes the approval, or says which fields keep it from being sent;
// needDepartment is set for administrators who answer for several.
func (f Form) Check(w app.Workstation, needDepartment bool) (wire.Approval, error) {
	var es app.Errors
	need := func(field, text string, most int) string {
		text = strings.TrimSpace(text)
		if text == "" {
			es = append(es, app.E(app.CodeRequired).At(field))
		} else if len([]rune(text)) > most {
			es = append(es, app.E(app.CodeTooLong, "most", "100").At(field))
		}
		return text
	}
	a := wire.Approval{
		Responsible: need("responsible", f.Responsible, 100),
		Office:      need("office", f.Office, 100),
		Name:        need("name", f.Name, 100),
		Department:  f.Department, Expires: f.Expires, Version: w.Version,
	}
	if needDepartment && f.Department == "" {
		es = append(es, app.E(app.CodeRequired).At("department"))
	}
	if key, ok := Compare(w, f.Code); ok {
		a.Code = key.Code
	} else if CleanCode(f.Code) == "" {
		es = append(es, app.E(app.CodeRequired).At("code"))
	} else {
		es = append(es, app.E(app.CodeInvalid).At("code"))
	}
	return a, es.Err()
}
