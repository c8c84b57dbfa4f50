package conformance

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/fit"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// ReportVersion is the apiVersion of a report.
const ReportVersion = "paymentprovider.conformance/v1"

// ReportKind is the kind of a report.
const ReportKind = "ConformanceReport"

// Report is the result of a run. JSON is its canonical form; the others are made
// from it. It contains no secret.
type Report struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`

	// Tool is the program that wrote the report.
	Tool struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"tool"`

	// Spec is the version of the contract that was checked.
	Spec string `json:"spec"`

	// Seed makes the run repeatable.
	Seed uint64 `json:"seed"`

	Date       time.Time `json:"date"`
	DurationMS int64     `json:"durationMs"`

	// UsualMS is what the run was expected to take. It ends by twice that.
	UsualMS int64 `json:"usualMs"`

	Implementation Implementation `json:"implementation"`

	// Provider is the provider that was checked, in a report about one, and Host the
	// host.
	Provider ProviderFacts `json:"provider,omitzero"`
	Host     *HostFacts    `json:"host,omitempty"`

	Gateway *gateway.Hello `json:"gateway,omitempty"`
	Profile string         `json:"profile"`

	Verdict Verdict `json:"verdict"`

	// Reason says why the verdict is not CONFORMANT, in one line.
	Reason string `json:"reason,omitempty"`

	// Problem says why the run could not begin, or why it ended early. It is the
	// reason of each clause that was not checked because of it.
	Problem string `json:"problem,omitempty"`

	Counts       Counts       `json:"counts"`
	Capabilities Capabilities `json:"capabilities"`

	// Warnings are for the author and change no verdict.
	Warnings []string `json:"warnings,omitempty"`

	Clauses []ClauseResult `json:"clauses"`

	// canaries are the secrets of the run. They are redacted from each finding, and
	// once more from everything that is written.
	canaries *harness.Canaries
	unsaid   []string    // what Doctor found to be missing in the manifest
	payment  *fit.Result // what Doctor's payment showed; nil: none was made
}

// redact removes the secrets of the run from a text.
func (r *Report) redact(text string) string {
	if r.canaries == nil {
		return text
	}
	return r.canaries.Redact(text)
}

// NoReport returns the report of a run that could not begin. Write it to report
// files, which would otherwise still hold the report of an earlier run.
func NoReport(cause error, options *Options) *Report {
	r := newReport(options, options.Profile, options.Seed, time.Now())
	r.Verdict, r.Reason, r.Problem, r.Clauses = Inconclusive, cause.Error(), cause.Error(), []ClauseResult{}
	return r
}

// newReport returns a report of which nothing is known but how the run was begun.
func newReport(o *Options, profile string, seed uint64, date time.Time) *Report {
	r := &Report{
		APIVersion: ReportVersion, Kind: ReportKind, Spec: contract.SpecVersion, Seed: seed, Date: date.UTC().Truncate(time.Second),
		Profile: profile, Capabilities: Capabilities{Declared: []string{}, Undeclared: []string{}},
	}
	r.Tool.Name, r.Tool.Version = "paysocket", o.Version
	return r
}

// kept reports whether the clause was not checked because of the problem that ended
// the run. A report for people shows that problem once.
func (r *Report) kept(c *ClauseResult) bool {
	return r.Problem != "" && c.Status == Errored && c.Reason == r.Problem
}

// WriteJSON writes the report in its canonical form.
func WriteJSON(w io.Writer, r *Report) error {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := io.WriteString(w, r.redact(b.String()))
	return err
}

// ProviderFacts describe the provider that was checked.
type ProviderFacts struct {
	ID          string `json:"id"`
	Version     string `json:"version"`
	SpecVersion string `json:"specVersion"`

	// Path and SHA256 are those of the binary; empty for a provider that runs
	// in the suite's process.
	Path   string `json:"path,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// Capabilities are the names of the capability table, declared or not.
type Capabilities struct {
	Declared   []string `json:"declared"`
	Undeclared []string `json:"undeclared"`
}

// Status is the outcome of a clause.
type Status string

// The statuses of a clause.
const (
	Pass       Status = "pass"
	Fail       Status = "fail"
	Errored    Status = "error"      // the suite could not check it
	NotApplied Status = "n/a"        // its capability is not declared
	Unverified Status = "unverified" // the sandbox or the manifest lacks something
	Skipped    Status = "skipped"    // excluded by the options of the run
	XFail      Status = "xfail"      // failed, and is on the list of known failures
	XPass      Status = "xpass"      // passed, and is on that list
)

// ClauseResult is the result of one clause.
type ClauseResult struct {
	ID     string `json:"id"`
	Level  string `json:"level"` // MUST or SHOULD
	Gate   string `json:"gate,omitempty"`
	Title  string `json:"title"`
	Status Status `json:"status"`

	// Variant is the manifest's variant in which it was checked, if any.
	Variant string `json:"variant,omitempty"`

	// Issue is where a known failure is worked on, for XFail and XPass.
	Issue string `json:"issue,omitempty"`

	// Text is the contract's sentence, if the clause did not pass.
	Text string `json:"text,omitempty"`

	// Reason says in one line why the status is not pass.
	Reason string `json:"reason,omitempty"`

	// Repeated is set if the clause was checked a second time.
	Repeated *Repetition `json:"repeated,omitempty"`

	Failures   []Failure `json:"failures,omitempty"`
	Notes      []string  `json:"notes,omitempty"`
	DurationMS int64     `json:"durationMs"`

	// Calls are those of the provider that the check made one after another: the most
	// of which no two were under way at once.
	Calls int `json:"calls,omitempty"`

	// Evidence is what happened if the clause did not pass; the faults are always
	// there.
	Evidence *Evidence `json:"evidence,omitempty"`

	// Reproduce is the command that checks this clause again.
	Reproduce string `json:"reproduce,omitempty"`
}

// Counts are the numbers of clauses by outcome. Applicable are all but those whose
// capability is not declared; Executed those whose check ran to a pass or a
// failure.
type Counts struct {
	Pass       int `json:"pass"`
	Fail       int `json:"fail"`
	Error      int `json:"error"`
	NotApplied int `json:"notApplicable"`
	Unverified int `json:"unverified"`
	Skipped    int `json:"skipped"`
	XFail      int `json:"xfail"`
	XPass      int `json:"xpass"`
	Applicable int `json:"applicable"`
	Executed   int `json:"executed"`

	// Flaky are those among Pass that had not passed the first time.
	Flaky int `json:"flaky,omitempty"`
}

func count(results []ClauseResult) Counts {
	var c Counts
	for i := range results {
		if results[i].Status != NotApplied {
			c.Applicable++
		}
		switch results[i].Status {
		case Pass:
			c.Pass++
			if results[i].Repeated != nil {
				c.Flaky++
			}
		case Fail:
			c.Fail++
		case Errored:
			c.Error++
		case NotApplied:
			c.NotApplied++
		case Unverified:
			c.Unverified++
		case Skipped:
			c.Skipped++
		case XFail:
			c.XFail++
		case XPass:
			c.XPass++
		}
	}
	c.Executed = c.Pass + c.Fail + c.XFail + c.XPass
	return c
}
