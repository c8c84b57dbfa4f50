package web

import (
	"net/http"
)

// policy allows a page its own stylesheet, scripts and forms. There is nothing inline, so
// that a text that got into a page as HTML could neither run nor send anything.
//
// A browser holds form-action against the redirects after a form as well: a form whose
// answer leads to another site, such as a gateway's, is to lead to a page with a link.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Private wraps a handler of pages: they stay out of caches and frames, their addresses
// out of the Referer header that the next site gets, and a form of another site reaches
// none of them.
func Private(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "This form was sent by a page of another site. Nothing was done.", http.StatusForbidden)
	}))
	protected := protection.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", policy)
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		protected.ServeHTTP(w, r)
	})
}

// maxForm bounds the body of a form. Those of the host are a few hundred bytes long.
const maxForm = 16 << 10

// ReadForm parses the form of a POST request. If it cannot, it answers, and returns false.
func ReadForm(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "This is not a form that a page of this site sends.", http.StatusBadRequest)
		return false
	}
	return true
}
