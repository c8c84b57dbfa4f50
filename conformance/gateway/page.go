package gateway

import (
	"html/template"
	"net/http"
)

// WritePage writes a page of the gateway's for a payer. A browser shows it with
// its own styles and without anything else: no script, no other site, and no frame
// around it.
func WritePage(w http.ResponseWriter, status int, page *template.Template, data any) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_ = page.Execute(w, data) // the payer has gone
}
