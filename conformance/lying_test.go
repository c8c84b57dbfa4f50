package conformance_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/gateway"
)

// lying is a sandbox that lies in one way.
type lying struct {
	gateway.Gateway

	scope func(gateway.Scope) gateway.Scope
}

func (l *lying) NewScope(ctx context.Context, spec *gateway.ScopeSpec) (gateway.Scope, error) {
	scope, err := l.Gateway.NewScope(ctx, spec)
	if err != nil {
		return nil, err
	}
	return l.scope(scope), nil
}

type emptyLedger struct{ gateway.Scope }

func (emptyLedger) Payments(context.Context, *gateway.Query) ([]gateway.Payment, error) {
	return nil, nil
}

type idleHand struct{ gateway.Scope }

func (idleHand) Transition(context.Context, string, *gateway.Transition) error { return nil }

type unsupported struct{ gateway.Scope }

func (unsupported) Transition(context.Context, string, *gateway.Transition) error {
	return gateway.ErrUnsupported
}

type hundredfold struct{ gateway.Scope }

func (h hundredfold) Payments(ctx context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	payments, err := h.Scope.Payments(ctx, query)
	for i := range payments {
		payments[i].Amount *= 100
	}
	return payments, err
}

type forgetsRefunds struct{ gateway.Scope }

func (f forgetsRefunds) Payments(ctx context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	payments, err := f.Scope.Payments(ctx, query)
	for i := range payments {
		payments[i].Refunds = nil
	}
	return payments, err
}

type firstOnly struct{ gateway.Scope }

func (f firstOnly) Payments(ctx context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	payments, err := f.Scope.Payments(ctx, query)
	return payments[:min(1, len(payments))], err
}

type foreignHand struct{ gateway.Scope }

func (f foreignHand) BuildWebhook(ctx context.Context, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	forged := *spec
	forged.Sign = gateway.SignWrong
	return f.Scope.BuildWebhook(ctx, &forged)
}

type stutters struct{ gateway.Scope }

func (f stutters) Payments(ctx context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	payments, err := f.Scope.Payments(ctx, query)
	return slices.Concat(payments, payments), err
}

type stuttersRefunds struct{ gateway.Scope }

func (f stuttersRefunds) Payments(ctx context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	payments, err := f.Scope.Payments(ctx, query)
	for i := range payments {
		payments[i].Refunds = slices.Concat(payments[i].Refunds, payments[i].Refunds)
	}
	return payments, err
}

// mistakesPayments builds webhooks about the latest payment, whichever it is asked for.
type mistakesPayments struct{ gateway.Scope }

func (f mistakesPayments) BuildWebhook(ctx context.Context, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	made, err := f.CreatePayment(ctx, gateway.Money{Amount: 12345, Currency: "THB"})
	if err != nil {
		return nil, err
	}
	mistaken := *spec
	mistaken.Payment = made.ID
	return f.Scope.BuildWebhook(ctx, &mistaken)
}

func TestLyingStandInIsAnErrorAndNotTheProvidersFault(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		scope func(gateway.Scope) gateway.Scope
		runs  string
	}{
		"an empty ledger":             {func(s gateway.Scope) gateway.Scope { return emptyLedger{s} }, "CRE-001,STS-001,IDM-001"},
		"other amounts":               {func(s gateway.Scope) gateway.Scope { return hundredfold{s} }, "CRE-001,IDM-002"},
		"no refunds":                  {func(s gateway.Scope) gateway.Scope { return forgetsRefunds{s} }, "REF-001,REF-002"},
		"half a ledger":               {func(s gateway.Scope) gateway.Scope { return firstOnly{s} }, "CRE-002,IDM-003"},
		"a hand that does nothing":    {func(s gateway.Scope) gateway.Scope { return idleHand{s} }, "STS-001,STS-002,STS-008"},
		"another secret than its own": {func(s gateway.Scope) gateway.Scope { return foreignHand{s} }, "WHK-*"},
		"a wrong key, elsewhere":      {func(s gateway.Scope) gateway.Scope { return foreignHand{s} }, "CRE-010,CFG-005,CON-002"},
		"every payment twice":         {func(s gateway.Scope) gateway.Scope { return stutters{s} }, "CRE-001,IDM-00[1235],CON-001"},
		"every refund twice":          {func(s gateway.Scope) gateway.Scope { return stuttersRefunds{s} }, "REF-001,REF-002"},
		"another payment's webhooks":  {func(s gateway.Scope) gateway.Scope { return mistakesPayments{s} }, "WHK-001,WHK-010,WHK-011,CRE-010,SEC-002"},
		"a feature that is not there": {func(s gateway.Scope) gateway.Scope { return unsupported{s} }, "STS-001,STS-002,STS-003"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := run(t, conformance.InProcess(sound), &conformance.Options{
				Gateway: &lying{Gateway: newSandbox(t), scope: test.scope}, Run: test.runs,
			})
			assert.Equal(t, conformance.Inconclusive, report.Verdict, report.Reason)
			assert.Zero(t, report.Counts.Fail)
		})
	}
}
