package plugin

import "fmt"

// LostError is the error of a process that was ready and is gone. See
// [Client.Err].
type LostError struct {
	// PID was its process id; 0 if there was no process.
	PID int

	// Err is what was noticed.
	Err error

	// Stderr is the end of what it printed, up to 2 KiB, with secrets redacted.
	Stderr string
}

// Error returns one line, with the last line of the output, or the one with
// which a program in Go panicked.
func (e *LostError) Error() string {
	message := fmt.Sprintf("its process %d was lost: %v", e.PID, e.Err)
	if last := lastLine(e.Stderr); last != "" {
		message += fmt.Sprintf("; it last printed %q", excerpt(last))
	}
	return message
}

// Unwrap returns the cause.
func (e *LostError) Unwrap() error { return e.Err }
