package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"indagor/app"
)

var (
	workstationInsert = register("workstation_insert", `INSERT INTO workstations (id, name, state, department, machine, search, fingerprint, doc, last_seen, first_seen, office, os, app_version, expires, token, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)`)
	workstationUpdate = register("workstation_update", `UPDATE workstations SET name = $1, state = $2, department = $3, machine = $4, search = $5, fingerprint = $6, doc = $7, last_seen = $8,
		office = $9, os = $10, app_version = $11, expires = $12, token = $13, version = version + 1 WHERE id = $14 AND version = $15`)
	workstationByID   = register("workstation_by_id", `SELECT doc, fingerprint, version FROM workstations WHERE id = $1`)
	workstationByKey  = register("workstation_by_key", `SELECT w.doc, w.fingerprint, w.version FROM workstations w JOIN workstation_keys k ON k.workstation = w.id WHERE k.thumbprint = $1`)
	workstationsAlike = register("workstations_of_machine", `SELECT doc, fingerprint, version FROM workstations WHERE machine = $1 AND state <> 'revoked' ORDER BY first_seen`)
	keyInsert         = register("workstation_key_insert", `INSERT INTO workstation_keys (thumbprint, workstation, os_user, state, code, added) VALUES ($1, $2, $3, $4, $5, $6)`)
	keyUpdate         = register("workstation_key_update", `UPDATE workstation_keys SET state = $1 WHERE thumbprint = $2`)
	keysOf            = register("workstation_keys_of", `SELECT thumbprint, os_user, state, code, added FROM workstation_keys WHERE workstation = $1 ORDER BY added`)
	tokenInsert       = register("token_insert", `INSERT INTO enrolment_tokens (id, secret, label, department, office, responsible, uses, used, expires, issued, issued_by) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10)`)
	tokenBySecret     = register("token_by_secret", `SELECT `+issuedColumns+` FROM enrolment_tokens WHERE secret = $1`)
	tokenByID         = register("token_by_id", `SELECT `+issuedColumns+` FROM enrolment_tokens WHERE id = $1`)
	tokenUse          = register("token_use", `UPDATE enrolment_tokens SET used = used + 1 WHERE id = $1 AND used < uses AND withdrawn = 0`)
	tokenWithdraw     = register("token_withdraw", `UPDATE enrolment_tokens SET withdrawn = $1, withdrawn_by = $2 WHERE id = $3 AND withdrawn = 0`)
)

const issuedColumns = `id, secret, label, department, office, responsible, uses, used, expires, issued, issued_by, withdrawn, withdrawn_by`

func scanWorkstation(s scanner) (w app.Workstation, err error) {
	var doc, fingerprint string
	var version int
	if err := s.Scan(&doc, &fingerprint, &version); err != nil {
		return w, err
	}
	if err := json.Unmarshal([]byte(doc), &w); err != nil {
		return w, err
	}
	w.Version = version
	return w, json.Unmarshal([]byte(fingerprint), &w.Fingerprint)
}

func workstationSearch(w app.Workstation) string {
	return strings.ToLower(strings.Join([]string{w.Name, w.Office, w.Responsible, w.OS}, " "))
}

// InsertWorkstation keeps a new workstation without its keys.
func (tx *Tx) InsertWorkstation(w app.Workstation) error {
	doc, fp, err := workstationDocs(w)
	if err != nil {
		return err
	}
	_, err = exec(tx.Context(), tx.q, workstationInsert, w.ID, w.Name, w.State, w.Department, w.Fingerprint["machine_id"], workstationSearch(w), fp, doc, micros(w.LastSeen), micros(w.FirstSeen),
		w.Office, w.OS, w.AppVersion, expires(w), w.Token)
	return err
}

// UpdateWorkstation replaces the workstation, if it still has the version of w.
func (tx *Tx) UpdateWorkstation(w app.Workstation) error {
	doc, fp, err := workstationDocs(w)
	if err != nil {
		return err
	}
	tx.Signal(app.Signal{Kind: app.SignalSession, Workstation: w.ID})
	n, err := exec(tx.Context(), tx.q, workstationUpdate, w.Name, w.State, w.Department, w.Fingerprint["machine_id"], workstationSearch(w), fp, doc, micros(w.LastSeen),
		w.Office, w.OS, w.AppVersion, expires(w), w.Token, w.ID, w.Version)
	if err == nil && n == 0 {
		return app.E(app.CodeChanged).At("version")
	}
	return err
}

// expires is the last day of the workstation, "" for none.
func expires(w app.Workstation) app.Day {
	if w.Expires == nil {
		return ""
	}
	return *w.Expires
}

