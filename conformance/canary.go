package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/checks"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
)

// canaryClause is a clause that every honest provider passes and the liar
// fails.
const canaryClause = "CRE-001"

// liar is a provider that returns payments which it made up. A suite that it passes
// cannot be trusted.
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

// checkCanary makes sure that the suite can fail. With the same sandbox and manifest,
// a provider that lies must not pass.
func checkCanary(ctx context.Context, suite *harness.Suite) error {
	lying := *suite
	lying.Subject = harness.InProcess(func() contract.PaymentProvider {
		return &liar{descriptor: suite.Descriptor, live: suite.Manifest.Mode == contract.ModeLive}
	})
	worker := lying.NewWorker()
	defer worker.Close()
	result, _ := worker.Check(ctx, canaryClause, suite.Manifest.Timeouts.Check, checks.All()[canaryClause]) //nolint:contextcheck // a check has a context of its own
	switch {
	case result.SetupErr != nil:
		return fmt.Errorf("before the first check: %w", result.SetupErr)
	case len(result.Failures) == 0:
		return errors.New("a provider that makes payments up passed " + canaryClause +
			": the sandbox's ledger or the suite cannot be trusted, so nothing that passes means anything")
	default:
		return nil
	}
}

// checkOracle makes sure that the sandbox does what it says, as far as the suite
// relies on it. Otherwise faults of the sandbox would be blamed on the provider.
func checkOracle(ctx context.Context, sandbox gateway.Gateway, m *manifest.Manifest, features []gateway.Feature) error {
	scope, err := sandbox.NewScope(ctx, &gateway.ScopeSpec{Seed: "canary"})
	if err != nil {
		return fmt.Errorf("the sandbox opens no scope: %w", err)
	}
	defer func() { _ = scope.Close(ctx) }()
	amount := amountOf(m)
	if slices.Contains(features, gateway.FeaturePaymentCreate) {
		if _, err := scope.CreatePayment(ctx, amount); err != nil {
			return fmt.Errorf("the sandbox does not make a payment of the manifest's fixtures: %w", err)
		}
	}
	for _, finding := range gateway.CheckOracle(ctx, sandbox, amount) {
		if finding.Err != nil {
			return fmt.Errorf("the sandbox cannot be an oracle: it should be true that %s, but %w; \"paysocket conformance gateway-check\" shows all",
				finding.Name, finding.Err)
		}
	}
	if err := checkTemplates(m, scope.Connection()); err != nil {
		return &UsageError{Err: err}
	}
	return nil
}

// checkTemplates fills the templates in the settings and secrets of every variant with
// the values of a scope.
func checkTemplates(m *manifest.Manifest, connection *gateway.Connection) error {
	facts := &manifest.Facts{APIBase: connection.APIBase, Credentials: connection.Credentials}
	_, err := m.Configuration(facts, nil)
	for i := 0; err == nil && i < len(m.Variants); i++ {
		_, err = m.Configuration(facts, &m.Variants[i])
	}
	return err
}

// checkMethod makes sure that the provider declares the payment method of the fixtures.
func checkMethod(m *manifest.Manifest, descriptor *contract.Descriptor) error {
	code := m.Fixtures.Method
	if _, declared := descriptor.Method(code); code == "" || declared {
		return nil
	}
	var declared []string
	for i := range descriptor.PaymentMethods {
		declared = append(declared, descriptor.PaymentMethods[i].Code)
	}
	return fmt.Errorf("fixtures.method in %s is %q, and the provider declares %s", m.File, code, strings.Join(declared, ", "))
}
