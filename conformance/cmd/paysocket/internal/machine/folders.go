package machine

import "os"

// temporary looks at the temporary folder, which sockets and sandboxes use.
func temporary() Line {
	const remedy = "set TMPDIR to a folder that the host's user can write to"
	folder, err := os.MkdirTemp("", "paysocket-doctor-")
	if err != nil {
		return warn("folders", "temporary", remedy, "%s cannot be used: %v", os.TempDir(), err)
	}
	if err := os.Remove(folder); err != nil {
		return warn("folders", "temporary", remedy, "%s keeps what is removed: %v", os.TempDir(), err)
	}
	return ok("folders", "temporary", "%s", os.TempDir())
}
