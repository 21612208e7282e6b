// Package directory keeps the users of the body with their profiles, and what
// profiles refer to: departments, purposes, groups of Comuni (specification §2,
// §3). Who may change whom is decided by the one table of permissions.
package directory

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/territory"
)

// Tx is what the directory changes.
type Tx interface {
	Reader
	Now() time.Time
	Record(app.Event) error
	InsertUser(u app.User, c app.Credential) error
	UpdateUser(u app.User) error
	SetCredential(id app.ID, c app.Credential) error
	EndSessions(user app.ID, why app.SessionEnd) error
	HoldBody() error
	ForgetFailures(user app.ID) error
	AssignedBy(operator, by app.ID) error
	KeepRepeat(user app.ID, name, digest, answer string) error
	PutDepartment(app.Department) error
	DeleteDepartment(id app.ID, version int) error
	RenameTokenOffices(department app.ID, names map[string]string) error
	PutPurpose(app.Purpose) error
	DeletePurpose(id app.ID, version int) error
	PutConsortium(app.Consortium) error
	DeleteConsortium(id app.ID, version int) error
	UpdateWorkstation(app.Workstation) error
}

// Reader is what the directory reads.
type Reader interface {
	User(ctx context.Context, id app.ID) (app.User, error)
	UserNamed(ctx context.Context, username string) (app.User, error)
	UsersTaking(ctx context.Context, u app.User) ([]app.User, error)
	UsersOfAdmin(ctx context.Context, admin app.ID) ([]app.User, error)
	UsersOfMediator(ctx context.Context, mediator app.ID) ([]app.User, error)
	CountTops(ctx context.Context) (int, error)
	Users(ctx context.Context, f app.UserFilter) ([]app.User, string, error)
	CountUsers(ctx context.Context, f app.UserFilter) (int, error)
	AdminsWithOperators(ctx context.Context) ([]app.AdminLoad, error)
	Assignments(ctx context.Context, f app.AssignmentFilter) ([]app.Assignment, string, error)
	LiveSession(ctx context.Context, user app.ID) (app.Session, error)
	Locks(ctx context.Context, user app.ID, now time.Time) ([]app.Failures, error)
	Credential(ctx context.Context, id app.ID) (app.Credential, error)
	Repeat(ctx context.Context, user app.ID, name string) (digest, answer string, err error)
	Department(ctx context.Context, id app.ID) (app.Department, error)
	Departments(ctx context.Context) ([]app.Department, error)
	Purpose(ctx context.Context, id app.ID) (app.Purpose, error)
	Purposes(ctx context.Context, department app.ID) ([]app.Purpose, error)
	Consortium(ctx context.Context, id app.ID) (app.Consortium, error)
	Consortia(ctx context.Context) ([]app.Consortium, error)
	Workstation(ctx context.Context, id app.ID) (app.Workstation, error)
	UsersOfDepartment(ctx context.Context, id app.ID) ([]app.User, error)
	UsersNaming(ctx context.Context, id app.ID) ([]app.User, error)
	UsersOfGroups(ctx context.Context) ([]app.User, error)
	WorkstationsOfDepartment(ctx context.Context, id app.ID) ([]app.Workstation, error)
	TokensOfDepartment(ctx context.Context, id app.ID) ([]string, error)
	DepartmentHasPast(ctx context.Context, id app.ID) (bool, error)
	DepartmentCounts(ctx context.Context) (map[app.ID]app.DepartmentCounts, error)
}

// Store is what the directory reads, and the way to change it.
type Store interface {
	Reader
	Write(ctx context.Context, fn func(Tx) error) error
}

// Hasher makes the hash of a one-time secret.
type Hasher interface {
	Hash(ctx context.Context, password string) (string, error)
}

// Service is the directory.
type Service struct {
	store  Store
	hasher Hasher
	atlas  *territory.Atlas
	life   func() time.Duration // of a one-time secret
	ends   func(app.Session) time.Time
	wanted func() app.MediatorRule // who may act as Mediator
	now    func() time.Time
	zone   *time.Location // of the body
}

