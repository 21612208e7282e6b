package store

import (
	"context"
	"encoding/json"
	"strings"

	"indagor/app"
)

var (
	departmentPut  = register("department_put", `INSERT INTO departments (id, name, doc) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name, doc = excluded.doc`)
	departmentByID = register("department_by_id", `SELECT doc FROM departments WHERE id = $1`)
	departmentsAll = register("departments_all", `SELECT doc FROM departments ORDER BY name`)
	purposePut     = register("purpose_put", `INSERT INTO purposes (id, department, name, doc) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET department = excluded.department, name = excluded.name, doc = excluded.doc`)
	purposeByID    = register("purpose_by_id", `SELECT doc FROM purposes WHERE id = $1`)
	purposesOf     = register("purposes_of", `SELECT doc FROM purposes WHERE department = $1 ORDER BY name`)
	purposesAll    = register("purposes_all", `SELECT doc FROM purposes ORDER BY department, name`)
	consortiumPut  = register("consortium_put", `INSERT INTO consortia (id, name, doc) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name, doc = excluded.doc`)
	consortiumByID = register("consortium_by_id", `SELECT doc FROM consortia WHERE id = $1`)
	consortiaAll   = register("consortia_all", `SELECT doc FROM consortia ORDER BY name`)
	settingPut     = register("setting_put", `INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`)
	settingByName  = register("setting_by_name", `SELECT value FROM settings WHERE name = $1`)
	quotaPut       = register("quota_put", `INSERT INTO quotas (service, doc) VALUES ($1, $2) ON CONFLICT (service) DO UPDATE SET doc = excluded.doc`)
	quotasAll      = register("quotas_all", `SELECT service, doc FROM quotas`)
)

func scanDoc[T any](s scanner) (x T, err error) {
	var doc string
	if err := s.Scan(&doc); err != nil {
		return x, err
	}
	return x, json.Unmarshal([]byte(doc), &x)
}

func taken(err error) error {
	if strings.HasSuffix(violated(err), ".name") || strings.HasPrefix(violated(err), "purposes.") {
		return app.E(app.CodeTaken).At("name")
	}
	return err
}

func (tx *Tx) put(s *statement, doc any, args ...any) error {
	b, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	_, err = exec(tx.Context(), tx.q, s, append(args, string(b))...)
	return taken(err)
}

// PutDepartment makes or replaces a department.
func (tx *Tx) PutDepartment(d app.Department) error { return tx.put(departmentPut, d, d.ID, d.Name) }

// Department returns a department.
func (q queries) Department(ctx context.Context, id app.ID) (app.Department, error) {
	return one(ctx, q.q, departmentByID, scanDoc[app.Department], id)
}

// Departments lists the departments by name.
func (q queries) Departments(ctx context.Context) ([]app.Department, error) {
	return all(ctx, q.q, departmentsAll, scanDoc[app.Department])
}

// PutPurpose makes or replaces a purpose.
func (tx *Tx) PutPurpose(p app.Purpose) error {
	return tx.put(purposePut, p, p.ID, p.Department, p.Name)
}

// Purpose returns a purpose.
func (q queries) Purpose(ctx context.Context, id app.ID) (app.Purpose, error) {
	return one(ctx, q.q, purposeByID, scanDoc[app.Purpose], id)
}

// Purposes lists the purposes of the department, or of all with "".
func (q queries) Purposes(ctx context.Context, department app.ID) ([]app.Purpose, error) {
	if department == "" {
		return all(ctx, q.q, purposesAll, scanDoc[app.Purpose])
	}
	return all(ctx, q.q, purposesOf, scanDoc[app.Purpose], department)
}

// PutConsortium makes or replaces a group of Comuni.
func (tx *Tx) PutConsortium(c app.Consortium) error { return tx.put(consortiumPut, c, c.ID, c.Name) }

// Consortium returns a group of Comuni.
func (q queries) Consortium(ctx context.Context, id app.ID) (app.Consortium, error) {
	return one(ctx, q.q, consortiumByID, scanDoc[app.Consortium], id)
}

// Consortia lists the groups of Comuni by name.
func (q queries) Consortia(ctx context.Context) ([]app.Consortium, error) {
	return all(ctx, q.q, consortiaAll, scanDoc[app.Consortium])
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
