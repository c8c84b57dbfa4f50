package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/paysocket/paysocket/contract"
)

// Doctor does what a run does before its first check. The report has what it found,
// and the statuses of clauses that would not be checked. The error says why a run
// could not begin. If there is no report, the error is a [*UsageError].
func Doctor(ctx context.Context, m *Manifest, subject Subject, options *Options) (*Report, error) {
	if options == nil {
		options = &Options{}
	}
	r, err := newRun(m, subject, options)
	if err != nil {
		return nil, err
	}
	r.addAll()
	end, err := r.prepare(ctx)
	defer end()
	if misused, ok := errors.AsType[*UsageError](err); ok {
		return nil, misused
	}
	if err == nil {
		r.decideUpFront()
		refunds := r.suite.Descriptor.RefundIdempotency
		r.report.unsaid = m.content.Unsaid(r.report.Capabilities.Declared, refunds == nil || refunds.Kind == contract.IdempotencyNative)
	}
	for _, key := range r.order {
		r.report.Clauses = append(r.report.Clauses, *r.results[key])
	}
	return r.report, err
}

// WriteDiagnosis writes the result of [Doctor] for people.
func WriteDiagnosis(w io.Writer, report *Report, problem error) {
	writeHead(w, report)
	if problem != nil {
		fmt.Fprintf(w, "a run could not begin: %s\n", problem)
		for i := range report.Clauses {
			if report.Clauses[i].Status != "" {
				writeClause(w, &report.Clauses[i])
			}
		}
		return
	}
	ready := 0
	for i := range report.Clauses {
		c := &report.Clauses[i]
		if c.Status == "" {
			ready++
			continue
		}
		fmt.Fprintf(w, "%-10s %s %s: %s\n", strings.ToUpper(string(c.Status)), c.ID, c.Title, c.Reason)
	}
	if len(report.unsaid) > 0 {
		fmt.Fprintf(w, "the manifest does not say %s: clauses with a part that needs them will be unverified\n", strings.Join(report.unsaid, ", "))
	}
	fmt.Fprintf(w, "%d of %d clauses would be checked\n", ready, len(report.Clauses))
}
