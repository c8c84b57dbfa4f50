package staff

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/host-example/web"
)

// So many logins may be tried: for one name, and from one address. Behind a proxy all
// have the proxy's.
const (
	triesOfName    = 5
	nameEvery      = time.Minute
	triesOfAddress = 20
	addressEvery   = 10 * time.Second
)

type loginPage struct {
	page

	Refused string
}

func (s *Staff) showLogin(w http.ResponseWriter, r *http.Request) {
	if _, err := s.sessionOf(r); err == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	s.renderLogin(w, r, http.StatusOK, "")
}

func (s *Staff) renderLogin(w http.ResponseWriter, r *http.Request, status int, refused string) {
	s.render(w, r, status, "login", &loginPage{page: s.pageOf(r, nil, "Log in"), Refused: refused})
}

// refusedLogin does not say what was wrong.
const refusedLogin = "Name or password is wrong."

// logIn begins a session. What it says, and how long it takes, is the same for a name
// that there is and for one that there is not.
func (s *Staff) logIn(w http.ResponseWriter, r *http.Request) {
	if !web.ReadForm(w, r) {
		return
	}
	name, password := r.PostForm.Get("name"), r.PostForm.Get("password")
	now := s.now()
	if !s.logins.addresses.allow(addressKey(r.RemoteAddr), now) || !s.logins.names.allow(name, now) {
		s.log(r, slog.LevelWarn, "a login was refused, since too many were tried", slog.String("address", addressKey(r.RemoteAddr)))
		w.Header().Set("Retry-After", "60")
		s.renderLogin(w, r, http.StatusTooManyRequests, "There were too many attempts. Wait a minute, and try again.")
		return
	}
	u, err := s.authenticate(r.Context(), name, password)
	switch {
	case errors.Is(err, errWrong):
		s.log(r, slog.LevelInfo, "a login was refused", slog.String("address", addressKey(r.RemoteAddr)))
		s.renderLogin(w, r, http.StatusUnauthorized, refusedLogin)
		return
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "5")
		s.renderLogin(w, r, http.StatusServiceUnavailable, "Too many people log in at once. Try again.")
		return
	case err != nil:
		s.fail(w, r, err)
		return
	}
	id, err := s.beginSession(r.Context(), u.Name)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.logins.names.forget(name)
	s.log(r, slog.LevelInfo, "somebody has logged in", slog.String("user", u.Name))
	s.setCookie(w, id)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Staff) logOut(w http.ResponseWriter, r *http.Request, who *session) {
	if err := s.endSession(r.Context(), who.id); err != nil {
		s.fail(w, r, err)
		return
	}
	s.setCookie(w, "")
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}
