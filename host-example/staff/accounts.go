package staff

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/paysocket/paysocket/host"
)

// Role is what somebody may do. Each may do what those before it may.
type Role string

// The roles.
const (
	Clerk    Role = "clerk"    // reads
	Refunds  Role = "refunds"  // refunds
	Operator Role = "operator" // everything
)

var roles = []Role{Clerk, Refunds, Operator}

// may reports whether somebody with a role may do what another one may. An unknown role
// may do nothing.
func (r Role) may(needed Role) bool {
	return slices.Index(roles, r) >= slices.Index(roles, needed) && slices.Contains(roles, r)
}

// user is one of the staff.
type user struct {
	Name      string
	Role      Role
	Disabled  bool
	CreatedAt time.Time
	ChangedAt time.Time // of the password
}

// First is the name of the first user.
const First = "operator"

var userName = regexp.MustCompile(`^[a-z][a-z0-9._-]{0,31}$`)

var (
	// errWrong says that name or password is wrong, and not which.
	errWrong = errors.New("name or password is wrong")

	errName    = errors.New("a name must have 1 to 32 lower-case letters, digits, dots, _ and -, and begin with a letter")
	errRole    = errors.New("the role must be clerk, refunds or operator")
	errTaken   = errors.New("there is already somebody with this name")
	errUnknown = errors.New("there is nobody with this name")
	errLast    = errors.New("this is the last operator: nobody could manage the others any more")
)

// Start makes the first user if there is nobody yet, and returns the password, which is
// shown once and stored nowhere. It is empty if there is somebody.
func (s *Staff) Start(ctx context.Context) (password string, err error) {
	if n, err := s.Count(ctx); err != nil || n > 0 {
		return "", err
	}
	password = newPassword()
	err = s.addUser(ctx, First, Operator, password)
	if errors.Is(err, errTaken) { // by another process that has started at once
		return "", nil
	}
	return password, err
}

// Count returns how many users there are.
func (s *Staff) Count(ctx context.Context) (n int, err error) {
	if err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM shop_staff`).Scan(&n); err != nil {
		return 0, fmt.Errorf("reading the staff: %w", err)
	}
	return n, nil
}

// Reset sets another password of a user and returns it. All sessions of the user end.
// The first user is made, or is an operator again: it is for whoever has no other way in.
func (s *Staff) Reset(ctx context.Context, name string) (password string, err error) {
	if !userName.MatchString(name) {
		return "", errUnknown
	}
	password = newPassword()
	if err := s.record(ctx, &session{user: user{Name: "whoever runs the host"}}, "new password", name, ""); err != nil {
		return "", err
	}
	err = s.setPassword(ctx, name, password)
	if errors.Is(err, errUnknown) && name == First {
		return password, s.addUser(ctx, First, Operator, password)
	}
	if err == nil && name == First {
		_, err = s.db.ExecContext(ctx, `UPDATE shop_staff SET role = $1, disabled = 0 WHERE name = $2`, string(Operator), First)
	}
	return password, err
}

// newPassword returns a password of 130 random bits.
func newPassword() string { return rand.Text() }

// authenticate returns the user with a name and a password; errWrong if there is none.
func (s *Staff) authenticate(ctx context.Context, name, password string) (*user, error) {
	u := user{Name: name}
	var stored string
	err := sql.ErrNoRows
	if userName.MatchString(name) { // PostgreSQL would refuse the query for some
		err = s.db.QueryRowContext(ctx, `SELECT role, password FROM shop_staff WHERE name = $1 AND disabled = 0`, name).Scan(&u.Role, &stored)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("reading the staff: %w", err)
	}
	right, stale, err := s.hasher.verify(ctx, password, stored)
	switch {
	case err != nil:
		return nil, err
	case !right:
		return nil, errWrong
	case stale:
		hash, err := s.hasher.hash(ctx, password)
		if err != nil {
			return nil, err
		}
		if _, err := s.db.ExecContext(ctx, `UPDATE shop_staff SET password = $1 WHERE name = $2`, hash, name); err != nil {
			return nil, fmt.Errorf("storing a password: %w", err)
		}
	}
	return &u, nil
}

func (s *Staff) users(ctx context.Context) ([]user, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT name, role, disabled, created_at, changed_at FROM shop_staff ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("reading the staff: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []user
	for rows.Next() {
		var u user
		var disabled, created, changed int64
		if err := rows.Scan(&u.Name, &u.Role, &disabled, &created, &changed); err != nil {
			return nil, fmt.Errorf("reading the staff: %w", err)
		}
		u.Disabled, u.CreatedAt, u.ChangedAt = disabled != 0, time.UnixMilli(created).UTC(), time.UnixMilli(changed).UTC()
		all = append(all, u)
	}
	return all, rows.Err()
}

// checkUser refuses what is no name or no role.
func checkUser(name string, role Role) error {
	switch {
	case !userName.MatchString(name):
		return errName
	case !slices.Contains(roles, role):
		return errRole
	}
	return nil
}

func (s *Staff) addUser(ctx context.Context, name string, role Role, password string) error {
	if err := checkUser(name, role); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	now := s.now().UnixMilli()
	result, err := s.db.ExecContext(ctx, `INSERT INTO shop_staff (name, role, password, disabled, created_at, changed_at)
		VALUES ($1, $2, $3, 0, $4, $4) ON CONFLICT (name) DO NOTHING`, name, string(role), hash, now)
	return changedOne(result, err, errTaken)
}

// changedOne returns none if a statement has changed no row.
func changedOne(result sql.Result, err, none error) error {
	if err != nil {
		return fmt.Errorf("storing the staff: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(none, err)
	}
	return nil
}

// setPassword sets a password, and ends all sessions of the user.
func (s *Staff) setPassword(ctx context.Context, name, password string) error {
	if !userName.MatchString(name) {
		return errUnknown
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, name, `UPDATE shop_staff SET password = $1, changed_at = $2 WHERE name = $3`, hash, s.now().UnixMilli(), name)
}

// setRole sets what somebody may do, and whether they may log in at all. One operator must
// be left.
func (s *Staff) setRole(ctx context.Context, name string, role Role, disabled bool) error {
	if err := checkUser(name, role); err != nil {
		return err
	}
	off := 0
	if disabled {
		off = 1
	}
	const update = `UPDATE shop_staff SET role = $1, disabled = $2 WHERE name = $3`
	if role == Operator && !disabled {
		return s.change(ctx, name, update, string(role), off, name)
	}
	err := s.change(ctx, name, update+` AND EXISTS (SELECT 1 FROM shop_staff WHERE name <> $3 AND role = 'operator' AND disabled = 0)`,
		string(role), off, name)
	if errors.Is(err, errUnknown) {
		return errLast
	}
	return err
}

// change changes a user's row and ends the user's sessions, both or neither.
func (s *Staff) change(ctx context.Context, name, statement string, args ...any) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("storing the staff: %w", err)
	}
	if s.db.Kind == host.Postgres { // SQLite has one writer
		// Two operators who demote each other at once do so one after the other.
		if _, err := tx.ExecContext(ctx, `SELECT name FROM shop_staff WHERE role = 'operator' ORDER BY name FOR UPDATE`); err != nil {
			return errors.Join(fmt.Errorf("storing the staff: %w", err), tx.Rollback())
		}
	}
	result, err := tx.ExecContext(ctx, statement, args...)
	if err := changedOne(result, err, errUnknown); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM shop_staff_sessions WHERE name = $1`, name); err != nil {
		return errors.Join(fmt.Errorf("ending sessions: %w", err), tx.Rollback())
	}
	return tx.Commit()
}
