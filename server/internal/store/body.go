package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"indagor/app"
)

var (
	departmentInsert = register("department_insert", `INSERT INTO departments (id, name, doc, version) VALUES ($1, $2, $3, 1)`)
	departmentUpdate = register("department_update", `UPDATE departments SET name = $1, doc = $2, version = version + 1 WHERE id = $3 AND version = $4`)
	departmentDelete = register("department_delete", `DELETE FROM departments WHERE id = $1 AND version = $2`)
	departmentByID   = register("department_by_id", `SELECT doc, version FROM departments WHERE id = $1`)
	departmentsAll   = register("departments_all", `SELECT doc, version FROM departments ORDER BY name`)
	departmentUsers  = register("department_users", `SELECT doc, version, created, updated FROM users WHERE department = $1 ORDER BY sort_key, id`)
	departmentSizes  = register("department_sizes", `SELECT department, role, enabled, COUNT(*) FROM users GROUP BY department, role, enabled`)
	departmentPast   = register("department_past", `SELECT COUNT(*) FROM (SELECT 1 FROM assignments WHERE department = $1 LIMIT 1) a`)
	departmentPlaces = register("department_workstations", `SELECT doc, fingerprint, version FROM workstations WHERE department = $1 ORDER BY name, id`)
	departmentsUsed  = register("departments_used", `SELECT department, COUNT(*) FROM workstations WHERE state <> 'revoked' GROUP BY department`)
	departmentTokens = register("department_tokens", `SELECT label FROM enrolment_tokens WHERE department = $1 ORDER BY issued`)
	tokensOffice     = register("tokens_office", `UPDATE enrolment_tokens SET office = $1 WHERE department = $2 AND office = $3`)
	purposeInsert    = register("purpose_insert", `INSERT INTO purposes (id, department, name, doc, version) VALUES ($1, $2, $3, $4, 1)`)
	purposeUpdate    = register("purpose_update", `UPDATE purposes SET department = $1, name = $2, doc = $3, version = version + 1 WHERE id = $4 AND version = $5`)
	purposeDelete    = register("purpose_delete", `DELETE FROM purposes WHERE id = $1 AND version = $2`)
	purposeByID      = register("purpose_by_id", `SELECT doc, version FROM purposes WHERE id = $1`)
	purposesOf       = register("purposes_of", `SELECT doc, version FROM purposes WHERE department = $1 ORDER BY name`)
	purposesAll      = register("purposes_all", `SELECT doc, version FROM purposes ORDER BY department, name`)
	consortiumInsert = register("consortium_insert", `INSERT INTO consortia (id, name, doc, version) VALUES ($1, $2, $3, 1)`)
	consortiumUpdate = register("consortium_update", `UPDATE consortia SET name = $1, doc = $2, version = version + 1 WHERE id = $3 AND version = $4`)
	consortiumDelete = register("consortium_delete", `DELETE FROM consortia WHERE id = $1 AND version = $2`)
	consortiumByID   = register("consortium_by_id", `SELECT doc, version FROM consortia WHERE id = $1`)
	consortiaAll     = register("consortia_all", `SELECT doc, version FROM consortia ORDER BY name`)
	usersNaming      = register("users_naming", `SELECT doc, version, created, updated FROM users WHERE doc LIKE $1 ESCAPE '\' ORDER BY sort_key, id`)
	settingPut       = register("setting_put", `INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`)
	settingByName    = register("setting_by_name", `SELECT value FROM settings WHERE name = $1`)
	quotaPut         = register("quota_put", `INSERT INTO quotas (service, doc) VALUES ($1, $2) ON CONFLICT (service) DO UPDATE SET doc = excluded.doc`)
	quotasAll        = register("quotas_all", `SELECT service, doc FROM quotas`)
)

// scanDoc reads a document with its version, which set puts into it.
func scanDoc[T any](set func(*T, int)) func(scanner) (T, error) {
	return func(s scanner) (x T, err error) {
		var doc string
		var version int
		if err := s.Scan(&doc, &version); err != nil {
			return x, err
		}
		err = json.Unmarshal([]byte(doc), &x)
		set(&x, version)
		return x, err
	}
}

var (
	scanDepartment = scanDoc(func(d *app.Department, v int) { d.Version = v })
	scanPurpose    = scanDoc(func(p *app.Purpose, v int) { p.Version = v })
	scanConsortium = scanDoc(func(c *app.Consortium, v int) { c.Version = v })
)

