package directory

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/list"
)

// importLimits bound a list of users; the contract says the same.
var importLimits = list.Limits{Bytes: 4 << 20, Rows: 5000, Columns: 60, Cell: 1000, Record: 32 << 10}

// ImportOutcome is what becomes, or became, of one row.
type ImportOutcome string

// The outcomes of a row. A list only registers: who is there already stays as
// he is.
const (
	ImportCreate  ImportOutcome = "create"  // will be registered
	ImportKnown   ImportOutcome = "known"   // registered already: nothing is done
	ImportError   ImportOutcome = "error"   // cannot be registered
	ImportCreated ImportOutcome = "created" // has been registered
)

// ImportFinding is something to say of a row.
type ImportFinding struct {
	list.Finding
	Field  string
	Column string // heading
}

// ImportRow is one row of a list of users.
type ImportRow struct {
	Number, Line int
	User         app.User // as he would be, or is
	Outcome      ImportOutcome
	Findings     []ImportFinding
	Secret       string // once, where he was registered by this very call
	Expires      time.Time
}

// Grade is the worst of the findings.
func (r ImportRow) Grade() list.Grade {
	g := list.Good
	for _, f := range r.Findings {
		g = max(g, f.Grade)
	}
	return g
}

// Import is a list of users with what becomes of each row.
type Import struct {
	Format  list.Format
	Ignored []string // headings that mean nothing
	Rows    []ImportRow
	// Broke is what went wrong in the middle: rows after it are not among Rows
	// and were not tried.
	Broke error
}

// PreviewImport tells what would become of each row of a list of users, and
// changes nothing.
func (s *Service) PreviewImport(ctx context.Context, caller app.Caller, content []byte) (Import, error) {
	i, out, err := s.readImport(ctx, caller, content)
	if err != nil {
		return out, err
	}
	for n := range out.Rows {
		if err := i.judge(ctx, &out.Rows[n]); err != nil {
			return out, err
		}
	}
	return out, nil
}

// importer judges the rows of one list.
type importer struct {
	*Service
	caller      app.Caller
	columns     importColumns
	cells       map[int][]string // by number
	repeats     map[int]ImportFinding
	departments []app.Department
	sources     map[string]app.User // whose profile is copied
	admins      map[app.ID][]app.User
}

// readImport reads the list; its rows are not judged yet.
func (s *Service) readImport(ctx context.Context, caller app.Caller, content []byte) (*importer, Import, error) {
	var out Import
	r, err := list.NewReader(bytes.NewReader(content), importLimits)
	if err == nil && r.Header() == nil {
		f := r.Format()
		f.Header = true
		r, err = list.NewReaderAs(bytes.NewReader(content), importLimits, f)
	}
	if err != nil {
		return nil, out, inContent(err)
	}
	i := &importer{
		Service: s, caller: caller, cells: map[int][]string{}, repeats: map[int]ImportFinding{},
		sources: map[string]app.User{}, admins: map[app.ID][]app.User{},
	}
	if i.columns, err = recognise(r.Header()); err != nil {
		return nil, out, err
	}
	if i.departments, err = s.store.Departments(ctx); err != nil {
		return nil, out, err
	}
	met := map[string]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, out, inContent(err)
		}
		x := ImportRow{Number: row.Number, Line: row.Line}
		for _, f := range row.Findings {
			found := ImportFinding{Finding: f}
			if f.Column > 0 && f.Column <= len(i.columns.names) {
				found.Column = i.columns.names[f.Column-1]
			}
			if f.Code == app.CodeListRagged && len(row.Cells) > len(i.columns.names) {
				found.Grade = list.Bad // what stands under the wrong heading must not become a user
			}
			x.Findings = append(x.Findings, found)
		}
		i.cells[x.Number] = row.Cells
		i.repeated(x, met)
		out.Rows = append(out.Rows, x)
	}
	out.Format, out.Ignored = r.Format(), i.columns.ignored
	return i, out, nil
}

func inContent(err error) error {
	if e, ok := errors.AsType[*app.Error](err); ok {
		return e.At("content")
	}
	return err
}

// repeated notes that the row says again what only one user may have.
func (i *importer) repeated(x ImportRow, met map[string]int) {
	for _, f := range []importField{importFiscalCode, importUsername, importEmail} {
		v := strings.ToLower(i.columns.cell(i.cells[x.Number], f))
		if v == "" {
			continue
		}
		key := string(f) + "|" + v
		if first, ok := met[key]; ok {
			if _, told := i.repeats[x.Number]; !told {
				i.repeats[x.Number] = i.finding(x, app.CodeImportRepeats, list.Bad, f, "row", itoa(first))
			}
			continue
		}
		met[key] = x.Number
	}
}