// New returns the directory; life tells how long a one-time secret made now
// opens, ends when a session ends, wanted who may act as Mediator.
func New(store Store, hasher Hasher, atlas *territory.Atlas, life func() time.Duration, ends func(app.Session) time.Time, wanted func() app.MediatorRule, now func() time.Time, zone *time.Location) *Service {
	return &Service{store, hasher, atlas, life, ends, wanted, now, zone}
}

// today is the day in the zone of the body.
func (s *Service) today() app.Day { return app.DayOf(s.now().In(s.zone)) }

// write changes the directory. What a user's profile names stays meanwhile, and
// who depends on whom: such changes wait for one another.
func (s *Service) write(ctx context.Context, fn func(Tx) error) error {
	return s.store.Write(ctx, func(tx Tx) error {
		if err := tx.HoldBody(); err != nil {
			return err
		}
		return fn(tx)
	})
}

// secretAlphabet has no characters that are mistaken for others.
const secretAlphabet = "abcdefghjkmnpqrstuvwxyz23456789"

// oneTimeSecret is sixteen characters in four groups, made by the server and
// never the same twice (specification §5).
func oneTimeSecret() string {
	var b strings.Builder
	for i := 0; i < 16; {
		var r [1]byte
		rand.Read(r[:])
		if int(r[0]) >= 256/len(secretAlphabet)*len(secretAlphabet) {
			continue
		}
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(secretAlphabet[int(r[0])%len(secretAlphabet)])
		i++
	}
	return b.String()
}

// allowed reports whether the function reaches the user for the caller.
func allowed(p app.Permission, caller app.Caller, u app.User) bool {
	return p != "" && p.Allows(caller.User.Standing(), u.Standing())
}

// visible reports whether the caller administers the user at all.
func visible(caller app.Caller, u app.User) bool {
	return allowed(app.ManageUser(u.Role), caller, u) || allowed(app.PermEnableUsers, caller, u)
}

// Get returns a user whom the caller administers; any other does not exist for
// him.
func (s *Service) Get(ctx context.Context, caller app.Caller, id app.ID) (app.User, error) {
	u, err := s.store.User(ctx, id)
	if err == nil && !visible(caller, u) {
		return app.User{}, app.E(app.CodeNotFound)
	}
	return u, err
}

// List lists the users whom the caller administers; with the first page it
// says how many the filter lets through.
func (s *Service) List(ctx context.Context, caller app.Caller, f app.UserFilter, role app.Role) (us []app.User, next string, total int, err error) {
	g := app.PermEnableUsers.Grant(caller.User.Role)
	f.Roles = nil
	for _, r := range g.Over {
		if role == "" || role == r {
			f.Roles = append(f.Roles, r)
		}
	}
	if len(f.Roles) == 0 {
		return nil, "", 0, nil
	}
	if g.Reach != app.ReachAll {
		f.Within = caller.User.Department
	}
	if us, next, err = s.store.Users(ctx, f); err != nil || f.Cursor != "" {
		return us, next, 0, err
	}
	if total = len(us); next != "" {
		total, err = s.store.CountUsers(ctx, f)
	}
	return us, next, total, err
}

// normalize brings what was typed to the form in which it is kept.
func normalize(u app.User) app.User {
	u.Username = app.NormalizeUsername(u.Username)
	u.FiscalCode = strings.ToUpper(strings.TrimSpace(u.FiscalCode))
	u.Email = strings.TrimSpace(u.Email)
	u.Name, u.Surname = strings.TrimSpace(u.Name), strings.TrimSpace(u.Surname)
	u.OperatorID = strings.TrimSpace(u.OperatorID)
	if u.Profile.Workstations == "" {
		u.Profile.Workstations = app.WorkstationsAuthorised
	}
	return u
}