func taken(err error) error {
	name := violated(err)
	switch {
	case strings.HasSuffix(name, ".pkey"):
		return app.E(app.CodeChanged).At("version")
	case strings.HasSuffix(name, ".name") || strings.HasPrefix(name, "purposes."):
		return app.E(app.CodeTaken).At("name")
	}
	return err
}

// alter changes exactly one row; none means that it was changed meanwhile.
func (tx *Tx) alter(s *statement, args ...any) error {
	n, err := exec(tx.Context(), tx.q, s, args...)
	if err == nil && n == 0 {
		return app.E(app.CodeChanged).At("version")
	}
	return taken(err)
}

func text(doc any) (string, error) {
	b, err := json.Marshal(doc)
	return string(b), err
}

// HoldBody makes every other change of departments, purposes and groups, and
// of the users who refer to them, wait until this one ends.
func (tx *Tx) HoldBody() error { return tx.exclusive("body") }

// PutDepartment makes a department, where its version is 0, or replaces the
// one that still has the version.
func (tx *Tx) PutDepartment(d app.Department) error {
	doc, err := text(d)
	if err != nil {
		return err
	}
	if d.Version == 0 {
		return tx.alter(departmentInsert, d.ID, d.Name, doc)
	}
	return tx.alter(departmentUpdate, d.Name, doc, d.ID, d.Version)
}

// DeleteDepartment deletes the department if it still has the version.
func (tx *Tx) DeleteDepartment(id app.ID, version int) error {
	return tx.alter(departmentDelete, id, version)
}

// Department returns a department.
func (q queries) Department(ctx context.Context, id app.ID) (app.Department, error) {
	return one(ctx, q.q, departmentByID, scanDepartment, id)
}

// Departments lists the departments by name.
func (q queries) Departments(ctx context.Context) ([]app.Department, error) {
	return all(ctx, q.q, departmentsAll, scanDepartment)
}

// UsersOfDepartment lists everybody of the department by name.
func (q queries) UsersOfDepartment(ctx context.Context, id app.ID) ([]app.User, error) {
	return all(ctx, q.q, departmentUsers, scanUser, id)
}

// UsersNaming lists the users in whose profile the id stands, by name; the id
// may also stand elsewhere in them.
func (q queries) UsersNaming(ctx context.Context, id app.ID) ([]app.User, error) {
	return all(ctx, q.q, usersNaming, scanUser, like(`"`+string(id)+`"`))
}

// UsersOfGroups lists the users whose scope is a group of Comuni.
func (q queries) UsersOfGroups(ctx context.Context) ([]app.User, error) {
	return all(ctx, q.q, usersNaming, scanUser, like(`"kind":"`+string(app.ScopeGroup)+`"`))
}

// WorkstationsOfDepartment lists the workstations of the department by name,
// without their keys.
func (q queries) WorkstationsOfDepartment(ctx context.Context, id app.ID) ([]app.Workstation, error) {
	return all(ctx, q.q, departmentPlaces, scanWorkstation, id)
}

// TokensOfDepartment lists the labels of the enrolment tokens of the
// department, spent ones included.
func (q queries) TokensOfDepartment(ctx context.Context, id app.ID) ([]string, error) {
	return all(ctx, q.q, departmentTokens, scanString, id)
}

// RenameTokenOffices gives the tokens of offices their new names, by the former
// ones. It goes through names that no office has: two offices may take each
// other's.
func (tx *Tx) RenameTokenOffices(department app.ID, names map[string]string) error {
	former := slices.Sorted(maps.Keys(names))
	between := func(i int) string { return "\x01" + strconv.Itoa(i) }
	for i, from := range former {
		if _, err := exec(tx.Context(), tx.q, tokensOffice, between(i), department, from); err != nil {
			return err
		}
	}
	for i, from := range former {
		if _, err := exec(tx.Context(), tx.q, tokensOffice, names[from], department, between(i)); err != nil {
			return err
		}
	}
	return nil
}

// DepartmentHasPast reports whether an operator ever belonged to the
// department.
func (q queries) DepartmentHasPast(ctx context.Context, id app.ID) (bool, error) {
	n, err := one(ctx, q.q, departmentPast, scanInt, id)
	return n > 0, err
}

