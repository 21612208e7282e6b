package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"indagor/app"
)

var (
	userInsert = register("user_insert", `INSERT INTO users (id, username, role, department, admin, enabled, fiscal_code, email, sort_key, search, doc,
		password, password_at, must_change, secret_until, version, created, updated,
		office, workstation_rule, visure_way, enrichment_way, household_way, valid_from, valid_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16, $17, $18, $19, $20, $21, $22, $23, $24)`)
	userUpdate = register("user_update", `UPDATE users SET username = $1, role = $2, department = $3, admin = $4, enabled = $5, fiscal_code = $6, email = $7,
		sort_key = $8, search = $9, doc = $10, version = version + 1, updated = $11,
		office = $12, workstation_rule = $13, visure_way = $14, enrichment_way = $15, household_way = $16, valid_from = $17, valid_until = $18
		WHERE id = $19 AND version = $20`)
	userByID        = register("user_by_id", `SELECT doc, version, created, updated FROM users WHERE id = $1`)
	userByName      = register("user_by_name", `SELECT doc, version, created, updated FROM users WHERE username = $1`)
	userTaking      = register("user_taking", `SELECT doc, version, created, updated FROM users WHERE username = $1 OR fiscal_code = $2 OR email = $3 ORDER BY id`)
	userCredential  = register("user_credential", `SELECT password, password_at, must_change, secret_until FROM users WHERE id = $1`)
	userSetPassword = register("user_set_password", `UPDATE users SET password = $1, password_at = $2, must_change = $3, secret_until = $4 WHERE id = $5`)
	userTops        = register("user_tops", `SELECT COUNT(*) FROM users WHERE role = 'top' AND enabled = 1`)
	userOfAdmin     = register("user_of_admin", `SELECT doc, version, created, updated FROM users WHERE admin = $1 ORDER BY sort_key, id`)
	userOfMediators = register("user_of_mediator_role", `SELECT doc, version, created, updated FROM users WHERE id IN (SELECT d.user_id FROM mediations d JOIN users m ON m.id = d.mediator WHERE m.role = $1) ORDER BY sort_key, id`)
	userOfMediator  = register("user_of_mediator", `SELECT doc, version, created, updated FROM users WHERE id IN (SELECT user_id FROM mediations WHERE mediator = $1) ORDER BY sort_key, id`)
	mediationsClear = register("mediations_clear", `DELETE FROM mediations WHERE user_id = $1`)
	mediationInsert = register("mediation_insert", `INSERT INTO mediations (user_id, mediator) VALUES ($1, $2)`)
	passwordKeep    = register("password_keep", `INSERT INTO password_history (user_id, hash, at) VALUES ($1, $2, $3)`)
	passwordFormer  = register("password_former", `SELECT hash FROM password_history WHERE user_id = $1 ORDER BY at DESC LIMIT $2`)
)

func scanUser(s scanner) (app.User, error) {
	var (
		doc              string
		version          int
		created, updated int64
		u                app.User
	)
	if err := s.Scan(&doc, &version, &created, &updated); err != nil {
		return u, err
	}
	if err := json.Unmarshal([]byte(doc), &u); err != nil {
		return u, err
	}
	u.Version, u.Created, u.Updated = version, moment(created), moment(updated)
	return u, nil
}

func userSortKey(u app.User) string { return strings.ToLower(u.Surname + " " + u.Name) }

func userSearch(u app.User) string {
	return strings.ToLower(strings.Join([]string{u.Surname, u.Name, u.Surname, u.Username, u.Email, u.FiscalCode, u.StaffNumber, u.Office}, " "))
}

func userTaken(err error) error {
	switch violated(err) {
	case "users.username":
		return app.E(app.CodeNameTaken).At("username")
	case "users.fiscal_code":
		return app.E(app.CodeFiscalTaken).At("fiscal_code")
	case "users.email":
		return app.E(app.CodeEmailTaken).At("email")
	}
	return err
}

// InsertUser keeps a new user with his credential. A user name, fiscal code or
// e-mail that another user has is refused.
func (tx *Tx) InsertUser(u app.User, c app.Credential) error {
	doc, err := json.Marshal(u)
	if err != nil {
		return err
	}
	now := micros(tx.Now())
	args := []any{
		u.ID, u.Username, u.Role, u.Department, u.Admin, bit(u.Enabled), u.FiscalCode, strings.ToLower(u.Email),
		userSortKey(u), userSearch(u), string(doc), c.Hash, micros(c.Set), bit(c.MustChange), micros(c.SecretUntil), now, now,
	}
	_, err = exec(tx.Context(), tx.q, userInsert, append(args, narrowing(u)...)...)
	if err != nil {
		return userTaken(err)
	}
	return tx.relate(u, app.User{})
}

