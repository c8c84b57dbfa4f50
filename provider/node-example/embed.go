// Package nodeexample has the source of the provider in JavaScript, for the scaffold to
// copy. The provider itself has no Go in it.
package nodeexample

import (
	"embed"
	"io/fs"
)

//go:embed src test/*.js package.json package-lock.json build.js proto_text.js
var files embed.FS

// Files returns what a provider in JavaScript is made of, by its paths here.
func Files() fs.FS { return files }