func (i *importer) finding(x ImportRow, code app.Code, g list.Grade, f importField, params ...string) ImportFinding {
	return ImportFinding{
		Finding: list.Finding{Code: code, Grade: g, Line: x.Line, Params: app.E(code, params...).Params},
		Field:   string(f), Column: i.columns.name(f),
	}
}

// judge says what would become of the row.
func (i *importer) judge(ctx context.Context, x *ImportRow) error {
	add := func(code app.Code, g list.Grade, f importField, params ...string) {
		x.Findings = append(x.Findings, i.finding(*x, code, g, f, params...))
	}
	cell := func(f importField) string { return i.columns.cell(i.cells[x.Number], f) }
	u := app.User{
		Surname: cell(importSurname), Name: cell(importName), FiscalCode: codicefiscale.Normalize(cell(importFiscalCode)), Email: cell(importEmail),
		Username: cell(importUsername), Phone: cell(importPhone), StaffNumber: cell(importStaff), Office: cell(importOffice), OperatorID: cell(importOperatorID),
		Role: app.RoleStandard, Enabled: true,
	}
	x.Outcome = ImportError
	if f, ok := i.repeats[x.Number]; ok {
		x.Findings = append(x.Findings, f)
	}
	switch heading(cell(importRole)) {
	case "", "standard":
	case "standardps":
		u.Role = app.RoleStandardPS
	case "admin":
		u.Role = app.RoleAdmin
	case "top":
		u.Role = app.RoleTop
		add(app.CodeRoleConsole, list.Bad, importRole)
	default:
		add(app.CodeImportWord, list.Bad, importRole, "words", "ADMIN, STANDARD, STANDARDPS")
	}
	i.belongs(x, &u, cell(importDepartment))
	if err := i.profile(ctx, x, &u, cell(importProfile), cell(importWorkstation)); err != nil {
		return err
	}
	if err := i.assigned(ctx, x, &u, cell(importAdmin)); err != nil {
		return err
	}
	x.User = normalize(u)
	var err error
	if x.Grade() < list.Bad {
		err = i.check(ctx, i.store, i.caller, x.User, app.Profile{})
	} else {
		// The rest depends on what is wrong already.
		err = slices.DeleteFunc(x.User.CheckIdentity(codicefiscale.Check), func(e *app.Error) bool {
			return e.Field == "department" || e.Field == "admin" || e.Field == "role"
		}).Err()
	}
	if err := i.refused(x, err); err != nil {
		return err
	}
	if p, err := codicefiscale.Parse(x.User.FiscalCode); err == nil {
		agrees := codicefiscale.Compare(p, codicefiscale.Identity{Surname: u.Surname, Name: u.Name})
		if agrees.Surname == codicefiscale.Wrong {
			add(app.CodeListDisagree, list.Doubtful, importSurname)
		}
		if agrees.Name == codicefiscale.Wrong {
			add(app.CodeListDisagree, list.Doubtful, importName)
		}
	}
	p := x.User.Profile
	if x.Grade() < list.Bad && u.Role.Operative() && p.Visure == nil && p.Enrichment == nil && p.Household == nil {
		add(app.CodeImportBare, list.Doubtful, importProfile)
	}
	if err := i.taken(ctx, x); err != nil {
		return err
	}
	if x.Outcome == ImportError && x.Grade() < list.Bad {
		x.Outcome = ImportCreate
	}
	return nil
}

// belongs finds the department; who reaches one department only needs not
// name it.
func (i *importer) belongs(x *ImportRow, u *app.User, name string) {
	own := i.caller.User.Department
	all := app.PermManageOperators.Grant(i.caller.User.Role).Reach == app.ReachAll
	at := slices.IndexFunc(i.departments, func(d app.Department) bool { return strings.EqualFold(d.Name, name) })
	switch {
	case name == "" && !all:
		u.Department = own
	case name == "":
		x.Findings = append(x.Findings, i.finding(*x, app.CodeRequired, list.Bad, importDepartment))
	case at < 0:
		x.Findings = append(x.Findings, i.finding(*x, app.CodeDepartmentAbsent, list.Bad, importDepartment))
	default:
		u.Department = i.departments[at].ID
	}
	if !all && (u.Department != "" && u.Department != own || u.Role == app.RoleAdmin) {
		field := importDepartment
		if u.Role == app.RoleAdmin {
			field = importRole
		}
		x.Findings = append(x.Findings, i.finding(*x, app.CodeImportForeign, list.Bad, field))
	}
}

