package conformance_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// newSandbox serves a memory gateway, seen by the suite through change, if any.
func newSandbox(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	s, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + server.Listener.Addr().String()})
	require.NoError(t, err)
	server.Config.Handler = s.Handler()
	server.Start()
	t.Cleanup(func() {
		server.Close()
		s.Close()
	})
	return s
}

func memoryManifest(t *testing.T) *conformance.Manifest {
	t.Helper()
	m, err := conformance.LoadManifest("../provider/memory/conformance.yaml")
	require.NoError(t, err)
	return m
}

// defective is the memory provider with some operations replaced.
type defective struct {
	contract.PaymentProvider

	create func(contract.PaymentProvider, context.Context, *contract.CreatePaymentRequest) (*contract.Payment, error)
}

func (d *defective) CreatePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	if d.create == nil {
		return d.PaymentProvider.CreatePayment(ctx, r)
	}
	return d.create(d.PaymentProvider, ctx, r)
}

func sound() contract.PaymentProvider { return memory.New(nil) }

func run(t *testing.T, subject conformance.Subject, o *conformance.Options) *conformance.Report {
	t.Helper()
	report, err := conformance.Run(t.Context(), memoryManifest(t), subject, o)
	require.NoError(t, err)
	return report
}

func statusOf(t *testing.T, report *conformance.Report, id string) conformance.ClauseResult {
	t.Helper()
	for _, clause := range report.Clauses {
		if clause.ID == id {
			return clause
		}
	}
	require.Failf(t, "no such clause", "%s", id)
	return conformance.ClauseResult{}
}

func TestWhatAppliesIsTheSameWhateverIsSelected(t *testing.T) {
	t.Parallel()
	report := run(t, conformance.InProcess(sound), &conformance.Options{Gateway: newSandbox(t), Run: "CRE-003"})
	assert.Equal(t, conformance.NotApplied, statusOf(t, report, "WHK-013").Status, "it is for unsigned webhooks")
	assert.Equal(t, len(report.Clauses)-report.Counts.NotApplied, report.Counts.Applicable)
	assert.Equal(t, report.Counts.Applicable-1, report.Counts.Skipped)
}

func TestProviderInProcessIsPartialAtBest(t *testing.T) {
	t.Parallel()
	report := run(t, conformance.InProcess(sound), &conformance.Options{Gateway: newSandbox(t), Run: "CRE-*,HSK-00?,IDM-001"})
	assert.Equal(t, conformance.Partial, report.Verdict)
	assert.Equal(t, conformance.Unverified, statusOf(t, report, "HSK-001").Status)
	assert.Equal(t, conformance.Pass, statusOf(t, report, "IDM-001").Status)
	assert.Equal(t, conformance.Skipped, statusOf(t, report, "STS-001").Status)
	assert.Equal(t, conformance.ExitPartial, report.ExitCode(false))
}

func TestAPartOfAClauseThatTheManifestDoesNotTellIsNotProven(t *testing.T) {
	t.Parallel()
	m := memoryManifest(t)
	m.Content().Fields.ReturnURL = ""
	report, err := conformance.Run(t.Context(), m, conformance.InProcess(sound), &conformance.Options{Gateway: newSandbox(t), Run: "CRE-009"})
	require.NoError(t, err)
	owing := statusOf(t, report, "CRE-009")
	assert.Equal(t, conformance.Unverified, owing.Status)
	assert.Contains(t, owing.Reason, "fields.return_url")

	m.Content().Fields.ReturnURL = manifest.None
	report, err = conformance.Run(t.Context(), m, conformance.InProcess(sound), &conformance.Options{Gateway: newSandbox(t), Run: "CRE-009"})
	require.NoError(t, err)
	assert.Equal(t, conformance.Pass, statusOf(t, report, "CRE-009").Status)
}

// believer takes the gateway's word for paid, whatever the flags say.
type believer struct{ contract.PaymentProvider }

func (b believer) CreatePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return believe(b.PaymentProvider.CreatePayment(ctx, r))
}

func (b believer) GetStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, error) {
	return believe(b.PaymentProvider.GetStatus(ctx, r))
}

func believe(payment *contract.Payment, err error) (*contract.Payment, error) {
	if err == nil && payment.ProviderStatus == "succeeded" {
		payment.Status, payment.NextAction = contract.PaymentSucceeded, nil
	}
	return payment, err
}

func TestAWordIsEnoughWhereAGatewayHasNoFlagsBesideIt(t *testing.T) {
	t.Parallel()
	m := memoryManifest(t)
	status := func() conformance.Status {
		subject := conformance.InProcess(func() contract.PaymentProvider { return believer{sound()} })
		report, err := conformance.Run(t.Context(), m, subject, &conformance.Options{Gateway: newSandbox(t), Run: "STS-009"})
		require.NoError(t, err)
		return statusOf(t, report, "STS-009").Status
	}
	assert.Equal(t, conformance.Fail, status(), "there are flags, and they deny it")
	m.Content().Fields.Paid = manifest.Pointers{}
	assert.Equal(t, conformance.Pass, status())
	m.Content().Fields.Paid = nil
	assert.Equal(t, conformance.Unverified, status())
}

