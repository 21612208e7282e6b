package body

import (
	"context"
	"strconv"
	"strings"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Desk is what the pages need of the desktop.
type Desk interface {
	DepartmentSummaries(ctx context.Context) ([]app.DepartmentSummary, error)
	Department(ctx context.Context, id app.ID) (app.DepartmentDetail, error)
	SaveDepartment(ctx context.Context, id app.ID, c wire.DepartmentChange) (app.Department, error)
	DeleteDepartment(ctx context.Context, id app.ID, version int) error
	SavePurpose(ctx context.Context, id app.ID, c wire.PurposeChange) (app.Purpose, error)
	DeletePurpose(ctx context.Context, id app.ID, version int) error
	ConsortiumSummaries(ctx context.Context) ([]app.ConsortiumSummary, error)
	Consortium(ctx context.Context, id app.ID) (app.ConsortiumDetail, error)
	SaveConsortium(ctx context.Context, id app.ID, c wire.ConsortiumChange) (app.Consortium, error)
	DeleteConsortium(ctx context.Context, id app.ID, version int) error
	Departments(ctx context.Context) ([]app.Department, error)
}

// Filter says what is listed; the zero Filter lists all.
type Filter struct{ Search string }

// finds reports whether every word of the search stands in one of the texts.
func (f Filter) finds(texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(strings.ToLower(f.Search)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

func check(f Filter) (Filter, app.Errors) {
	f.Search = strings.TrimSpace(f.Search)
	return f, nil
}

// Departments is the list of departments with the detail beside it. All of
// them are read at once: a body has dozens.
type Departments struct {
	*list.Flow[Filter, app.DepartmentSummary, app.DepartmentDetail]
	desk Desk
}

// NewDepartments returns a list that has read nothing.
func NewDepartments(desk Desk, o list.Options) *Departments {
	d := &Departments{desk: desk}
	d.Flow = list.New(list.Config[Filter, app.DepartmentSummary, app.DepartmentDetail]{
		Options: o, ID: func(s app.DepartmentSummary) app.ID { return s.ID }, Check: check,
		Read: func(ctx context.Context, f Filter, _ wire.Page) (wire.List[app.DepartmentSummary], bool, error) {
			all, err := desk.DepartmentSummaries(ctx)
			var rows wire.List[app.DepartmentSummary]
			for _, s := range all {
				if f.finds(append([]string{s.Name}, s.Offices...)...) {
					rows.Items = append(rows.Items, s)
				}
			}
			return rows, false, err
		},
		Look: func(ctx context.Context, id app.ID) (app.DepartmentDetail, bool, error) {
			detail, err := desk.Department(ctx, id)
			return detail, false, err
		},
	})
	return d
}

// show shows the department as it is now, after an act on it.
func (d *Departments) show(ctx context.Context, id app.ID, first bool) error {
	detail, err := d.desk.Department(ctx, id)
	if err != nil {
		return err
	}
	row := app.DepartmentSummary{Department: detail.Department, DepartmentCounts: detail.DepartmentCounts}
	if first {
		d.PutFirst(row, detail)
	} else {
		d.Put(row, detail)
	}
	return nil
}

// Save makes or changes the department of the draft.
func (d *Departments) Save(ctx context.Context, draft DepartmentDraft) (app.Department, error) {
	change, err := draft.Check()
	if err != nil {
		return app.Department{}, err
	}
	id := draft.Before.ID
	if id == "" {
		id = app.NewID()
	}
	saved, err := d.desk.SaveDepartment(ctx, id, change)
	if err != nil {
		return saved, err
	}
	return saved, d.show(ctx, saved.ID, draft.Before.ID == "")
}

// Delete deletes the department; it is refused with who and what refers to it.
func (d *Departments) Delete(ctx context.Context, was app.Department) error {
	err := d.desk.DeleteDepartment(ctx, was.ID, was.Version)
	if err == nil {
		d.Select("")
		d.Reload()
	}
	return err
}

// SavePurpose makes or changes a purpose of a department.
func (d *Departments) SavePurpose(ctx context.Context, draft PurposeDraft) error {
	change, err := draft.Check()
	if err != nil {
		return err
	}
	id := draft.Before.ID
	if id == "" {
		id = app.NewID()
	}
	if _, err := d.desk.SavePurpose(ctx, id, change); err != nil {
		return err
	}
	return d.show(ctx, change.Department, false)
}

// DeletePurpose deletes a purpose; it is refused with those whose profile
// names it.
func (d *Departments) DeletePurpose(ctx context.Context, p app.Purpose) error {
	if err := d.desk.DeletePurpose(ctx, p.ID, p.Version); err != nil {
		return err
	}
	return d.show(ctx, p.Department, false)
}

// DepartmentDraft is a department as it is being typed.
type DepartmentDraft struct {
	Before  app.Department // the zero Department for a new one
	Name    string
	Offices []OfficeDraft
}

// OfficeDraft is an office as it is being typed.
type OfficeDraft struct {
	Was  string // the name that it has; "" for a new one
	Name string
}

// DraftOf is a department that is there, to be changed; the zero Department
// for a new one.
func DraftOf(d app.Department) DepartmentDraft {
	draft := DepartmentDraft{Before: d, Name: d.Name}
	for _, o := range d.Offices {
		draft.Offices = append(draft.Offices, OfficeDraft{o, o})
	}
	return draft
}

// mostName is how many characters a name has, as the contract has it.
const (
	mostName    = 100
	mostPurpose = 150
	mostBasis   = 300
)

// named checks a name that is typed.
func named(es *app.Errors, field, text string, most int) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		*es = append(*es, app.E(app.CodeRequired).At(field))
	case len([]rune(text)) > most:
		*es = append(*es, app.E(app.CodeTooLong, "most", strconv.Itoa(most)).At(field))
	}
	return text
}

// Check makes the change, or says which fields keep it from being sent: "name",
// "offices.0", …, in the order of the draft.
func (d DepartmentDraft) Check() (wire.DepartmentChange, error) {
	var es app.Errors
	c := wire.DepartmentChange{Name: named(&es, "name", d.Name, mostName), Version: d.Before.Version}
	for i, o := range d.Offices {
		field := "offices." + strconv.Itoa(i)
		name := named(&es, field, o.Name, mostName)
		for _, other := range c.Offices {
			if name != "" && strings.EqualFold(other, name) {
				es = append(es, app.E(app.CodeTaken).At(field))
				break
			}
		}
		c.Offices = append(c.Offices, name)
		if o.Was != "" && o.Was != name {
			c.Renamed = append(c.Renamed, wire.OfficeRename{From: o.Was, To: name})
		}
	}
	return c, es.Err()
}

// PurposeDraft is a purpose as it is being typed.
type PurposeDraft struct {
	Before           app.Purpose // the zero Purpose but for Department for a new one
	Name, LegalBasis string
	Withdrawn        bool
}

// PurposeDraftOf is a purpose that is there, to be changed.
func PurposeDraftOf(p app.Purpose) PurposeDraft {
	return PurposeDraft{p, p.Name, p.LegalBasis, p.Withdrawn}
}

// Check makes the change, or says which fields keep it from being sent.
func (d PurposeDraft) Check() (wire.PurposeChange, error) {
	var es app.Errors
	c := wire.PurposeChange{
		Department: d.Before.Department, Name: named(&es, "name", d.Name, mostPurpose), LegalBasis: strings.TrimSpace(d.LegalBasis),
		Withdrawn: d.Withdrawn, Version: d.Before.Version,
	}
	if len([]rune(c.LegalBasis)) > mostBasis {
		es = append(es, app.E(app.CodeTooLong, "most", strconv.Itoa(mostBasis)).At("legal_basis"))
	}
	return c, es.Err()
}
