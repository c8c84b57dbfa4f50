package plugin

import (
	"fmt"
	"strings"
)

// OpenError is the error of a provider that could not be opened. Nothing of the
// provider is left running.
//
// errors.Is(err, &OpenError{Failure: FailureChecksum}) asks for one cause. The
// error of a provider that refused to describe or configure itself is wrapped,
// so that [contract.ReasonOf] sees it.
type OpenError struct {
	// Failure is the cause.
	Failure Failure

	// Path is the binary as it was passed to Open; empty for InProcess and
	// Attach.
	Path string

	// Err says what happened and what to do.
	Err error

	// Stderr is the end of what the provider printed, up to 2 KiB, with the
	// secrets of its configuration redacted.
	Stderr string
}

// Failure is why a provider could not be opened. More may be added; package
// supervisor has two of its own.
type Failure string

// The failures, in the order in which Open can meet them.
const (
	// FailureMissing: there is no file at the path.
	FailureMissing Failure = "MISSING"

	// FailureNotExecutable: the file is a folder, is not marked as executable,
	// or the system cannot execute it.
	FailureNotExecutable Failure = "NOT_EXECUTABLE"

	// FailurePermissions: somebody other than root or the host's user could have
	// written the file. It was not executed.
	FailurePermissions Failure = "PERMISSIONS"

	// FailureChecksum: the file is not the one that was approved. It was not
	// executed.
	FailureChecksum Failure = "CHECKSUM"

	// FailureRefused: the host must not attach to a running process.
	FailureRefused Failure = "REFUSED"

	// FailureSystem: the host lacks something: a folder for the socket, file
	// descriptors, processes.
	FailureSystem Failure = "SYSTEM"

	// FailureExited: the process ended before it was ready.
	FailureExited Failure = "EXITED"

	// FailureHandshake: the process printed something that is not the handshake.
	FailureHandshake Failure = "HANDSHAKE"

	// FailureProtocol: the plugin uses a protocol that this host does not
	// support.
	FailureProtocol Failure = "PROTOCOL"

	// FailureTimeout: it was not ready within OpenOptions.StartTimeout.
	FailureTimeout Failure = "TIMEOUT"

	// FailureCanceled: the context of Open ended.
	FailureCanceled Failure = "CANCELED"

	// FailureConnection: no connection to it could be made.
	FailureConnection Failure = "CONNECTION"

	// FailureDescribe: Describe failed or returned a descriptor that is not
	// valid.
	FailureDescribe Failure = "DESCRIBE"

	// FailureConfigure: the provider refused its configuration, or the host
	// could not read one for it.
	FailureConfigure Failure = "CONFIGURE"

	// FailureUnhealthy: its health service does not answer SERVING.
	FailureUnhealthy Failure = "UNHEALTHY"
)

// Error returns one line, with the last line of the provider's output, or the
// one with which a program in Go panicked.
func (e *OpenError) Error() string {
	message := "open provider"
	if e.Path != "" {
		message += " " + e.Path
	}
	if e.Err != nil {
		message += ": " + e.Err.Error()
	}
	if last := lastLine(e.Stderr); last != "" {
		message += fmt.Sprintf("; it last printed %q", excerpt(last))
	}
	return message
}

// Unwrap returns the cause.
func (e *OpenError) Unwrap() error { return e.Err }

// Is reports whether target is an *OpenError with this failure and nothing else.
func (e *OpenError) Is(target error) bool {
	t, ok := target.(*OpenError)
	return ok && t.Failure == e.Failure && t.Path == "" && t.Err == nil
}

// lastLine returns the last line of a text, or rather the last in which Go's
// runtime says why it ends a process: a stack follows it.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	last := text[strings.LastIndexByte(text, '\n')+1:]
	for line := range strings.Lines(text) {
		if isPanic(line) {
			last = strings.TrimSpace(line)
		}
	}
	return last
}

func isPanic(line string) bool {
	return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")
}
