package admission

import "fmt"

// Error is why a report does not admit a binary, and what to do.
//
// To test for one problem, use errors.Is(err, &Error{Problem: OtherBinary}).
type Error struct {
	// Problem is the cause, and File the path of the report.
	Problem Problem
	File    string

	// Err is what was found and what to do.
	Err error
}

// Problem is why a report does not admit a binary.
type Problem string

// The problems, in the order in which they are looked for.
const (
	// Unreadable: the file is not there, is not a regular one, is too large, or
	// others can write to it.
	Unreadable Problem = "UNREADABLE"

	// NoReport: it is not a conformance report of a known version.
	NoReport Problem = "NO_REPORT"

	// OtherBinary: it is about another binary, or another provider.
	OtherBinary Problem = "OTHER_BINARY"

	// OtherContract: another version of the contract was checked.
	OtherContract Problem = "OTHER_CONTRACT"

	// OtherProfile: another profile was checked than the host requires.
	OtherProfile Problem = "OTHER_PROFILE"

	// NotConformant: the verdict is not CONFORMANT, or contradicts the counts.
	NotConformant Problem = "NOT_CONFORMANT"

	// Stale: it is older than the host allows, or from the future.
	Stale Problem = "STALE"
)

// Error returns the problem and the advice in one line.
func (e *Error) Error() string { return fmt.Sprintf("the conformance report %s %v", e.File, e.Err) }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an *Error with the same Problem and no other field
// set.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Problem == e.Problem && t.File == "" && t.Err == nil
}
