package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// A session ends after so long without a request, and after so long whatever happens.
const (
	idleTime    = 30 * time.Minute
	sessionTime = 12 * time.Hour
	seenPause   = time.Minute // a request is not stored as the latest one more often
)

// session is somebody who is logged in.
type session struct {
	id   string // as it is stored
	user user
}

// hashOf returns what is stored of the id in a cookie: who reads the database cannot log
// in with it. The id has 130 random bits, so a fast hash is enough.
func hashOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}

// beginSession returns the id of a new session.
func (s *Staff) beginSession(ctx context.Context, name string) (string, error) {
	id, now := rand.Text(), s.now()
	if _, err := s.db.ExecContext(ctx, `DELETE FROM shop_staff_sessions WHERE began_at < $1 OR seen_at < $2`,
		now.Add(-sessionTime).UnixMilli(), now.Add(-idleTime).UnixMilli()); err != nil {
		return "", fmt.Errorf("removing sessions that have ended: %w", err)
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO shop_staff_sessions (id, name, began_at, seen_at) VALUES ($1, $2, $3, $4)`,
		hashOf(id), name, now.UnixMilli(), now.UnixMilli())
	if err != nil {
		return "", fmt.Errorf("storing a session: %w", err)
	}
	return id, nil
}

// errNoSession says that nobody is logged in.
var errNoSession = errors.New("nobody is logged in")

// sessionOf returns who has sent a request.
func (s *Staff) sessionOf(r *http.Request) (*session, error) {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil || cookie.Value == "" {
		return nil, errNoSession
	}
	found := session{id: hashOf(cookie.Value)}
	var began, seen int64
	err = s.db.QueryRowContext(r.Context(), `SELECT u.name, u.role, s.began_at, s.seen_at FROM shop_staff_sessions s
		JOIN shop_staff u ON u.name = s.name WHERE s.id = $1 AND u.disabled = 0`, found.id).
		Scan(&found.user.Name, &found.user.Role, &began, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoSession
	}
	if err != nil {
		return nil, fmt.Errorf("reading a session: %w", err)
	}
	now := s.now()
	since := func(ms int64) time.Duration { return now.Sub(time.UnixMilli(ms)) }
	if since(began) >= sessionTime || since(seen) >= idleTime {
		return nil, errors.Join(errNoSession, s.endSession(r.Context(), found.id))
	}
	if since(seen) < seenPause {
		return &found, nil
	}
	if _, err := s.db.ExecContext(r.Context(), `UPDATE shop_staff_sessions SET seen_at = $1 WHERE id = $2`, now.UnixMilli(), found.id); err != nil {
		return nil, fmt.Errorf("storing that a session goes on: %w", err)
	}
	return &found, nil
}

func (s *Staff) endSession(ctx context.Context, id string) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM shop_staff_sessions WHERE id = $1`, id)
	return err
}

// cookieName is that of the session's cookie. The prefix makes browsers refuse one that
// another host or plain http has set.
func (s *Staff) cookieName() string {
	if s.secure() {
		return "__Host-staff"
	}
	return "staff"
}

// setCookie sends the id of a session to the browser; an empty one takes it away.
func (s *Staff) setCookie(w http.ResponseWriter, id string) {
	cookie := &http.Cookie{ //nolint:gosec // Without TLS, on this machine itself, a browser would not send it.
		Name: s.cookieName(), Value: id, Path: "/", HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode,
		MaxAge: int(sessionTime / time.Second),
	}
	if id == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
