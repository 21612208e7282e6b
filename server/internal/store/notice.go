package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

// noticeColumns are the columns of a notice; its audience is read apart.
const noticeColumns = `id, author, author_name, department, kind, params, priority, title, text, published, expires, withdrawn`

// included is true of a user u whom a row t of an audience fits.
const included = `EXISTS (SELECT 1 FROM notice_targets t WHERE t.notice = n.id AND
	(t.user_id = u.id OR (t.user_id = '' AND t.role IN ('', u.role) AND t.department IN ('', u.department))))`

var (
	boardInsert = register("notice insert", `INSERT INTO notices (id, key, author, author_name, department, kind, params, priority, title, text, published, expires, withdrawn)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0) ON CONFLICT DO NOTHING`)
	boardTarget   = register("notice target", `INSERT INTO notice_targets (notice, user_id, role, department) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`)
	boardTargets  = register("notice targets", `SELECT user_id, role, department FROM notice_targets WHERE notice = $1 ORDER BY user_id, role, department`)
	boardByID     = register("notice by id", `SELECT `+noticeColumns+` FROM notices WHERE id = $1`)
	boardWithdraw = register("notice withdraw", `UPDATE notices SET withdrawn = $1 WHERE id = $2 AND withdrawn = 0`)
	boardRead     = register("notice read", `INSERT INTO notice_reads (notice, user_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`)
)

// received are the notices of every user, with when he read them.
const received = `SELECT ` + noticeColumns + `, read_at FROM (SELECT n.*, u.id AS reader, COALESCE(r.at, 0) AS read_at
	FROM notices n CROSS JOIN users u LEFT JOIN notice_reads r ON r.notice = n.id AND r.user_id = u.id WHERE ` + included + `) n`

// unread counts them.
const unread = `SELECT COUNT(*) FROM (SELECT n.*, u.id AS reader, COALESCE(r.at, 0) AS read_at
	FROM notices n CROSS JOIN users u LEFT JOIN notice_reads r ON r.notice = n.id AND r.user_id = u.id WHERE ` + included + `) n`

// sent are the notices with how many they are for and how many have read them.
const sent = `SELECT ` + noticeColumns + `,
	(SELECT COUNT(*) FROM users u WHERE u.enabled = 1 AND ` + included + `),
	(SELECT COUNT(*) FROM notice_reads r JOIN users u ON u.id = r.user_id WHERE r.notice = n.id AND u.enabled = 1 AND ` + included + `)
	FROM notices n`

// receipts are the recipients of every notice, with when they read it.
const receipts = `SELECT doc, version, created, updated, read_at FROM (SELECT u.id, u.doc, u.version, u.created, u.updated, u.sort_key, n.id AS notice, COALESCE(r.at, 0) AS read_at
	FROM notices n CROSS JOIN users u LEFT JOIN notice_reads r ON r.notice = n.id AND r.user_id = u.id WHERE u.enabled = 1 AND ` + included + `) u`

// noticeOf gives where the columns of a notice are read into, and what
// completes it then.
func noticeOf(n *app.Notice) (into []any, end func() error) {
	var params string
	var published, expires, withdrawn int64
	into = []any{&n.ID, &n.Author, &n.AuthorName, &n.Department, &n.Kind, &params, &n.Priority, &n.Title, &n.Text, &published, &expires, &withdrawn}
	return into, func() error {
		n.Published, n.Expires = moment(published), moment(expires)
		if withdrawn != 0 {
			at := moment(withdrawn)
			n.Withdrawn = &at
		}
		if params == "" {
			return nil
		}
		return json.Unmarshal([]byte(params), &n.Params)
	}
}

func scanNotice(row scanner) (n app.Notice, err error) {
	into, end := noticeOf(&n)
	if err := row.Scan(into...); err != nil {
		return n, err
	}
	return n, end()
}

func scanReceived(row scanner) (x app.ReceivedNotice, err error) {
	into, end := noticeOf(&x.Notice)
	var at int64
	if err := row.Scan(append(into, &at)...); err != nil {
		return x, err
	}
	x.Read = whenRead(at)
	return x, end()
}

func whenRead(us int64) *time.Time {
	if us == 0 {
		return nil
	}
	at := moment(us)
	return &at
}

// audience reads for whom the notice is.
func (q queries) audience(ctx context.Context, n *app.Notice) (err error) {
	n.Audience, err = all(ctx, q.q, boardTargets, func(s scanner) (t app.Target, err error) {
		return t, s.Scan(&t.User, &t.Role, &t.Department)
	}, n.ID)
	return err
}

