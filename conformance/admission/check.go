package admission

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Subject is the binary that the report must be about.
type Subject struct {
	// Path is the path of the binary, for the advice in an error. SHA256 is its
	// SHA-256, in hex.
	Path, SHA256 string

	// Descriptor is what the provider's Describe returned.
	Descriptor *contract.Descriptor
}

// Options configures [Check]. The zero value is valid.
type Options struct {
	// Spec is the version of the contract that must have been checked. Empty:
	// [contract.SpecVersion], that of this host.
	Spec string

	// Profile is the profile that must have been checked. Empty: any.
	Profile string

	// MaxAge is how old the report may be. 0: any age, because a report is about one
	// binary and one version of the contract, and neither changes.
	MaxAge time.Duration

	// Now returns the current time. Nil: time.Now.
	Now func() time.Time
}

// clockSkew is how far the clock of the machine that wrote a report may be
// ahead.
const clockSkew = time.Hour

// Check returns nil if the report in a file admits the binary: its verdict is
// CONFORMANT, and it is about this binary, this version of the contract and this
// profile. Otherwise it returns an [*Error].
func Check(file string, subject *Subject, options *Options) error {
	var o Options
	if options != nil {
		o = *options
	}
	o.Spec = cmp.Or(o.Spec, contract.SpecVersion)
	if o.Now == nil {
		o.Now = time.Now
	}
	r, problem := read(file)
	if problem == nil {
		problem = r.judge(subject, &o)
	}
	if problem == nil {
		return nil
	}
	problem.File = file
	problem.Err = fmt.Errorf("%w; to check the binary, run %s", problem.Err, remedy(file, subject, &o))
	return problem
}

// remedy returns the command that writes a new report.
func remedy(file string, subject *Subject, o *Options) string {
	command := "paysocket conformance run -f MANIFEST --provider " + subject.Path
	if o.Profile != "" {
		command += " --profile " + o.Profile
	}
	return command + " --json " + file
}

func (r *report) judge(subject *Subject, o *Options) *Error {
	wrong := func(problem Problem, format string, args ...any) *Error {
		return &Error{Problem: problem, Err: fmt.Errorf(format, args...)}
	}
	descriptor := subject.Descriptor
	switch {
	case r.Provider.SHA256 == "" || !strings.EqualFold(r.Provider.SHA256, subject.SHA256):
		return wrong(OtherBinary, "is about the binary with sha256 %.64q, and this binary has %.64q", r.Provider.SHA256, subject.SHA256)
	case r.Provider.ID != descriptor.ProviderID:
		return wrong(OtherBinary, "is about the provider %.64q, and this provider is %s", r.Provider.ID, descriptor.ProviderID)
	case r.Spec != o.Spec || r.Provider.SpecVersion != descriptor.SpecVersion:
		return wrong(OtherContract, "is of a suite for contract %.20q and a provider for contract %.20q; this host needs contract %s, and this provider is for %s",
			r.Spec, r.Provider.SpecVersion, o.Spec, descriptor.SpecVersion)
	case o.Profile != "" && r.Profile != o.Profile:
		return wrong(OtherProfile, "is for the profile %.40q, and this host needs %s", r.Profile, o.Profile)
	case r.Verdict != conformant:
		return wrong(NotConformant, "says %.40q (%.200q), and must say %s", r.Verdict, r.Reason, conformant)
	case r.Counts.Fail != 0 || r.Counts.Error != 0 || r.Counts.Executed <= 0:
		return wrong(NotConformant, "contradicts itself: it says %s, and counts %d failed, %d not checked and %d checked",
			conformant, r.Counts.Fail, r.Counts.Error, r.Counts.Executed)
	}
	return r.fresh(o)
}

func (r *report) fresh(o *Options) *Error {
	now := o.Now()
	date := r.Date.UTC().Format(time.RFC3339)
	switch {
	case r.Date.IsZero():
		return &Error{Problem: Stale, Err: errors.New("has no date")}
	case r.Date.After(now.Add(clockSkew)):
		return &Error{Problem: Stale, Err: fmt.Errorf("is of %s, which is in the future", date)}
	case o.MaxAge > 0 && now.Sub(r.Date) > o.MaxAge:
		return &Error{Problem: Stale, Err: fmt.Errorf("is of %s, and may be at most %s old", date, o.MaxAge)}
	default:
		return nil
	}
}
