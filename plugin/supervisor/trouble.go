package supervisor

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/paysocket/paysocket/internal/shortage"
	"github.com/paysocket/paysocket/plugin"
)

// isHosts reports whether a start failed before the provider was to blame: its binary
// was not there or not the right one, or the host lacked something. No process ran, or
// none for long, so however many such starts there are they are no crash loop.
func isHosts(err error) bool {
	openErr, ok := errors.AsType[*plugin.OpenError](err)
	if !ok {
		return false
	}
	switch openErr.Failure { //nolint:exhaustive // The others are the provider's, or need somebody who corrects them.
	case plugin.FailureMissing, plugin.FailureNotExecutable, plugin.FailurePermissions, plugin.FailureChecksum, plugin.FailureSystem:
		return true
	case plugin.FailureConfigure:
		_, own := errors.AsType[*hostsError](err)
		return own && (errors.Is(err, fs.ErrNotExist) || shortage.Is(err))
	}
	return false
}

// hostsError is an error of a function of the host.
type hostsError struct{ err error }

// Error returns the text of the function's error.
func (e *hostsError) Error() string { return e.err.Error() }

// Unwrap returns the function's error.
func (e *hostsError) Unwrap() error { return e.err }

// awaited is a binary that was not there, or not the right one, when it was to be
// started. When it has changed there is something to start.
type awaited struct {
	path string // empty if nothing is awaited
	info fs.FileInfo
}

// lookEvery is how often the Supervisor looks for a binary that it awaits.
const lookEvery = time.Second

// await returns what to look for after a start of this entry failed.
func await(entry *Entry, err error) awaited {
	openErr, ok := errors.AsType[*plugin.OpenError](err)
	if !ok || openErr.Failure == plugin.FailureSystem || openErr.Failure == plugin.FailureConfigure || !isHosts(err) {
		return awaited{} // nothing is wrong with the binary
	}
	info, _ := os.Stat(entry.Path) // nil if it is not there
	return awaited{path: entry.Path, info: info}
}

// changed reports whether the binary is another one now.
func (a *awaited) changed() bool {
	if a.path == "" {
		return false
	}
	info, err := os.Stat(a.path)
	if err != nil {
		return false // it is awaited still
	}
	return a.info == nil || !os.SameFile(a.info, info) || a.info.Size() != info.Size() ||
		!a.info.ModTime().Equal(info.ModTime()) || a.info.Mode() != info.Mode()
}
