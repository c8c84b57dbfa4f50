package staff

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
)

type passwordPage struct {
	page

	Error string
}

func (s *Staff) showPassword(w http.ResponseWriter, r *http.Request, who *session) {
	s.render(w, r, http.StatusOK, "password", &passwordPage{page: s.pageOf(r, who, "Your password")})
}

// changePassword sets a password of whoever knows the old one, ends all sessions of the
// user, and begins a new one.
func (s *Staff) changePassword(w http.ResponseWriter, r *http.Request, who *session) {
	name := who.user.Name
	refuse := func(status int, text string) {
		s.render(w, r, status, "password", &passwordPage{page: s.pageOf(r, who, "Your password"), Error: text})
	}
	if !s.logins.names.allow(name, s.now()) {
		refuse(http.StatusTooManyRequests, "There were too many attempts. Wait a minute, and try again.")
		return
	}
	form := r.PostForm
	_, err := s.authenticate(r.Context(), name, form.Get("old"))
	if err == nil {
		if form.Get("new") != form.Get("again") {
			refuse(http.StatusUnprocessableEntity, "The two new passwords differ.")
			return
		}
		if err = s.record(r.Context(), who, "new password", name, ""); err == nil {
			err = s.setPassword(r.Context(), name, form.Get("new"))
		}
	}
	switch {
	case errors.Is(err, errWrong):
		refuse(http.StatusForbidden, "The old password is wrong.")
		return
	case errors.Is(err, errPassword):
		refuse(http.StatusUnprocessableEntity, "A password must have 12 to 256 characters.")
		return
	case errors.Is(err, errBusy):
		refuse(http.StatusServiceUnavailable, "Too many people log in at once. Try again.")
		return
	case err != nil:
		s.fail(w, r, err)
		return
	}
	id, err := s.beginSession(r.Context(), name)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.logins.names.forget(name)
	s.log(r, slog.LevelInfo, "somebody has changed a password", slog.String("user", name))
	s.setCookie(w, id)
	http.Redirect(w, r, "/password?done=password", http.StatusSeeOther)
}

type staffPage struct {
	page

	Users    []user
	Roles    []Role
	Name     string // whose new password is shown
	Password string // shown once
}

func (s *Staff) showStaff(w http.ResponseWriter, r *http.Request, who *session) {
	s.renderStaff(w, r, who, "", "")
}

func (s *Staff) renderStaff(w http.ResponseWriter, r *http.Request, who *session, name, password string) {
	users, err := s.users(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "staff", &staffPage{page: s.pageOf(r, who, "Staff"), Users: users, Roles: roles, Name: name, Password: password})
}

// addStaff makes a user, whose first password is shown once.
func (s *Staff) addStaff(w http.ResponseWriter, r *http.Request, who *session) {
	name, role := r.PostForm.Get("name"), Role(r.PostForm.Get("role"))
	if err := checkUser(name, role); err != nil {
		s.refuseStaff(w, r, who, err)
		return
	}
	if err := s.record(r.Context(), who, "account as "+string(role), name, ""); err != nil {
		s.fail(w, r, err)
		return
	}
	password := newPassword()
	if err := s.addUser(r.Context(), name, role, password); err != nil {
		s.refuseStaff(w, r, who, err)
		return
	}
	s.renderStaff(w, r, who, name, password)
}

// resetStaff sets another password of a user, which is shown once.
func (s *Staff) resetStaff(w http.ResponseWriter, r *http.Request, who *session) {
	name := r.PathValue("name")
	if err := checkUser(name, Clerk); err != nil {
		s.refuseStaff(w, r, who, err)
		return
	}
	if name == who.user.Name {
		s.say(w, r, who, http.StatusConflict, "Not done", "Change your own password on its page.")
		return
	}
	if err := s.record(r.Context(), who, "new password", name, ""); err != nil {
		s.fail(w, r, err)
		return
	}
	password := newPassword()
	if err := s.setPassword(r.Context(), name, password); err != nil {
		s.refuseStaff(w, r, who, err)
		return
	}
	s.renderStaff(w, r, who, name, password)
}

// changeStaff sets what somebody may do, and whether they may log in.
func (s *Staff) changeStaff(w http.ResponseWriter, r *http.Request, who *session) {
	name, role := r.PathValue("name"), Role(r.PostForm.Get("role"))
	if err := checkUser(name, role); err != nil {
		s.refuseStaff(w, r, who, err)
		return
	}
	disabled := r.PostForm.Get("disabled") != ""
	what := "role " + string(role)
	if disabled {
		what += ", disabled"
	}
	if err := s.record(r.Context(), who, what, name, ""); err != nil {
		s.fail(w, r, err)
		return
	}
	if err := s.setRole(r.Context(), name, role, disabled); err != nil {
		s.refuseStaff(w, r, who, err)
		return
	}
	http.Redirect(w, r, "/staff?done=role", http.StatusSeeOther)
}

func (s *Staff) refuseStaff(w http.ResponseWriter, r *http.Request, who *session, err error) {
	known := slices.ContainsFunc([]error{errName, errRole, errTaken, errUnknown, errLast, errBusy}, func(e error) bool { return errors.Is(err, e) })
	if !known {
		s.fail(w, r, err)
		return
	}
	s.say(w, r, who, http.StatusUnprocessableEntity, "Not done", "Nothing was changed: "+err.Error()+".")
}