// DepartmentCounts counts the people and the workstations of every department;
// purposes are not counted here.
func (q queries) DepartmentCounts(ctx context.Context) (map[app.ID]app.DepartmentCounts, error) {
	out := map[app.ID]app.DepartmentCounts{}
	err := each(ctx, q.q, departmentSizes, func(s scanner) error {
		var id app.ID
		var role app.Role
		var enabled, n int
		if err := s.Scan(&id, &role, &enabled, &n); err != nil {
			return err
		}
		c := out[id]
		switch {
		case role.Operative():
			c.Operators += n
		case role == app.RoleAdmin && enabled == 1:
			c.Admins += n
		}
		out[id] = c
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, each(ctx, q.q, departmentsUsed, func(s scanner) error {
		var id app.ID
		var n int
		err := s.Scan(&id, &n)
		c := out[id]
		c.Workstations = n
		out[id] = c
		return err
	})
}

// PutPurpose makes a purpose, where its version is 0, or replaces the one that
// still has the version.
func (tx *Tx) PutPurpose(p app.Purpose) error {
	doc, err := text(p)
	if err != nil {
		return err
	}
	if p.Version == 0 {
		return tx.alter(purposeInsert, p.ID, p.Department, p.Name, doc)
	}
	return tx.alter(purposeUpdate, p.Department, p.Name, doc, p.ID, p.Version)
}

// DeletePurpose deletes the purpose if it still has the version.
func (tx *Tx) DeletePurpose(id app.ID, version int) error {
	return tx.alter(purposeDelete, id, version)
}

// Purpose returns a purpose.
func (q queries) Purpose(ctx context.Context, id app.ID) (app.Purpose, error) {
	return one(ctx, q.q, purposeByID, scanPurpose, id)
}

// Purposes lists the purposes of the department, or of all with "", withdrawn
// ones included.
func (q queries) Purposes(ctx context.Context, department app.ID) ([]app.Purpose, error) {
	if department == "" {
		return all(ctx, q.q, purposesAll, scanPurpose)
	}
	return all(ctx, q.q, purposesOf, scanPurpose, department)
}

// PutConsortium makes a group of Comuni, where its version is 0, or replaces
// the one that still has the version.
func (tx *Tx) PutConsortium(c app.Consortium) error {
	doc, err := text(c)
	if err != nil {
		return err
	}
	if c.Version == 0 {
		return tx.alter(consortiumInsert, c.ID, c.Name, doc)
	}
	return tx.alter(consortiumUpdate, c.Name, doc, c.ID, c.Version)
}

// DeleteConsortium deletes the group if it still has the version.
func (tx *Tx) DeleteConsortium(id app.ID, version int) error {
	return tx.alter(consortiumDelete, id, version)
}

// Consortium returns a group of Comuni.
func (q queries) Consortium(ctx context.Context, id app.ID) (app.Consortium, error) {
	return one(ctx, q.q, consortiumByID, scanConsortium, id)
}

// Consortia lists the groups of Comuni by name.
func (q queries) Consortia(ctx context.Context) ([]app.Consortium, error) {
	return all(ctx, q.q, consortiaAll, scanConsortium)
}

// Setting returns a setting of the body; CodeNotFound where it was never made.
func (q queries) Setting(ctx context.Context, name string) (string, error) {
	return one(ctx, q.q, settingByName, scanString, name)
}

// PutSetting makes or replaces a setting of the body.
func (tx *Tx) PutSetting(name, value string) error {
	_, err := exec(tx.Context(), tx.q, settingPut, name, value)
	return err
}

// PutQuota keeps the state of an e-service's daily quota, as the port towards
// ANPR wrote it.
func (tx *Tx) PutQuota(service, doc string) error {
	_, err := exec(tx.Context(), tx.q, quotaPut, service, doc)
	return err
}

// Quotas returns what PutQuota kept, by e-service.
func (q queries) Quotas(ctx context.Context) (map[string]string, error) {
	rows, err := all(ctx, q.q, quotasAll, func(s scanner) (p [2]string, err error) { err = s.Scan(&p[0], &p[1]); return p, err })
	m := make(map[string]string, len(rows))
	for _, r := range rows {
		m[r[0]] = r[1]
	}
	return m, err
}