func TestDefectFailsItsClauseWithTheEvidence(t *testing.T) {
	t.Parallel()
	charges := conformance.InProcess(func() contract.PaymentProvider {
		return &defective{PaymentProvider: sound(), create: func(p contract.PaymentProvider, ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
			again := *r
			again.Attempt.Key += "x"
			_, _ = p.CreatePayment(ctx, &again)
			return p.CreatePayment(ctx, r)
		}}
	})
	report := run(t, charges, &conformance.Options{Gateway: newSandbox(t), Run: "CRE-001,CRE-002", Seed: 7, Manifest: "m.yaml"})
	assert.Equal(t, conformance.NonConformant, report.Verdict)
	assert.Equal(t, conformance.Pass, statusOf(t, report, "CRE-002").Status)
	failed := statusOf(t, report, "CRE-001")
	require.Equal(t, conformance.Fail, failed.Status)
	assert.Equal(t, "1", failed.Failures[0].Want)
	assert.Equal(t, "2", failed.Failures[0].Got)
	assert.Contains(t, failed.Text, "exactly the amount")
	assert.Equal(t, "paysocket conformance run -f m.yaml --run CRE-001 --seed 7", failed.Reproduce)
	assert.Equal(t, 2, strings.Count(strings.Join(failed.Evidence.Timeline[:4], "\n"), "POST /v1/payments [create]"))

	var text strings.Builder
	require.NoError(t, conformance.WriteText(&text, report, false))
	assert.Contains(t, text.String(), "FAIL CRE-001 [MUST]")
	assert.Contains(t, text.String(), "VERDICT redirect-wallet: NON-CONFORMANT")
}

func TestSameSeedDrawsTheSame(t *testing.T) {
	t.Parallel()
	keys := func() string {
		broken := conformance.InProcess(func() contract.PaymentProvider {
			return &defective{PaymentProvider: sound(), create: func(contract.PaymentProvider, context.Context, *contract.CreatePaymentRequest) (*contract.Payment, error) {
				return nil, contract.NewError(contract.ProviderBug, "broken")
			}}
		})
		report := run(t, broken, &conformance.Options{Gateway: newSandbox(t), Run: "CRE-001", Seed: 99})
		return statusOf(t, report, "CRE-001").Reason
	}
	assert.Equal(t, keys(), keys())
}

func TestUnknownFilterOrProfileIsMisuse(t *testing.T) {
	t.Parallel()
	for _, o := range []*conformance.Options{{Run: "NOP-*"}, {Skip: "CRE-999"}, {Run: "CRE-001,"}, {Profile: "everything"}} {
		report, err := conformance.Run(t.Context(), memoryManifest(t), conformance.InProcess(sound), o)
		var misuse *conformance.UsageError
		require.ErrorAs(t, err, &misuse, "%+v", o)
		assert.Nil(t, report)
	}
}

func TestSkippingEverythingIsNoSuccess(t *testing.T) {
	t.Parallel()
	report := run(t, conformance.InProcess(sound), &conformance.Options{Gateway: newSandbox(t), Skip: "*"})
	assert.Zero(t, report.Counts.Executed)
	assert.Equal(t, conformance.ExitPartial, report.ExitCode(true))
}

func TestInterruptedRunStillReports(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	report, err := conformance.Run(ctx, memoryManifest(t), conformance.InProcess(sound), &conformance.Options{
		Gateway: newSandbox(t), Parallel: 1,
		Progress: func(p conformance.Progress) {
			if p.Result != nil {
				cancel()
			}
		},
	})
	require.NoError(t, err)
	assert.Equal(t, conformance.Inconclusive, report.Verdict)
	assert.Positive(t, report.Counts.Error)
	assert.Equal(t, conformance.ExitInconclusive, report.ExitCode(true))
}

type silent struct{ gateway.Gateway }

func (silent) Hello(context.Context) (*gateway.Hello, error) { return nil, errors.New("no answer") }

func TestStandInThatDoesNotAnswerMakesEveryClauseAnError(t *testing.T) {
	t.Parallel()
	report := run(t, conformance.InProcess(sound), &conformance.Options{Gateway: silent{}})
	assert.Equal(t, conformance.Inconclusive, report.Verdict)
	assert.Equal(t, len(report.Clauses), report.Counts.Error)

	var text strings.Builder
	require.NoError(t, conformance.WriteText(&text, report, false))
	assert.Equal(t, 2, strings.Count(text.String(), "no answer"), "the report shows it once, and with the verdict:\n%s", &text)
}

func TestStandInThatDiesMidRunIsNotTheProvidersFault(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	s, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + server.Listener.Addr().String()})
	require.NoError(t, err)
	server.Config.Handler = s.Handler()
	server.Start()
	t.Cleanup(s.Close)
	done := 0
	report := run(t, conformance.InProcess(sound), &conformance.Options{
		Gateway: s, Parallel: 1, Run: "CRE-*",
		Progress: func(p conformance.Progress) {
			if p.Result != nil {
				if done++; done == 2 {
					server.Close()
				}
			}
		},
	})
	assert.Equal(t, conformance.Inconclusive, report.Verdict, report.Reason)
	assert.Zero(t, report.Counts.Fail)
}

