package conformance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/conformance/checks"
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/harness"
	"github.com/paysocket/paysocket/contract"
)

// canaryClause is a clause that every honest provider passes and the liar
// fails.
const canaryClause = "CRE-001"

// liar is a provider that answers every wish for a payment with one that it
// made up. A suite that lets it pass cannot be trusted.
type liar struct {
	contract.UnimplementedPaymentProvider

	descriptor *contract.Descriptor
	live       bool
}

func (l *liar) Describe(context.Context) (*contract.Descriptor, error) { return l.descriptor, nil }

func (l *liar) Configure(context.Context, *contract.Configuration) (*contract.Account, error) {
	return &contract.Account{PaymentMethods: l.descriptor.PaymentMethods, Live: l.live}, nil
}

func (l *liar) CreatePayment(_ context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return &contract.Payment{
		PaymentID: "made-up-1", IdempotencyKey: r.Attempt.Key, Reference: r.Reference, Method: r.Method,
		Status: contract.PaymentPending, ProviderStatus: "made up", Amount: r.Amount,
		AmountRefunded: contract.Money{Currency: r.Amount.Currency}, CreatedAt: time.Now(), Live: l.live,
		NextAction: &contract.NextAction{Redirect: &contract.Redirect{URL: "https://nowhere.example/pay"}},
	}, nil
}

// checkCanary makes sure that the suite can fail: with the same stand-in and
// manifest, a provider that lies must be found out.
func checkCanary(ctx context.Context, rig *harness.Rig) error {
	lying := *rig
	lying.Subject = harness.InProcess(func() contract.PaymentProvider {
		return &liar{descriptor: rig.Descriptor, live: rig.Manifest.Mode == contract.ModeLive}
	})
	worker := lying.NewWorker()
	defer worker.Close()
	result, _ := worker.Check(ctx, canaryClause, rig.Manifest.Timeouts.Check, checks.All()[canaryClause])
	switch {
	case result.Broken != nil:
		return fmt.Errorf("the suite's own canary: %w", result.Broken)
	case len(result.Failures) == 0:
		return errors.New("a provider that makes payments up passed " + canaryClause +
			": the stand-in's ledger or the suite cannot be trusted, so nothing that passes means anything")
	default:
		return nil
	}
}

// checkLedger makes sure that the stand-in's ledger shows what the stand-in
// does: a payment that is made there must be in it.
func checkLedger(ctx context.Context, rig *harness.Rig) error {
	if !rig.HasFeature(gateway.FeatureLedger) || !rig.HasFeature(gateway.FeaturePaymentCreate) {
		return nil
	}
	scope, err := rig.Gateway.NewScope(ctx, &gateway.ScopeSpec{Seed: "canary"})
	if err != nil {
		return fmt.Errorf("the stand-in opens no scope: %w", err)
	}
	defer func() { _ = scope.Close(ctx) }()
	fixtures := rig.Manifest.Fixtures
	made, err := scope.CreatePayment(ctx, gateway.Money{Amount: fixtures.Amounts.OK, Currency: fixtures.Currency})
	if err != nil {
		return fmt.Errorf("the stand-in does not make a payment of the manifest's fixtures: %w", err)
	}
	payments, err := scope.Payments(ctx, nil)
	if err != nil {
		return fmt.Errorf("the stand-in's ledger cannot be read: %w", err)
	}
	if len(payments) != 1 || payments[0].ID != made.ID {
		return fmt.Errorf("the stand-in made the payment %s, and its ledger shows %d payments: it cannot be an oracle", made.ID, len(payments))
	}
	return nil
}
