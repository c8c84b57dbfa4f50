//go:build !unix

package checks

import "github.com/paysocket/paysocket/conformance/harness"

// beginnings says that processes cannot be watched closely enough here.
func beginnings() map[string]Check {
	unverified := func(t *harness.T, _ *harness.Env) {
		t.Unverified("processes are checked on Unix systems only")
	}
	all := make(map[string]Check)
	for _, id := range []string{"HSK-001", "HSK-002", "HSK-004", "HSK-005", "HSK-007"} {
		all[id] = unverified
	}
	return all
}