// check refuses a user or a profile that cannot work, naming every field. had
// is the profile that he had before: its purposes may have been withdrawn
// since, its workstations suspended or revoked; all others may not.
func (s *Service) check(ctx context.Context, r Reader, caller app.Caller, u app.User, had app.Profile) error {
	es := u.CheckIdentity(codicefiscale.Check)
	if u.Department != "" {
		if _, err := r.Department(ctx, u.Department); app.CodeOf(err) == app.CodeNotFound {
			es = append(es, app.E(app.CodeDepartmentAbsent).At("department"))
		} else if err != nil {
			return err
		}
	}
	if u.Role.Operative() && u.Admin != "" {
		a, err := r.User(ctx, u.Admin)
		switch {
		case app.CodeOf(err) == app.CodeNotFound || err == nil && (a.Role != app.RoleAdmin || a.Department != u.Department):
			es = append(es, app.E(app.CodeAdminAbsent).At("admin"))
		case err != nil:
			return err
		case !a.MayStand(s.today()):
			es = append(es, app.E(app.CodeAdminDisabled).At("admin"))
		}
	}
	facts, err := s.facts(ctx, r, caller, u, had)
	if err != nil {
		return err
	}
	es = append(es, u.Profile.Check(u, facts)...)
	return es.Err()
}

func (s *Service) facts(ctx context.Context, r Reader, caller app.Caller, u app.User, had app.Profile) (app.ProfileFacts, error) {
	f := app.ProfileFacts{Today: s.today(), Wanted: s.wanted(), Mediators: map[app.ID]app.User{}, GroupSizes: map[app.ID]int{}}
	for _, id := range u.Profile.Mediators() {
		m, err := r.User(ctx, id)
		if err == nil {
			f.Mediators[id] = m
		} else if app.CodeOf(err) != app.CodeNotFound {
			return f, err
		}
	}
	for _, id := range u.Profile.Groups() {
		c, err := r.Consortium(ctx, id)
		if err == nil {
			f.GroupSizes[id] = len(c.Comuni)
		} else if app.CodeOf(err) != app.CodeNotFound {
			return f, err
		}
	}
	for _, id := range u.Profile.WorkstationID {
		w, err := r.Workstation(ctx, id)
		fit := w.State == app.WorkstationAuthorised || slices.Contains(had.WorkstationID, id)
		if err == nil && fit && app.PermManageWorkstation.AllowsDepartment(caller.User.Standing(), w.Department) {
			f.Workstations = append(f.Workstations, id)
		} else if err != nil && app.CodeOf(err) != app.CodeNotFound {
			return f, err
		}
	}
	if u.Department != "" {
		ps, err := r.Purposes(ctx, u.Department)
		if err != nil {
			return f, err
		}
		for _, p := range ps {
			if !p.Withdrawn || slices.Contains(had.Purposes, p.ID) {
				f.Purposes = append(f.Purposes, p.ID)
			}
		}
	}
	return f, nil
}

// Create registers a user and returns his one-time secret.
func (s *Service) Create(ctx context.Context, caller app.Caller, u app.User) (app.User, string, time.Time, error) {
	u = normalize(u)
	if u.Role == app.RoleTop {
		return u, "", time.Time{}, app.E(app.CodeRoleConsole).At("role")
	}
	if !allowed(app.ManageUser(u.Role), caller, u) {
		return u, "", time.Time{}, app.E(app.CodeForbidden)
	}
	return s.create(ctx, caller, u, eventOf(caller, app.EventUserCreated, ""))
}

func (s *Service) create(ctx context.Context, caller app.Caller, u app.User, e app.Event) (app.User, string, time.Time, error) {
	u.ID, u.Version, u.Enabled = app.NewID(), 1, true
	if err := s.check(ctx, s.store, caller, u, app.Profile{}); err != nil {
		return u, "", time.Time{}, err
	}
	var until time.Time
	secret := oneTimeSecret()
	hash, err := s.hasher.Hash(ctx, secret)
	if err != nil {
		return u, "", time.Time{}, err
	}
	err = s.write(ctx, func(tx Tx) error {
		if err := s.check(ctx, tx, caller, u, app.Profile{}); err != nil {
			return err
		}
		u.Created, u.Updated = tx.Now(), tx.Now()
		until = tx.Now().Add(s.life())
		if err := tx.InsertUser(u, app.Credential{Hash: hash, Set: tx.Now(), MustChange: true, SecretUntil: until}); err != nil {
			return err
		}
		if err := tx.AssignedBy(u.ID, caller.User.ID); err != nil {
			return err
		}
		return tx.Record(about(e, u, nil, u))
	})
	return u, secret, until, err
}

