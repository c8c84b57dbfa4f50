package conformance_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
)

// rereading verifies a webhook by its signature, and then has the payment of each event
// by read.
type rereading struct {
	contract.PaymentProvider

	read func(context.Context, contract.PaymentProvider, *contract.Payment) (*contract.Payment, error)
}

func (r *rereading) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	result, err := r.PaymentProvider.ParseWebhook(ctx, request)
	if err != nil {
		return nil, err
	}
	for i := range result.Events {
		event := &result.Events[i]
		if event.Payment == nil {
			continue
		}
		if event.Payment, err = r.read(ctx, r.PaymentProvider, event.Payment); err != nil {
			return nil, err
		}
		event.Authoritative = true
	}
	return result, nil
}

func TestProviderThatVerifiesAndThenReads_Passes(t *testing.T) {
	t.Parallel()
	reads := func(ctx context.Context, p contract.PaymentProvider, payment *contract.Payment) (*contract.Payment, error) {
		return p.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: payment.PaymentID})
	}
	subject := conformance.InProcess(func() contract.PaymentProvider { return &rereading{sound(), reads} })
	report := run(t, subject, &conformance.Options{Gateway: newSandbox(t), Run: "WHK-*,CRE-010,ERR-008"})
	for _, clause := range report.Clauses {
		assert.NotEqual(t, conformance.Fail, clause.Status, "%s: %s", clause.ID, clause.Reason)
	}
	assert.Equal(t, conformance.Pass, statusOf(t, report, "WHK-001").Status)
	assert.Equal(t, conformance.Pass, statusOf(t, report, "WHK-011").Status)
}

func TestProviderThatOnlyClaimsToHaveRead_Fails(t *testing.T) {
	t.Parallel()
	claims := func(_ context.Context, _ contract.PaymentProvider, payment *contract.Payment) (*contract.Payment, error) {
		return payment, nil
	}
	subject := conformance.InProcess(func() contract.PaymentProvider { return &rereading{sound(), claims} })
	report := run(t, subject, &conformance.Options{Gateway: newSandbox(t), Run: "WHK-001,WHK-012"})
	assert.Equal(t, conformance.Fail, statusOf(t, report, "WHK-001").Status)
	assert.Contains(t, statusOf(t, report, "WHK-001").Reason, "the gateway was not asked")
	assert.Equal(t, conformance.Fail, statusOf(t, report, "WHK-012").Status)
}
