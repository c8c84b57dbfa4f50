// Package portable has the files of this folder, for the scaffold to copy.
package portable

import (
	"embed"
	"io/fs"
)

//go:embed paymentprovider.proto iso4217.json
var files embed.FS

// Files returns paymentprovider.proto and iso4217.json.
func Files() fs.FS { return files }
