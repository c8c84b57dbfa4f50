package gateway

import (
	"html/template"
	"net/http"
)

// WritePage writes an HTML page of the gateway's for a payer. Its headers forbid
// browsers to run scripts in it, to load anything from elsewhere, to show it in a
// frame, and to cache it. Styles must be in the page.
func WritePage(w http.ResponseWriter, status int, page *template.Template, data any) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_ = page.Execute(w, data) // the payer may have gone
}
