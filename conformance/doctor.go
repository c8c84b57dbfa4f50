package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/fit"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// Doctor does what a run does before its first check, and makes one payment: it is
// created, paid, read and refunded, as far as provider and sandbox can, with no fault.
// The report has what was found, and the statuses of clauses that would not be checked.
//
// The error says why a run could not do its work. It is a [*UsageError] if the options
// or the manifest are to blame. With the report, [WriteDiagnosis] shows then what does
// not fit the manifest; without one, nothing was started.
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
	defer r.endLeftovers()
	if misused, ok := errors.AsType[*UsageError](err); ok {
		return nil, misused
	}
	if err == nil {
		r.decideUpFront()
		refunds := r.suite.Descriptor.RefundIdempotency
		r.report.unsaid = m.content.Unsaid(r.report.Capabilities.Declared, refunds == nil || refunds.Kind == contract.IdempotencyNative)
		err = r.pay(ctx)
	}
	for _, key := range r.order {
		r.report.Clauses = append(r.report.Clauses, *r.results[key])
	}
	return r.report, err
}

// pay makes the payment, and adds to what it showed what the descriptor shows.
func (r *run) pay(ctx context.Context) error {
	var variants []*harness.Suite
	for i := range r.manifest.Variants {
		variants = append(variants, r.suites[r.manifest.Variants[i].Name])
	}
	shown := fit.Walk(ctx, r.suite, variants)
	shown.Misfits = append(r.undeclared(), shown.Misfits...)
	r.report.payment = shown
	return r.diagnose(ctx, r.manifest.File)
}

// diagnose returns why a run could not do its work, by what the payment showed.
func (r *judged) diagnose(ctx context.Context, file string) error {
	inManifest := 0
	for i := range r.report.payment.Misfits {
		if r.report.payment.Misfits[i].InManifest() {
			inManifest++
		}
	}
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case inManifest > 0:
		return misuse("%s does not fit: %d MISFIT above; correct it before a run", file, inManifest)
	case len(r.report.payment.Misfits) > 0:
		return errors.New("the payment did not end as it should; a run would fail")
	default:
		return nil
	}
}

// undeclared compares what the provider declares with what the manifest says.
func (r *run) undeclared() []fit.Misfit {
	var misfits []fit.Misfit
	declared, expected := r.report.Capabilities.Declared, r.manifest.ExpectCapabilities
	without := func(words, others []string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(words), func(word string) bool { return slices.Contains(others, word) }), ", ")
	}
	var what []string
	if more := without(declared, expected); more != "" {
		what = append(what, "the provider declares "+more+", which it does not have")
	}
	if less := without(expected, declared); less != "" {
		what = append(what, "it has "+less+", which the provider does not declare")
	}
	if expected != nil && len(what) > 0 {
		misfits = append(misfits, fit.Misfit{
			Where: "expectCapabilities", What: strings.Join(what, "; "),
			Remedy: "write [" + strings.Join(declared, ", ") + "], or correct the provider's descriptor",
		})
	}
	if missing := without(r.required, declared); missing != "" {
		misfits = append(misfits, fit.Misfit{
			Where: "profile", What: r.report.Profile + " requires " + missing + ", which the provider does not declare",
			Remedy: "declare it, or write profile: " + r.catalogue.fullestProfile(declared),
		})
	}
	return misfits
}

// WriteDiagnosis writes the result of [Doctor] for people.
func WriteDiagnosis(w io.Writer, report *Report, problem error) {
	writeHead(w, report)
	if problem != nil && report.payment == nil {
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
	writePayment(w, report)
	fmt.Fprintf(w, "%d of %d clauses would be checked\n", ready, len(report.Clauses))
	if problem != nil {
		fmt.Fprintln(w, report.canaries.Redact(problem.Error()))
	}
}

// writePayment writes how far the payment came, and what did not fit.
func writePayment(w io.Writer, r *Report) {
	payment := r.payment
	if payment == nil {
		return
	}
	fmt.Fprintf(w, "one payment: %s\n", strings.Join(slices.Concat(payment.Done, payment.Left), ", "))
	for _, hint := range payment.Hints {
		fmt.Fprintf(w, "HINT       %s\n", r.canaries.Redact(hint.String()))
	}
	for _, misfit := range payment.Misfits {
		fmt.Fprintf(w, "MISFIT     %s\n", r.canaries.Redact(misfit.String()))
	}
}
