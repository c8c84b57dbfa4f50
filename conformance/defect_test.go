package conformance_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
)

// TestDefect_FailsTheClauseThatNamesIt runs defects that another clause notices by
// accident, or none.
func TestDefect_FailsTheClauseThatNamesIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		clause string
		defect contract.Interceptor
		reason string
	}{
		"refuses what needs more than 32 bits, and declares no limit": {
			"DSC-006",
			func(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
				if r, ok := call.Request.(*contract.CreatePaymentRequest); ok && r.Amount.MinorUnits > 1<<31 {
					return nil, contract.NewError(contract.AmountOutOfRange, "that is too much").WithOutcome(contract.NotAttempted)
				}
				return next(ctx, call)
			}, "was not refused by the gateway",
		},
		"refunds a part of what nobody has paid": {
			"REF-004",
			func(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
				answer, err := next(ctx, call)
				if r, ok := call.Request.(*contract.RefundRequest); ok && contract.ReasonOf(err) == contract.PaymentNotRefundable && r.Amount.MinorUnits < 5_000 {
					return nil, contract.NewError(contract.RefundExceedsPayment, "that is too much").WithOutcome(contract.Rejected)
				}
				return answer, err
			}, "in part",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := conformance.InProcess(func() contract.PaymentProvider { return contract.Chain(contract.HandlerOf(sound()), c.defect) })
			report := run(t, subject, &conformance.Options{Gateway: newSandbox(t), Run: c.clause})
			failed := statusOf(t, report, c.clause)
			assert.Equal(t, conformance.Fail, failed.Status, failed.Reason)
			assert.Contains(t, failed.Reason, c.reason)
			report = run(t, conformance.InProcess(sound), &conformance.Options{Gateway: newSandbox(t), Run: c.clause})
			assert.Equal(t, conformance.Pass, statusOf(t, report, c.clause).Status, "the sound provider")
		})
	}
}

func TestSecretInAnAnswer_IsReportedWithItsField(t *testing.T) {
	t.Parallel()
	tells := func(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
		answer, err := next(ctx, call)
		if payment, ok := answer.(*contract.Payment); ok && err == nil {
			payment.ProviderStatus = "made with whsec_memory_sandbox"
		}
		return answer, err
	}
	m := memoryManifest(t)
	m.Content().Secrets["webhook_secrets"] = "whsec_memory_sandbox"
	subject := conformance.InProcess(func() contract.PaymentProvider { return contract.Chain(contract.HandlerOf(sound()), tells) })
	report, err := conformance.Run(t.Context(), m, subject, &conformance.Options{Gateway: newSandbox(t), Run: "SEC-002"})
	require.NoError(t, err)
	assert.Contains(t, statusOf(t, report, "SEC-002").Reason, "is in the answer of CreatePayment at /payment/provider_status")
}