// profile copies the profile of the user named, whom the caller administers.
func (i *importer) profile(ctx context.Context, x *ImportRow, u *app.User, source, rule string) error {
	if source != "" {
		from, ok := i.sources[source]
		if !ok {
			var err error
			if from, err = i.store.UserNamed(ctx, app.NormalizeUsername(source)); err != nil && app.CodeOf(err) != app.CodeNotFound {
				return err
			}
			if err != nil || !visible(i.caller, from) {
				from = app.User{}
			}
			i.sources[source] = from
		}
		if from.ID == "" {
			x.Findings = append(x.Findings, i.finding(*x, app.CodeImportProfile, list.Bad, importProfile))
			return nil
		}
		u.Profile = from.Profile
		if from.Department != u.Department && u.Department != "" && len(from.Profile.Purposes) > 0 {
			var f Fit
			if err := fitPurposes(ctx, i.store, u, from.Department, Terms{}, &f); err != nil {
				return err
			}
		}
	}
	switch heading(rule) {
	case "":
	case "libera", "libere":
		u.Profile.Workstations, u.Profile.WorkstationID = app.WorkstationsFree, nil
	case "autorizzata", "autorizzate":
		u.Profile.Workstations = app.WorkstationsAuthorised
	default:
		x.Findings = append(x.Findings, i.finding(*x, app.CodeImportWord, list.Bad, importWorkstation, "words", "libera, autorizzata"))
	}
	return nil
}

// assigned finds the operator's ADMIN: the one named, or the caller, or the
// only one of the department.
func (i *importer) assigned(ctx context.Context, x *ImportRow, u *app.User, name string) error {
	switch {
	case !u.Role.Operative():
		if name != "" {
			x.Findings = append(x.Findings, i.finding(*x, app.CodeInvalid, list.Bad, importAdmin))
		}
		return nil
	case name != "":
		a, err := i.store.UserNamed(ctx, app.NormalizeUsername(name))
		if err != nil && app.CodeOf(err) != app.CodeNotFound {
			return err
		}
		if err != nil {
			x.Findings = append(x.Findings, i.finding(*x, app.CodeAdminAbsent, list.Bad, importAdmin))
		}
		u.Admin = a.ID
		return nil
	case i.caller.User.Role == app.RoleAdmin && u.Department == i.caller.User.Department:
		u.Admin = i.caller.User.ID
		return nil
	case u.Department == "":
		return nil // refused already
	}
	admins, ok := i.admins[u.Department]
	if !ok {
		on := true
		var err error
		admins, _, err = i.store.Users(ctx, app.UserFilter{Department: u.Department, Roles: []app.Role{app.RoleAdmin}, Enabled: &on, Limit: 2})
		if err != nil {
			return err
		}
		i.admins[u.Department] = admins
	}
	if len(admins) == 1 {
		u.Admin = admins[0].ID
	}
	return nil
}

// refused makes findings of the refusals of a user; another error is given
// back.
func (i *importer) refused(x *ImportRow, err error) error {
	var es app.Errors
	if many, ok := errors.AsType[app.Errors](err); ok {
		es = many
	} else if one, ok := errors.AsType[*app.Error](err); ok {
		es = app.Errors{one}
	} else {
		return err
	}
	for _, e := range es {
		f := i.finding(*x, e.Code, list.Bad, fieldOf(e.Field))
		f.Params, f.Field = e.Params, e.Field
		if fault, ok := errors.AsType[*codicefiscale.Fault](e); ok {
			for _, c := range fault.Suggestions {
				f.Suggestions = append(f.Suggestions, string(c))
			}
		}
		x.Findings = append(x.Findings, f)
	}
	return nil
}

// taken looks for users who have already what only one may have. The person
// himself, where the caller administers him, is known: nothing is done.
func (i *importer) taken(ctx context.Context, x *ImportRow) error {
	us, err := i.store.UsersTaking(ctx, x.User)
	if err != nil {
		return err
	}
	for _, u := range us {
		if u.FiscalCode == x.User.FiscalCode && visible(i.caller, u) {
			x.Outcome, x.User = ImportKnown, u
			x.Findings = []ImportFinding{i.finding(*x, app.CodeImportKnown, list.Good, importFiscalCode, "username", u.Username)}
			return nil
		}
	}
	for _, u := range us {
		for _, c := range []struct {
			same  bool
			code  app.Code
			field importField
		}{
			{u.FiscalCode == x.User.FiscalCode, app.CodeFiscalTaken, importFiscalCode},
			{u.Username == x.User.Username, app.CodeNameTaken, importUsername},
			{strings.EqualFold(u.Email, x.User.Email), app.CodeEmailTaken, importEmail},
		} {
			if c.same {
				x.Findings = append(x.Findings, i.finding(*x, c.code, list.Bad, c.field))
			}
		}
	}
	return nil
}
