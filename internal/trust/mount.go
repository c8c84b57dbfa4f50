package trust

import (
	"path/filepath"
	"strings"
)

// Remedy says what keeps others from a secret's file and lets this process read it.
// Files that an orchestrator mounts cannot be changed where they are, so it says
// what to write there.
func Remedy(path string) string {
	switch {
	case isKubernetes(path):
		return "give the volume defaultMode: 0400 and, if the host does not run as root, its pod a securityContext.fsGroup"
	case isBelow(path, "/run/secrets", "/var/run/secrets"):
		return "give the secret a mode of 0400 and the host's uid where the service lists it"
	case isBelow(path, "/run/credentials"):
		return "name it in LoadCredential= of the host's unit, and run the host as the unit's user"
	}
	return "chmod 600 " + path + ", and chown it to the host's user"
}

// isKubernetes reports whether Kubernetes mounted the file: its folder leads by links
// to the folder that has the latest version.
func isKubernetes(path string) bool {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		target = path // perhaps one that may not be looked at
	}
	for name := range strings.SplitSeq(target, string(filepath.Separator)) {
		if strings.HasPrefix(name, "..") && name != ".." {
			return true
		}
	}
	return false
}

func isBelow(path string, folders ...string) bool {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	for _, folder := range folders {
		if strings.HasPrefix(absolute, folder+string(filepath.Separator)) {
			return true
		}
	}
	return false
}
