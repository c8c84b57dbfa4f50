package fit

import (
	"fmt"
	"slices"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// Misfit is one thing that does not fit.
type Misfit struct {
	// Where is a key of the manifest, such as "fields.id"; "the provider" or "the
	// sandbox" if what they did fits no manifest.
	Where string

	// What says what was seen, and Remedy what to write or to do.
	What, Remedy string
}

// String returns the misfit in one line.
func (m Misfit) String() string { return m.Where + ": " + m.What + "; " + m.Remedy }

// InManifest reports whether another manifest mends it.
func (m Misfit) InManifest() bool {
	return m.Where != provider && m.Where != sandbox && m.Where != Host
}

// Host is where a misfit is that the host must mend.
const Host = "the host"

// Where a misfit is that no manifest can mend.
const (
	provider = "the provider"
	sandbox  = "the sandbox"
)

// Result is what a payment showed.
type Result struct {
	// Misfits are in the order in which they were seen, one for each key.
	Misfits []Misfit

	// Hints are what the manifest could say besides.
	Hints []Misfit

	// Done are the steps that were made, such as "paid", and Left those that were
	// not, each with its reason.
	Done, Left []string
}

// missed adds a misfit, unless there is one about the same key.
func (r *Result) missed(where, remedy, what string, arguments ...any) {
	missed(&r.Misfits, where, remedy, what, arguments...)
}

func missed(into *[]Misfit, where, remedy, what string, arguments ...any) {
	if !slices.ContainsFunc(*into, func(m Misfit) bool { return m.Where == where }) {
		*into = append(*into, Misfit{Where: where, What: fmt.Sprintf(what, arguments...), Remedy: remedy})
	}
}

// broke adds how a step ended that the suite could not make.
func (r *Result) broke(result *harness.Result) {
	switch {
	case result.SetupErr != nil:
		r.missed(sandbox, `"paysocket conformance gateway-check" checks it`, "%v", result.SetupErr)
	case len(result.Failures) > 0:
		r.missed(provider, "mend it; a run would show the exchange", "%s", result.Failures[0])
	case result.TimedOut:
		r.missed("timeouts.check", "write a longer timeouts.check, or find out what the provider waits for", "one payment was not done in time")
	}
}