func workstationDocs(w app.Workstation) (doc, fingerprint string, err error) {
	f, err := json.Marshal(w.Fingerprint)
	if err != nil {
		return "", "", err
	}
	w.Keys = nil
	d, err := json.Marshal(w)
	return string(d), string(f), err
}

func (q queries) withKeys(ctx context.Context, w app.Workstation, err error) (app.Workstation, error) {
	if err != nil {
		return w, err
	}
	w.Keys, err = all(ctx, q.q, keysOf, func(s scanner) (k app.WorkstationKey, err error) {
		var added int64
		err = s.Scan(&k.Thumbprint, &k.OSUser, &k.State, &k.Code, &added)
		k.Added = moment(added)
		return k, err
	}, w.ID)
	return w, err
}

// Workstation returns the workstation with its keys.
func (q queries) Workstation(ctx context.Context, id app.ID) (app.Workstation, error) {
	w, err := one(ctx, q.q, workstationByID, scanWorkstation, id)
	return q.withKeys(ctx, w, err)
}

// WorkstationOfKey returns the workstation to which the key belongs.
func (q queries) WorkstationOfKey(ctx context.Context, thumbprint string) (app.Workstation, error) {
	w, err := one(ctx, q.q, workstationByKey, scanWorkstation, thumbprint)
	return q.withKeys(ctx, w, err)
}

// WorkstationsOfMachine lists the workstations, not revoked, with the digest of
// the machine id.
func (q queries) WorkstationsOfMachine(ctx context.Context, machine string) ([]app.Workstation, error) {
	if machine == "" {
		return nil, nil
	}
	ws, err := all(ctx, q.q, workstationsAlike, scanWorkstation, machine)
	for i := range ws {
		if ws[i], err = q.withKeys(ctx, ws[i], err); err != nil {
			return nil, err
		}
	}
	return ws, err
}

// Workstations lists the register, last seen first.
func (q queries) Workstations(ctx context.Context, f app.WorkstationFilter) ([]app.Workstation, string, error) {
	var w where
	if f.Within != "" {
		// A workstation that nobody approved yet belongs to no department:
		// every administrator who may approve sees it.
		w.and("(department = ? OR (department = '' AND state = 'pending'))", f.Within)
	}
	if f.State != "" {
		w.and("(state = ? OR id IN (SELECT workstation FROM workstation_keys WHERE state = ?))", f.State, f.State)
	}
	w.workstations(f)
	if err := w.before("last_seen", f.Cursor); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "workstations", `SELECT doc, fingerprint, version FROM workstations`, &w, " ORDER BY last_seen DESC, id DESC", f.Limit+1, scanWorkstation)
	if err != nil {
		return nil, "", err
	}
	rows, next := page(rows, f.Limit, func(w app.Workstation) cursor { return cursor{strconv.FormatInt(micros(w.LastSeen), 10), string(w.ID)} })
	for i := range rows {
		if rows[i], err = q.withKeys(ctx, rows[i], nil); err != nil {
			return nil, "", err
		}
	}
	return rows, next, nil
}

// workstations adds the conditions of the filter but those of state and reach.
func (w *where) workstations(f app.WorkstationFilter) {
	if f.Department != "" {
		w.and("department = ?", f.Department)
	}
	if f.Office != "" {
		w.and("office = ?", f.Office)
	}
	if f.OS != "" {
		w.and(`LOWER(os) LIKE LOWER(?) ESCAPE '\'`, like(f.OS))
	}
	if f.AppVersion != "" {
		w.and("app_version = ?", f.AppVersion)
	}
	if f.Expiring != "" {
		w.and("state = ? AND expires <> '' AND expires <= ?", app.WorkstationAuthorised, f.Expiring)
	}
	if !f.Unseen.IsZero() {
		w.and("last_seen < ?", micros(f.Unseen))
	}
	if f.Drift {
		w.and("EXISTS (SELECT 1 FROM history h WHERE h.target = workstations.id AND (h.kind IN (?, ?) OR h.kind = ? AND h.reason = ?))",
			app.EventDrift, app.EventAlarm, app.EventSuspended, string(app.AlarmDrift))
	}
	if f.Token != "" {
		w.and("token = ?", f.Token)
	}
	for _, word := range strings.Fields(strings.ToLower(f.Search)) {
		// A code is typed with its stroke or without.
		code := strings.ReplaceAll(word, "-", "")
		w.and(`search LIKE ? ESCAPE '\' OR id IN (SELECT workstation FROM workstation_keys WHERE LOWER(REPLACE(code, '-', '')) LIKE ? ESCAPE '\')`, like(word), like(code))
	}
}