// about completes an event about a user with what he was before and after.
func about(e app.Event, u app.User, before, after any) app.Event {
	e.Target, e.TargetDept, e.TargetName = u.ID, u.Department, u.FullName()
	if before != nil {
		e.Before, _ = json.Marshal(before)
	}
	if after != nil {
		e.After, _ = json.Marshal(after)
	}
	return e
}

// Update changes a user's identity and profile. The role stays among those
// that the caller manages; the state of the account has its own operations.
// Where the user stops being what others depend on, they go where the request
// says, or it is refused with who they are.
func (s *Service) Update(ctx context.Context, caller app.Caller, u app.User, newMediator, newAdmin app.ID) (app.User, error) {
	u = normalize(u)
	err := s.write(ctx, func(tx Tx) error {
		before, err := tx.User(ctx, u.ID)
		if err != nil {
			return err
		}
		if !visible(caller, before) {
			return app.E(app.CodeNotFound)
		}
		if u.Role == app.RoleTop {
			return app.E(app.CodeRoleConsole).At("role")
		}
		if !allowed(app.ManageUser(before.Role), caller, before) || !allowed(app.ManageUser(u.Role), caller, u) {
			return app.E(app.CodeForbidden)
		}
		if before.Admin != u.Admin && before.Role.Operative() && !allowed(app.PermMoveOperators, caller, before) {
			return app.E(app.CodeForbidden).At("admin")
		}
		u, err = s.change(ctx, tx, caller, before, u, newMediator, newAdmin)
		return err
	})
	return u, err
}

// change keeps what a user has become, if he can be that.
func (s *Service) change(ctx context.Context, tx Tx, caller app.Caller, before, u app.User, newMediator, newAdmin app.ID) (app.User, error) {
	u.Enabled, u.Created, u.Updated = before.Enabled, before.Created, tx.Now()
	if err := s.check(ctx, tx, caller, u, before.Profile); err != nil {
		return u, err
	}
	if before.Role != u.Role || before.OperatorID != "" && u.OperatorID == "" || before.Department != u.Department || !u.MayStand(s.today()) {
		if err := s.free(ctx, tx, caller, before, newMediator, newAdmin, u); err != nil {
			return u, err
		}
	}
	if err := put(tx, caller, u, before); err != nil {
		return u, err
	}
	if before.Role != u.Role {
		if err := tx.EndSessions(u.ID, app.SessionDisabled); err != nil {
			return u, err
		}
	}
	u.Version++
	return u, tx.Record(edited(caller, before, u))
}

// edited is the event of a user whose identity or profile was changed; with
// another ADMIN or department he was moved.
func edited(caller app.Caller, before, u app.User) app.Event {
	kind := app.EventUserChanged
	if u.Admin != before.Admin || u.Department != before.Department {
		kind = app.EventUserMoved
	}
	return about(eventOf(caller, kind, ""), u, before, u)
}

// put keeps a changed user, and who gave him to another ADMIN. The act itself
// is recorded under the department that he has now; the one that he leaves
// reads in its own history that he left, and where to, but nothing of what he
// is there.
func put(tx Tx, caller app.Caller, u, before app.User) error {
	if err := tx.UpdateUser(u); err != nil {
		return err
	}
	if u.Admin == before.Admin && u.Department == before.Department {
		return nil
	}
	if before.Department != "" && u.Department != before.Department {
		e := about(eventOf(caller, app.EventUserLeft, ""), before, place{before.Department}, place{u.Department})
		if err := tx.Record(e); err != nil {
			return err
		}
	}
	return tx.AssignedBy(u.ID, caller.User.ID)
}

// place is what of a user who leaves a department its history tells.
type place struct {
	Department app.ID `json:"department"`
}
