package admin

import (
	"net/http"
)

// servePassword sets another password of one of the staff, for whoever has lost the only
// one. It ends all sessions of that user.
func (a *Admin) servePassword(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if a.options.ResetPassword == nil {
		a.refuse(w, r, http.StatusNotFound, &apiError{Reason: "NOT_FOUND", Message: "this host has no pages for staff"})
		return
	}
	password, err := a.options.ResetPassword(r.Context(), name)
	if err != nil {
		a.refuse(w, r, http.StatusConflict, &apiError{Reason: "NOT_FREE", Message: err.Error()})
		return
	}
	a.log(r, "somebody of the staff was given another password")
	writeJSON(w, http.StatusOK, map[string]string{"name": name, "password": password})
}
