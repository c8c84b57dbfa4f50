package staff

import (
	"net/http"
	"strings"
	"time"

	"github.com/paysocket/paysocket/host"
)

// lookEvery is how often one order may be looked at again by hand.
const lookEvery = 10 * time.Second

// look reads a payment at its gateway now, as far as the engine's rules allow a read.
func (s *Staff) look(w http.ResponseWriter, r *http.Request, who *session) {
	id := r.PathValue("sale")
	sale, err := s.shop.Engine().Sale(r.Context(), id)
	if err != nil {
		s.refuse(w, r, who, err)
		return
	}
	if !s.looks.allow(id, s.now()) {
		redirect(w, id, "wait")
		return
	}
	key := r.PostForm.Get("key")
	if key == "" && len(sale.Payments) > 0 {
		key = sale.Payments[len(sale.Payments)-1].Key
	}
	s.decide(w, r, who, key, &host.Resolution{LookAgain: true, Why: "by hand"}, "look")
}

// cancel ends an order that nobody has paid.
func (s *Staff) cancel(w http.ResponseWriter, r *http.Request, who *session) {
	id := r.PathValue("sale")
	reason, err := reasonOf(r)
	if err == nil {
		_, err = s.shop.Engine().Sale(r.Context(), id)
	}
	if err != nil {
		s.refuse(w, r, who, err)
		return
	}
	if err := s.record(r.Context(), who, "cancel", id, reason); err != nil {
		s.fail(w, r, err)
		return
	}
	if _, err := s.shop.Engine().Cancel(r.Context(), id); err != nil {
		s.refuse(w, r, who, err)
		return
	}
	redirect(w, id, "cancel")
}

// resolve carries out what an operator has decided about an attempt.
func (s *Staff) resolve(w http.ResponseWriter, r *http.Request, who *session) {
	reason, err := reasonOf(r)
	if err != nil {
		s.refuse(w, r, who, err)
		return
	}
	resolution := &host.Resolution{Why: reason}
	switch r.PostForm.Get("decision") {
	case "seen":
	case "adopt":
		if resolution.Adopt = strings.TrimSpace(r.PostForm.Get("adopt")); resolution.Adopt == "" {
			s.refuse(w, r, who, invalid("adopt", "must be the id at the gateway"))
			return
		}
	case "release":
		resolution.Release = true
	case "accept_account":
		resolution.AcceptAccount = true
	case "nothing_lost":
		resolution.NothingLost = true
	default:
		s.refuse(w, r, who, invalid("decision", "must be one of the form"))
		return
	}
	s.decide(w, r, who, r.PostForm.Get("key"), resolution, "resolve")
}

func (s *Staff) decide(w http.ResponseWriter, r *http.Request, who *session, key string, resolution *host.Resolution, done string) {
	id := r.PathValue("sale")
	resolution.By = who.user.Name
	if _, err := s.shop.Engine().Resolve(r.Context(), id, key, resolution); err != nil {
		s.refuse(w, r, who, err)
		return
	}
	redirect(w, id, done)
}

// redirect sends the browser back to the page of an order, which says what was done.
func redirect(w http.ResponseWriter, id, done string) {
	w.Header().Set("Location", salePath(id)+"?done="+done)
	w.WriteHeader(http.StatusSeeOther)
}
