package plugin

import (
	"fmt"
	"strings"
)

// OpenError says why a provider could not be opened. Nothing of it is left
// running.
//
// errors.Is(err, &OpenError{Failure: FailureChecksum}) asks for one cause. The
// error of a provider that refused to describe or configure itself is wrapped,
// so that [contract.ReasonOf] sees it.
type OpenError struct {
	// Failure is the cause.
	Failure Failure

	// Path is the binary as it was given to Open; empty for InProcess
	// and Attach.
	Path string

	// Err says what happened and what to do.
	Err error

	// Stderr is the end of what the provider printed, up to 2 KiB, with the
	// secrets that it was configured with struck out.
	Stderr string
}

// Failure is why a provider could not be opened. More may be added.
type Failure string

// The failures, in the order in which Open can meet them.
const (
	// FailureMissing: there is no file at the path.
	FailureMissing Failure = "MISSING"

	// FailureNotExecutable: the file is a folder, has no right to be
	// executed, or the system cannot execute it.
	FailureNotExecutable Failure = "NOT_EXECUTABLE"

	// FailurePermissions: somebody else than root or the host's user could
	// have put the file where it is. It was not executed.
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

	// FailureHandshake: it printed something that is not the handshake.
	FailureHandshake Failure = "HANDSHAKE"

	// FailureProtocol: it is a plugin, and not one that this host can speak
	// to.
	FailureProtocol Failure = "PROTOCOL"

	// FailureTimeout: it was not ready in OpenOptions.StartTimeout.
	FailureTimeout Failure = "TIMEOUT"

	// FailureCanceled: the context of Open ended.
	FailureCanceled Failure = "CANCELED"

	// FailureConnection: no connection to it could be made.
	FailureConnection Failure = "CONNECTION"

	// FailureDescribe: Describe failed, or gave a descriptor that is not
	// legal.
	FailureDescribe Failure = "DESCRIBE"

	// FailureContract: it was built for a contract that this host does not
	// speak. Only a supervisor minds.
	FailureContract Failure = "CONTRACT"

	// FailureAdmission: the Options.Admit of a supervisor kept it out.
	FailureAdmission Failure = "ADMISSION"

	// FailureConfigure: the provider refused its configuration, or the host
	// could not put it together.
	FailureConfigure Failure = "CONFIGURE"

	// FailureUnhealthy: its health service does not answer SERVING.
	FailureUnhealthy Failure = "UNHEALTHY"
)

// Error gives it all in one line, but for the provider's output, of which it
// gives the last line, or the one with which a program in Go panicked.
func (e *OpenError) Error() string {
	text := "open provider"
	if e.Path != "" {
		text += " " + e.Path
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if last := lastLine(e.Stderr); last != "" {
		text += fmt.Sprintf("; it last printed %q", excerpt(last))
	}
	return text
}

// Unwrap gives the cause.
func (e *OpenError) Unwrap() error { return e.Err }

// Is reports whether target is an *OpenError that names this failure and
// nothing else.
func (e *OpenError) Is(target error) bool {
	t, ok := target.(*OpenError)
	return ok && t.Failure == e.Failure && t.Path == "" && t.Err == nil
}

// lastLine gives the last line of a text, or rather the last with which Go's
// runtime says why it ends a process: what follows that is a stack.
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
