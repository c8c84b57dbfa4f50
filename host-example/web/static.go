package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
)

//go:embed static
var static embed.FS

// StaticPath is where Static is to be mounted.
const StaticPath = "/static/"

// Static serves the stylesheet and the scripts under StaticPath. They are the same for
// everybody, and their addresses change with them, so a browser may keep them.
func Static() http.Handler {
	files := http.FileServerFS(static)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(r.URL.Path)
		if r.URL.RequestURI() != Asset(name) {
			http.NotFound(w, r)
			return
		}
		header := w.Header()
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
		header.Set("Content-Security-Policy", "default-src 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		files.ServeHTTP(w, r)
	})
}

// Asset returns the address of a file, with which it changes; empty if there is no such
// file.
func Asset(name string) string {
	content, err := static.ReadFile("static/" + name)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(content)
	return StaticPath + name + "?v=" + hex.EncodeToString(sum[:6])
}
