package plugin

import "fmt"

// LostError says how a process was lost that was ready before. See [Client.Err].
type LostError struct {
	// PID was its process id.
	PID int

	// Err is what was noticed.
	Err error

	// Stderr is the end of what it printed, up to 2 KiB, with the secrets
	// struck out.
	Stderr string
}

// Error gives it in one line, with the last line of the output, or the one with
// which a program in Go panicked.
func (e *LostError) Error() string {
	text := fmt.Sprintf("its process %d was lost: %v", e.PID, e.Err)
	if last := lastLine(e.Stderr); last != "" {
		text += fmt.Sprintf("; it last printed %q", excerpt(last))
	}
	return text
}

// Unwrap gives the cause.
func (e *LostError) Unwrap() error { return e.Err }
