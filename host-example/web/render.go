package web

import (
	"bytes"
	"html/template"
	"log/slog"
	"net/http"
)

// Render answers with a page, and remembers a language that was chosen with it. A page is
// made whole before a byte of it is sent, so that no half of one is taken for all of it.
func Render(w http.ResponseWriter, r *http.Request, status int, page *template.Template, data any, log *slog.Logger) {
	var content bytes.Buffer
	if err := page.Execute(&content, data); err != nil {
		log.LogAttrs(r.Context(), slog.LevelError, "a page could not be made", slog.String("page", page.Name()), slog.Any("error", err),
			slog.String("remedy", "report it: its template does not fit its data"))
		http.Error(w, "This page cannot be shown at the moment. Nothing was lost.", http.StatusInternalServerError)
		return
	}
	remember(w, r)
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", string(LanguageOf(r)))
	w.WriteHeader(status)
	_, _ = w.Write(content.Bytes())
}
