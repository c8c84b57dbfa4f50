package conformance

import (
	"context"
	"strings"
	"testing"
)

// RunT checks the provider from "go test", by the manifest in the file, with a
// subtest for each clause. The test fails if a clause fails or could not be
// checked, if the verdict is PARTIAL and Options.AllowPartial is not set, and
// if fewer clauses than Options.MinExecuted were checked. RunT returns the report
// for further checks by the caller.
func RunT(t *testing.T, subject Subject, file string, options *Options) *Report {
	t.Helper()
	if options == nil {
		options = &Options{}
	}
	m, err := LoadManifest(file)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	report, err := Run(ctx, m, subject, options)
	if err != nil {
		t.Fatal(err)
	}
	for i := range report.Clauses {
		reportClause(t, report, &report.Clauses[i])
	}
	if report.Counts.Executed < max(options.MinExecuted, 1) {
		t.Errorf("%d clauses were checked, and at least %d had to be", report.Counts.Executed, max(options.MinExecuted, 1))
	}
	if code := report.ExitCode(options.AllowPartial); code != ExitConformant {
		t.Errorf("verdict %s (%s), seed %d", report.Verdict, report.Reason, report.Seed)
	}
	return report
}

func reportClause(t *testing.T, report *Report, result *ClauseResult) {
	t.Helper()
	t.Run(result.ID+strings.TrimRight("/"+result.Variant, "/"), func(t *testing.T) {
		t.Attr("level", result.Level)
		t.Attr("status", string(result.Status))
		switch result.Status {
		case Pass, XFail:
		case NotApplied, Unverified, Skipped:
			t.Skip(result.Reason)
		case Fail, Errored, XPass:
			var text strings.Builder
			writeClause(&text, result)
			t.Errorf("seed %d\n%s", report.Seed, text.String())
		}
	})
}