// InsertNotice keeps a notice; where there is one with its id or its key it
// stays as it is, and ok is false.
func (tx *Tx) InsertNotice(n app.Notice) (ok bool, err error) {
	if n.Key == "" {
		n.Key = string(n.ID)
	}
	params := []byte(nil)
	if len(n.Params) > 0 {
		if params, err = json.Marshal(n.Params); err != nil {
			return false, err
		}
	}
	made, err := exec(tx.ctx, tx.q, boardInsert, n.ID, n.Key, n.Author, n.AuthorName, n.Department, n.Kind, string(params), n.Priority, n.Title, n.Text, n.Published, n.Expires)
	if err != nil || made == 0 {
		return false, err
	}
	for _, t := range n.Audience {
		if _, err := exec(tx.ctx, tx.q, boardTarget, n.ID, t.User, t.Role, t.Department); err != nil {
			return false, err
		}
	}
	tx.Signal(app.Signal{Kind: app.SignalNotice, ID: n.ID, Audience: n.Audience})
	return true, nil
}

// Notify writes a notice of the server's own, unless one with its key has been
// written.
func (tx *Tx) Notify(s app.SystemNotice) error {
	if len(s.Audience) == 0 {
		return nil
	}
	if s.Priority == "" {
		s.Priority = app.PriorityNormal
	}
	_, err := tx.InsertNotice(app.Notice{
		ID: app.NewID(), Key: s.Key, Kind: s.Kind, Params: s.Params, Priority: s.Priority, Audience: s.Audience, Published: tx.now, Expires: s.Expires,
	})
	return err
}

// WithdrawNotice takes the notice back; ok is false where it has been.
func (tx *Tx) WithdrawNotice(n app.Notice) (ok bool, err error) {
	changed, err := exec(tx.ctx, tx.q, boardWithdraw, tx.now, n.ID)
	if ok = changed == 1; ok {
		tx.Signal(app.Signal{Kind: app.SignalNotice, ID: n.ID, Audience: n.Audience})
	}
	return ok, err
}

// ReadNotice notes that the user has read the notice, the first time.
func (tx *Tx) ReadNotice(notice, user app.ID) error {
	_, err := exec(tx.ctx, tx.q, boardRead, notice, user, tx.now)
	return err
}

// Notice returns a notice, whoever it is for.
func (q queries) Notice(ctx context.Context, id app.ID) (app.Notice, error) {
	n, err := one(ctx, q.q, boardByID, scanNotice, id)
	if err == nil {
		err = q.audience(ctx, &n)
	}
	return n, err
}

// received adds whose board it is, and that the notices are valid.
func (w *where) received(s sight.Sight, now time.Time) {
	if s.Reach() == app.ReachNone {
		w.and("FALSE")
		return
	}
	w.and("reader = ?", s.User())
	w.and("withdrawn = 0")
	w.and("expires > ?", micros(now))
}

// Board lists the valid notices of who looks, newest first, without for whom
// else they are. The words of what
// the server wrote are the reader's own, so that only its params are searched.
func (q queries) Board(ctx context.Context, s sight.Sight, now time.Time, f app.NoticeFilter) ([]app.ReceivedNotice, string, error) {
	var w where
	w.received(s, now)
	if err := w.notices(f); err != nil {
		return nil, "", err
	}
	if f.Unread {
		w.and("read_at = 0")
	}
	rows, err := list(ctx, q.q, "board", received, &w, " ORDER BY published DESC, id DESC", f.Limit+1, scanReceived)
	if err != nil {
		return nil, "", err
	}
	rows, next := page(rows, f.Limit, func(x app.ReceivedNotice) cursor { return noticeCursor(x.Notice) })
	return rows, next, nil
}

func (w *where) notices(f app.NoticeFilter) error {
	for _, word := range strings.Fields(f.Search) {
		p := like(word)
		w.and(`(LOWER(title) LIKE LOWER(?) ESCAPE '\' OR LOWER(text) LIKE LOWER(?) ESCAPE '\' OR LOWER(author_name) LIKE LOWER(?) ESCAPE '\' OR LOWER(params) LIKE LOWER(?) ESCAPE '\')`, p, p, p, p)
	}
	return w.before("published", f.Cursor)
}

func noticeCursor(n app.Notice) cursor {
	return cursor{strconv.FormatInt(micros(n.Published), 10), string(n.ID)}
}

// Received returns one valid notice of who looks.
func (q queries) Received(ctx context.Context, s sight.Sight, now time.Time, id app.ID) (app.ReceivedNotice, error) {
	var w where
	w.received(s, now)
	w.and("id = ?", id)
	st, args := dynamic("received notice", received, &w, "")
	return one(ctx, q.q, st, scanReceived, args...)
}

// Unread counts the valid notices that who looks has not read.
func (q queries) Unread(ctx context.Context, s sight.Sight, now time.Time) (int, error) {
	var w where
	w.received(s, now)
	w.and("read_at = 0")
	st, args := dynamic("unread notices", unread, &w, "")
	n, err := one(ctx, q.q, st, scanInt, args...)
	return int(n), err
}