// UpdateUser replaces the user, if it still has the version of u.
func (tx *Tx) UpdateUser(u app.User) error {
	before, err := tx.User(tx.Context(), u.ID)
	if err != nil {
		return err
	}
	doc, err := json.Marshal(u)
	if err != nil {
		return err
	}
	tx.Signal(app.Signal{Kind: app.SignalSession, User: u.ID})
	args := []any{
		u.Username, u.Role, u.Department, u.Admin, bit(u.Enabled), u.FiscalCode, strings.ToLower(u.Email),
		userSortKey(u), userSearch(u), string(doc), micros(tx.Now()),
	}
	n, err := exec(tx.Context(), tx.q, userUpdate, append(append(args, narrowing(u)...), u.ID, u.Version)...)
	if err != nil {
		return userTaken(err)
	}
	if n == 0 {
		return app.E(app.CodeChanged).At("version")
	}
	return tx.relate(u, before)
}

// relate keeps what is derived from a user: the Mediators relied on and the
// history of the assignment.
func (tx *Tx) relate(u, before app.User) error {
	if _, err := exec(tx.Context(), tx.q, mediationsClear, u.ID); err != nil {
		return err
	}
	for _, m := range u.Profile.Mediators() {
		if _, err := exec(tx.Context(), tx.q, mediationInsert, u.ID, m); err != nil {
			return err
		}
	}
	return tx.assign(u, before)
}

// User returns the user.
func (q queries) User(ctx context.Context, id app.ID) (app.User, error) {
	return one(ctx, q.q, userByID, scanUser, id)
}

// UserNamed returns the user of the name.
func (q queries) UserNamed(ctx context.Context, username string) (app.User, error) {
	return one(ctx, q.q, userByName, scanUser, username)
}

// UsersTaking lists those who have the user's name, fiscal code or e-mail.
func (q queries) UsersTaking(ctx context.Context, u app.User) ([]app.User, error) {
	return all(ctx, q.q, userTaking, scanUser, u.Username, u.FiscalCode, strings.ToLower(u.Email))
}

// UsersOfAdmin lists the operators assigned to the ADMIN.
func (q queries) UsersOfAdmin(ctx context.Context, admin app.ID) ([]app.User, error) {
	return all(ctx, q.q, userOfAdmin, scanUser, admin)
}

// UsersOfMediator lists the users who rely on the Mediator.
func (q queries) UsersOfMediator(ctx context.Context, mediator app.ID) ([]app.User, error) {
	return all(ctx, q.q, userOfMediator, scanUser, mediator)
}

// UsersOfMediatorRole lists the users who rely on Mediators of the role.
func (q queries) UsersOfMediatorRole(ctx context.Context, role app.Role) ([]app.User, error) {
	return all(ctx, q.q, userOfMediators, scanUser, role)
}

// CountTops counts the enabled TOP users.
func (q queries) CountTops(ctx context.Context) (int, error) {
	n, err := one(ctx, q.q, userTops, scanInt)
	return int(n), err
}

// Credential returns what recognises the user's password.
func (q queries) Credential(ctx context.Context, id app.ID) (app.Credential, error) {
	return one(ctx, q.q, userCredential, func(s scanner) (c app.Credential, err error) {
		var set, until, must int64
		err = s.Scan(&c.Hash, &set, &must, &until)
		c.Set, c.MustChange, c.SecretUntil = moment(set), must == 1, moment(until)
		return c, err
	}, id)
}

// SetCredential replaces the user's credential and keeps the former hash for
// the check against reuse.
func (tx *Tx) SetCredential(id app.ID, c app.Credential) error {
	former, err := tx.Credential(tx.Context(), id)
	if err != nil {
		return err
	}
	if former.SecretUntil.IsZero() {
		if _, err := exec(tx.Context(), tx.q, passwordKeep, id, former.Hash, micros(tx.Now())); err != nil {
			return err
		}
	}
	_, err = exec(tx.Context(), tx.q, userSetPassword, c.Hash, micros(c.Set), bit(c.MustChange), micros(c.SecretUntil), id)
	return err
}

// FormerPasswords returns the hashes of the user's last n passwords before the
// present one.
func (q queries) FormerPasswords(ctx context.Context, id app.ID, n int) ([]string, error) {
	return all(ctx, q.q, passwordFormer, scanString, id, n)
}

func scanString(s scanner) (text string, err error) { err = s.Scan(&text); return text, err }

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// UserNames gives the full names of those users that there are.
func (q queries) UserNames(ctx context.Context, ids []app.ID) (map[app.ID]string, error) {
	names := make(map[app.ID]string, len(ids))
	for chunk := range slices.Chunk(ids, 200) {
		var w where
		args := make([]any, 200) // always as many, so that there is one text
		for i := range args {
			args[i] = ""
			if i < len(chunk) {
				args[i] = chunk[i]
			}
		}
		w.in("id", args...)
		stmt, values := dynamic("user names", "SELECT doc, version, created, updated FROM users", &w, "")
		if err := each(ctx, q.q, stmt, func(row scanner) error {
			u, err := scanUser(row)
			names[u.ID] = u.FullName()
			return err
		}, values...); err != nil {
			return nil, err
		}
	}
	return names, nil
}
