package admission

import "fmt"

// Error says why a report does not let a binary in, and what to do.
//
// errors.Is(err, &Error{Problem: OtherBinary}) asks for one problem.
type Error struct {
	// Problem is the cause in a word, and File the report.
	Problem Problem
	File    string

	// Err says what was found and what to do.
	Err error
}

// Problem is why a report does not let a binary in.
type Problem string

// The problems, in the order in which they are looked for.
const (
	// Unreadable: the file is not there, is not a regular one, is too large, or
	// others can write to it.
	Unreadable Problem = "UNREADABLE"

	// NoReport: it is not a conformance report that is understood.
	NoReport Problem = "NO_REPORT"

	// OtherBinary: it is about another binary, or another provider.
	OtherBinary Problem = "OTHER_BINARY"

	// OtherContract: another version of the contract was checked.
	OtherContract Problem = "OTHER_CONTRACT"

	// OtherProfile: less was asked for than the host needs.
	OtherProfile Problem = "OTHER_PROFILE"

	// NotConformant: the verdict is not CONFORMANT, or contradicts the counts.
	NotConformant Problem = "NOT_CONFORMANT"

	// Stale: it is older than the host allows, or from the future.
	Stale Problem = "STALE"
)

// Error gives it in one line.
func (e *Error) Error() string { return fmt.Sprintf("the conformance report %s %v", e.File, e.Err) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an *Error that names this problem and nothing
// else.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Problem == e.Problem && t.File == "" && t.Err == nil
}