// Sent lists what was sent, newest first, as far as who looks may send: of a
// department what its ADMINs sent, and what he sent himself.
func (q queries) Sent(ctx context.Context, s sight.Sight, f app.NoticeFilter) ([]app.SentNotice, string, error) {
	var w where
	w.mayRecall(s)
	if err := w.notices(f); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "sent notices", sent, &w, " ORDER BY published DESC, id DESC", f.Limit+1, scanSent)
	if err != nil {
		return nil, "", err
	}
	rows, next := page(rows, f.Limit, func(x app.SentNotice) cursor { return noticeCursor(x.Notice) })
	for i := range rows {
		if err := q.audience(ctx, &rows[i].Notice); err != nil {
			return nil, "", err
		}
	}
	return rows, next, nil
}

func scanSent(row scanner) (x app.SentNotice, err error) {
	into, end := noticeOf(&x.Notice)
	if err := row.Scan(append(into, &x.Recipients, &x.Readers)...); err != nil {
		return x, err
	}
	return x, end()
}

func (w *where) mayRecall(s sight.Sight) {
	switch s.Reach() {
	case app.ReachAll:
	case app.ReachDepartment:
		w.and("department = ? OR author = ?", s.Department(), s.User())
	default:
		w.and("FALSE")
	}
}

// SentNotice returns one notice that who looks may have sent.
func (q queries) SentNotice(ctx context.Context, s sight.Sight, id app.ID) (x app.SentNotice, err error) {
	var w where
	w.mayRecall(s)
	w.and("id = ?", id)
	st, args := dynamic("sent notice", sent, &w, "")
	if x, err = one(ctx, q.q, st, scanSent, args...); err == nil {
		err = q.audience(ctx, &x.Notice)
	}
	return x, err
}

// Receipts lists for whom the notice is now, and who of them has read it, by
// surname.
func (q queries) Receipts(ctx context.Context, notice app.ID, f app.ReceiptFilter) ([]app.Receipt, string, error) {
	var w where
	w.and("notice = ?", notice)
	if f.Read != nil {
		w.and(map[bool]string{true: "read_at > 0", false: "read_at = 0"}[*f.Read])
	}
	w.named(f.Search)
	if err := w.after("sort_key", f.Cursor); err != nil {
		return nil, "", err
	}
	type row struct {
		app.Receipt
		key string
	}
	rows, err := list(ctx, q.q, "receipts", receipts, &w, " ORDER BY sort_key, id", f.Limit+1, func(s scanner) (x row, err error) {
		var at int64
		u, err := scanUser(also{s, []any{&at}})
		x.Receipt, x.key = app.Receipt{User: u.ID, Name: u.FullName(), Role: u.Role, Department: u.Department, Read: whenRead(at)}, userSortKey(u)
		return x, err
	})
	rows, next := page(rows, f.Limit, func(x row) cursor { return cursor{x.key, string(x.User)} })
	out := make([]app.Receipt, len(rows))
	for i, x := range rows {
		out[i] = x.Receipt
	}
	return out, next, err
}

// also is a row with further columns after those that its reader knows.
type also struct {
	scanner
	more []any
}

func (a also) Scan(dest ...any) error { return a.scanner.Scan(slices.Concat(dest, a.more)...) }

func (w *where) named(search string) {
	for _, word := range strings.Fields(search) {
		w.and(`sort_key LIKE LOWER(?) ESCAPE '\'`, like(word))
	}
}

// Addressees lists the users to whom who looks may send, by surname.
func (q queries) Addressees(ctx context.Context, s sight.Sight, search string, limit int, at string) ([]app.User, string, error) {
	var w where
	switch s.Reach() {
	case app.ReachAll:
	case app.ReachDepartment:
		w.and("department = ?", s.Department())
	default:
		w.and("FALSE")
	}
	w.and("enabled = 1")
	w.named(search)
	if err := w.after("sort_key", at); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "addressees", "SELECT doc, version, created, updated FROM users", &w, " ORDER BY sort_key, id", limit+1, scanUser)
	rows, next := page(rows, limit, func(u app.User) cursor { return cursor{userSortKey(u), string(u.ID)} })
	return rows, next, err
}

// Reached counts the users whom the audience includes now.
func (q queries) Reached(ctx context.Context, a app.Audience) (int, error) {
	var w where
	w.and("enabled = 1")
	var conds []string
	var args, users []any
	for _, t := range a {
		if t.User != "" {
			users = append(users, t.User)
			continue
		}
		conds = append(conds, "(? IN ('', role) AND ? IN ('', department))")
		args = append(args, string(t.Role), string(t.Department))
	}
	if len(users) > 0 {
		conds = append(conds, "id IN (?"+strings.Repeat(", ?", len(users)-1)+")")
		args = append(args, users...)
	}
	if len(conds) == 0 {
		return 0, nil
	}
	w.and(strings.Join(conds, " OR "), args...)
	s, values := dynamic("audience", "SELECT COUNT(*) FROM users", &w, "")
	n, err := one(ctx, q.q, s, scanInt, values...)
	return int(n), err
}
