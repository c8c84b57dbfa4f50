package conformance_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
)

// excusing runs CRE-001 and CRE-002 over a provider that breaks the first, with
// a list of known failures.
func excusing(t *testing.T, list string) (*conformance.Report, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "known.xfail")
	require.NoError(t, os.WriteFile(file, []byte(list), 0o600))
	m := memoryManifest(t)
	m.Content().KnownFailing = file
	twice := conformance.InProcess(func() contract.PaymentProvider {
		return &defective{PaymentProvider: sound(), create: func(p contract.PaymentProvider, ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
			again := *r
			again.Attempt.Key += "x"
			_, _ = p.CreatePayment(ctx, &again)
			return p.CreatePayment(ctx, r)
		}}
	})
	return conformance.Run(t.Context(), m, twice, &conformance.Options{
		Gateway: newSandbox(t), Run: "CRE-001,CRE-002,REF-007", Seed: 7,
		Now: func() time.Time { return time.Date(2026, 6, 30, 23, 0, 0, 0, time.UTC) },
	})
}

func TestAKnownFailureIsExcusedAndNotForgotten(t *testing.T) {
	t.Parallel()
	report, err := excusing(t, "# slow to be mended\n\nCRE-001  https://example.com/issues/7  expires=2026-06-30 # tonight\n")
	require.NoError(t, err)
	failed := statusOf(t, report, "CRE-001")
	assert.Equal(t, conformance.XFail, failed.Status)
	assert.Equal(t, "https://example.com/issues/7", failed.Issue)
	assert.NotEmpty(t, failed.Failures, "the failure is reported all the same")
	assert.Equal(t, conformance.Partial, report.Verdict)
	assert.Equal(t, 1, report.Counts.XFail)
}

func TestAnExcuseThatIsNotNeededFails(t *testing.T) {
	t.Parallel()
	report, err := excusing(t, "CRE-002 https://example.com/issues/8 expires=2027-01-01\nCRE-001 https://example.com/issues/7 expires=2027-01-01\n")
	require.NoError(t, err)
	assert.Equal(t, conformance.XPass, statusOf(t, report, "CRE-002").Status)
	assert.Contains(t, statusOf(t, report, "CRE-002").Reason, "known.xfail:1")
	assert.Equal(t, conformance.NonConformant, report.Verdict)
	assert.Equal(t, "passed, but still on the list of known failures: CRE-002", report.Reason)
	assert.Equal(t, conformance.ExitNonConformant, report.ExitCode(true))
}

func TestAListOfKnownFailuresIsStrict(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ list, says string }{
		"no issue":            {"CRE-001 expires=2027-01-01", "write a line as CLAUSE ISSUE-URL expires="},
		"an issue by number":  {"CRE-001 #7 expires=2027-01-01", "write a line as CLAUSE"},
		"an issue in words":   {"CRE-001 later expires=2027-01-01", `"later" is not the URL of an issue`},
		"no date":             {"CRE-001 https://example.com/7 2027-01-01", "is not a date; write expires=YYYY-MM-DD"},
		"a date of no day":    {"CRE-001 https://example.com/7 expires=2027-02-30", "is not a date; write expires=YYYY-MM-DD"},
		"an expired excuse":   {"CRE-001 https://example.com/7 expires=2026-06-29", "expired on 2026-06-29"},
		"an unknown clause":   {"CRE-999 https://example.com/7 expires=2027-01-01", `there is no clause "CRE-999"`},
		"an unknown variant":  {"CRE-001/blue https://example.com/7 expires=2027-01-01", `the manifest has no variant "blue"`},
		"a clause twice":      {"CRE-001 https://example.com/7 expires=2027-01-01\nCRE-001 https://example.com/7 expires=2027-01-01", ":2: CRE-001 is listed twice"},
		"one that is not due": {"REF-007 https://example.com/7 expires=2027-01-01", "REF-007 does not apply ("},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := excusing(t, test.list)
			var misuse *conformance.UsageError
			require.ErrorAs(t, err, &misuse)
			assert.ErrorContains(t, err, test.says)
			assert.ErrorContains(t, err, "known.xfail:", "it says where")
			assert.Nil(t, report)
		})
	}
}
