package conformance

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Options configures a run. Nil means the defaults.
type Options struct {
	// Run and Skip choose clauses by patterns such as "IDM-*,CRE-00?",
	// separated by commas. Either makes the verdict PARTIAL at best.
	Run, Skip string

	// Profile is the profile to check, instead of the manifest's; empty for
	// that.
	Profile string

	// Parallel is how many checks run at the same time; 0 means the number of
	// processors, at most 8.
	Parallel int

	// Seed makes random choices repeatable. With 0, the suite chooses a seed, which
	// is in the report.
	Seed uint64

	// Strict makes SHOULD clauses and warnings count like MUST clauses.
	Strict bool

	// AllowPartial is for RunT: a PARTIAL verdict does not fail the test.
	AllowPartial bool

	// MinExecuted is for RunT: the test fails if fewer clauses are checked.
	MinExecuted int

	// Gateway is a sandbox that is already running. If it is nil, the run
	// starts the manifest's.
	Gateway gateway.Gateway

	// GatewayStderr is the standard error of a sandbox that the suite starts. Nil
	// discards it.
	GatewayStderr io.Writer

	// Progress is called when a clause begins and when it ends, by one goroutine at
	// a time. It may be nil.
	Progress func(Progress)

	// Now is the clock for the date of the report and for excuses that expire. Nil
	// means time.Now.
	Now func() time.Time

	// Manifest is the name of the manifest in the commands of the report; empty
	// for its path.
	Manifest string

	// Provider is the name of the provider's binary in the commands of the
	// report; empty if it is the manifest's.
	Provider string

	// Version is the version of the tool, for the report.
	Version string
}

// Progress describes one step of a run.
type Progress struct {
	// Preflight is the report before the first check. It is nil in all later
	// steps.
	Preflight *Report

	Clause  *Clause       // the clause that begins or has ended
	Variant string        // the manifest's variant in which it is checked; empty: none
	Result  *ClauseResult // nil if the clause begins
	Left    int           // how many clauses have not ended
}

// Name returns the name that the clause has in reports.
func (p *Progress) Name() string { return name(&ClauseResult{ID: p.Clause.ID, Variant: p.Variant}) }

// UsageError says that the options or the manifest of a run are not valid, such as its
// filter or its profile.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }

func misuse(format string, arguments ...any) error {
	return &UsageError{Err: fmt.Errorf(format, arguments...)}
}

// errInterrupted is the cause of a run that was interrupted.
var errInterrupted = errors.New("the run was interrupted")