func TestHangingProviderFailsInTime(t *testing.T) {
	t.Parallel()
	m := memoryManifest(t)
	m.Content().Timeouts.RPC, m.Content().Timeouts.Check = time.Minute, time.Second
	hanging := conformance.InProcess(func() contract.PaymentProvider {
		return &defective{PaymentProvider: sound(), create: func(_ contract.PaymentProvider, ctx context.Context, _ *contract.CreatePaymentRequest) (*contract.Payment, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
	})
	report, err := conformance.Run(t.Context(), m, hanging, &conformance.Options{Gateway: newSandbox(t), Run: "CRE-001"})
	require.NoError(t, err)
	assert.Equal(t, conformance.NonConformant, report.Verdict)
}

func TestSlowProviderThatAnswersIsNotBlamed(t *testing.T) {
	t.Parallel()
	m := memoryManifest(t)
	m.Content().Timeouts.Check = time.Second
	slow := conformance.InProcess(func() contract.PaymentProvider {
		return &defective{PaymentProvider: sound(), create: func(p contract.PaymentProvider, ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
			<-time.After(600 * time.Millisecond) // CRE-002 creates two
			return p.CreatePayment(ctx, r)
		}}
	})
	report, err := conformance.Run(t.Context(), m, slow, &conformance.Options{Gateway: newSandbox(t), Run: "CRE-002"})
	require.NoError(t, err)
	assert.Equal(t, conformance.Pass, statusOf(t, report, "CRE-002").Status)
}

func TestManifestErrorsNameTheLineOrTheField(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"nowhere.yaml":       "no such file",
		"unknown-field.yaml": "line 3: field provder not found",
		"no-create.yaml":     "operations.create is missing",
		"bad-operation.yaml": "bad-operation.yaml:9: operations.create has a path that is not a valid regular expression",
	} {
		_, err := conformance.LoadManifest(filepath.Join("testdata", "manifests", file))
		require.Error(t, err, file)
		assert.Contains(t, err.Error(), want)
	}
}

func TestRunThatTakesTooLong_GivesTheRestUp(t *testing.T) {
	t.Parallel()
	hanging := conformance.InProcess(func() contract.PaymentProvider {
		return &defective{PaymentProvider: sound(), create: func(_ contract.PaymentProvider, ctx context.Context, _ *contract.CreatePaymentRequest) (*contract.Payment, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
	})
	m := memoryManifest(t)
	m.Content().Timeouts.RPC = time.Second
	report, err := conformance.RunWithin(t.Context(), 3*time.Second, m, hanging, &conformance.Options{
		Gateway: newSandbox(t), Run: "DSC-001,CFG-001,CRE-*", Parallel: 1,
	})
	require.NoError(t, err)
	assert.Equal(t, conformance.Pass, statusOf(t, report, "CFG-001").Status)
	given := statusOf(t, report, "CRE-012")
	assert.Equal(t, conformance.Unverified, given.Status)
	assert.Contains(t, given.Reason, "given up, because the run took more than twice the 3s that it usually takes")
	require.Len(t, report.Warnings, 1)
	assert.Contains(t, report.Warnings[0], "CRE-012")
	assert.Less(t, report.DurationMS, int64(20_000))
}

func TestRunThatTakesTooLong_KeepsWhatAClauseHadFound(t *testing.T) {
	t.Parallel()
	const odd = 1<<24 + 1 // an amount in the middle of CRE-001
	for what, c := range map[string]struct {
		found error
		want  conformance.Status
	}{
		"a failure": {contract.NewError(contract.ProviderFault, "it went wrong").WithOutcome(contract.Indeterminate), conformance.Fail},
		"nothing":   {nil, conformance.Unverified},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			begun := false
			subject := conformance.InProcess(func() contract.PaymentProvider {
				return &defective{PaymentProvider: sound(), create: func(p contract.PaymentProvider, ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
					switch {
					case r.Amount.MinorUnits == odd && c.found != nil:
						begun = true
						return nil, c.found
					case r.Amount.MinorUnits != odd && !begun:
						return p.CreatePayment(ctx, r)
					}
					<-ctx.Done()
					return nil, ctx.Err()
				}}
			})
			m := memoryManifest(t)
			m.Content().Timeouts.RPC = time.Minute
			report, err := conformance.RunWithin(t.Context(), 700*time.Millisecond, m, subject, &conformance.Options{
				Gateway: newSandbox(t), Run: "CRE-001", Parallel: 1,
			})
			require.NoError(t, err)
			result := statusOf(t, report, "CRE-001")
			assert.Equal(t, c.want, result.Status, result.Reason)
			if c.found != nil {
				require.Len(t, result.Failures, 1, "what failed after the end means nothing")
				assert.Contains(t, result.Failures[0].What, "it went wrong")
				assert.Equal(t, conformance.NonConformant, report.Verdict)
			}
		})
	}
}