// WorkstationValues lists the values of a column of the register that occur in
// it, in order; within limits them to a department.
func (q queries) WorkstationValues(ctx context.Context, within app.ID) (v app.WorkstationValues, err error) {
	for _, c := range []struct {
		into *[]string
		head string
	}{
		{&v.Offices, "SELECT DISTINCT office AS value FROM workstations"},
		{&v.OS, "SELECT DISTINCT os AS value FROM workstations"},
		{&v.AppVersions, "SELECT DISTINCT app_version AS value FROM workstations"},
	} {
		var w where
		if within != "" {
			w.and("department = ? OR department = '' AND state = ?", within, app.WorkstationPending)
		}
		if *c.into, err = list(ctx, q.q, "workstation values", c.head, &w, " ORDER BY value", mostValues, scanString); err != nil {
			return v, err
		}
		*c.into = slices.DeleteFunc(*c.into, func(s string) bool { return s == "" })
	}
	return v, nil
}

// mostValues is how many values of a column are offered for a filter.
const mostValues = 500

// InsertKey adds a key to a workstation.
func (tx *Tx) InsertKey(workstation app.ID, k app.WorkstationKey) error {
	_, err := exec(tx.Context(), tx.q, keyInsert, k.Thumbprint, workstation, k.OSUser, k.State, k.Code, micros(k.Added))
	return err
}

// SetKeyState changes the state of one key.
func (tx *Tx) SetKeyState(thumbprint string, state app.WorkstationState) error {
	_, err := exec(tx.Context(), tx.q, keyUpdate, state, thumbprint)
	return err
}

// InsertToken keeps an enrolment token.
func (tx *Tx) InsertToken(t app.EnrolmentToken) error {
	_, err := exec(tx.Context(), tx.q, tokenInsert, t.ID, t.Secret, t.Label, t.Department, t.Office, t.Responsible, t.Uses, micros(t.Expires), micros(t.Issued), t.By)
	return err
}

func scanToken(s scanner) (t app.EnrolmentToken, err error) {
	var expires, issued, withdrawn int64
	err = s.Scan(&t.ID, &t.Secret, &t.Label, &t.Department, &t.Office, &t.Responsible, &t.Uses, &t.Used, &expires, &issued, &t.By, &withdrawn, &t.WithdrawnBy)
	t.Expires, t.Issued, t.Withdrawn = moment(expires), moment(issued), moment(withdrawn)
	return t, err
}

// TokenBySecret returns the token whose secret has the hash.
func (q queries) TokenBySecret(ctx context.Context, hash string) (app.EnrolmentToken, error) {
	return one(ctx, q.q, tokenBySecret, scanToken, hash)
}

// Token returns the token.
func (q queries) Token(ctx context.Context, id app.ID) (app.EnrolmentToken, error) {
	return one(ctx, q.q, tokenByID, scanToken, id)
}

// WithdrawToken ends the token now, if it has not been withdrawn already.
func (tx *Tx) WithdrawToken(id app.ID, by string) error {
	_, err := exec(tx.Context(), tx.q, tokenWithdraw, micros(tx.Now()), by, id)
	return err
}

// UseToken spends one use of the token; ok is false where none is left.
func (tx *Tx) UseToken(id app.ID) (ok bool, err error) {
	n, err := exec(tx.Context(), tx.q, tokenUse, id)
	return n == 1, err
}

// Tokens lists the enrolment tokens, newest first; within limits them to a
// department, search to those whose label, office or issuer has every word.
func (q queries) Tokens(ctx context.Context, within app.ID, search string, limit int, at string) ([]app.EnrolmentToken, string, error) {
	var w where
	if within != "" {
		w.and("department = ?", within)
	}
	for _, word := range strings.Fields(search) {
		w.and(`LOWER(label) LIKE LOWER(?) ESCAPE '\' OR LOWER(office) LIKE LOWER(?) ESCAPE '\' OR LOWER(issued_by) LIKE LOWER(?) ESCAPE '\'`, like(word), like(word), like(word))
	}
	if err := w.before("issued", at); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "tokens", `SELECT `+issuedColumns+` FROM enrolment_tokens`, &w, " ORDER BY issued DESC, id DESC", limit+1, scanToken)
	if err != nil {
		return nil, "", err
	}
	rows, next := page(rows, limit, func(t app.EnrolmentToken) cursor {
		return cursor{strconv.FormatInt(micros(t.Issued), 10), string(t.ID)}
	})
	return rows, next, nil
}
