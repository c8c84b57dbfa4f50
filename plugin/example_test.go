package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// How a host loads a provider and creates a payment. In a real host sum comes
// from a catalog, the secrets from files that nobody else can read, and the key
// is in the database before the call.
func Example() {
	ctx := context.Background()
	sum := "the sha256 of the binary, in hex"

	provider, err := plugin.Open(ctx, "bin/payment-provider-memory", &plugin.OpenOptions{
		SHA256: sum, // nothing else is executed
		Configuration: &contract.Configuration{
			Mode:     contract.ModeTest,
			Settings: map[string]string{"api_base": "http://127.0.0.1:4520"},
			Secrets: map[string]contract.Secret{
				"secret_key": contract.NewSecret("mk_test_memory_sandbox"), "webhook_secrets": contract.NewSecret("whsec_memory_sandbox"),
			},
		},
	})
	if err != nil {
		log.Println(err) // says which step failed, and what to do
		return
	}
	defer func() { _ = provider.Close() }()

	payment, err := provider.CreatePayment(ctx, &contract.CreatePaymentRequest{
		Attempt:   contract.Attempt{Key: "a-key-that-is-kept"},
		Reference: "order 3947",
		Amount:    contract.Money{Currency: "THB", MinorUnits: 100000},
		Method:    "wallet", // one of provider.Account().PaymentMethods
		ReturnURL: "https://shop.example/orders/3947",
	})
	if err != nil {
		log.Println(contract.OutcomeOf(err), err) // the outcome says what may be done next
		return
	}
	fmt.Println(payment.PaymentID, payment.Status, payment.NextAction.Redirect.URL)
}

// acme is a provider that only describes itself.
type acme struct {
	contract.UnimplementedPaymentProvider
}

func (acme) Describe(context.Context) (*contract.Descriptor, error) {
	return &contract.Descriptor{
		ProviderID: "acme", DisplayName: "Acme", Version: "1.0.0", SpecVersion: contract.SpecVersion,
		Operations: []contract.Operation{contract.OperationCreatePayment, contract.OperationGetStatus},
		PaymentMethods: []contract.PaymentMethod{{
			Code: "wallet", Flow: contract.FlowRedirect, PayerAction: contract.PayerActionNone,
			Currencies: []contract.CurrencyLimits{{Currency: "THB"}},
		}},
		CreateIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: 24 * time.Hour},
		Modes:             []contract.Mode{contract.ModeTest},
	}, nil
}

// The main of a provider's binary is one call. By hand, the binary explains
// itself.
func ExampleServe() {
	logger := plugin.NewLogger(nil) // its records reach the log of the host
	plugin.Serve(acme{}, &plugin.ServeOptions{Logger: logger})
}

// A test calls a provider with the checks of both ends, and without a process.
func ExampleInProcess() {
	ctx := context.Background()
	client, err := plugin.InProcess(ctx, acme{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = client.Close() }()

	_, err = client.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "pay_1"})
	fmt.Println(errors.Is(err, contract.NotConfigured))
	_, err = client.GetStatus(ctx, &contract.GetStatusRequest{})
	fmt.Println(err)
	// Output:
	// true
	// INVALID_REQUEST: the request is invalid; nothing was sent; by: exactly one of payment_id and attempt must be set
}

// An error of Open says which step failed. Here there is no such binary.
func ExampleOpenError() {
	_, err := plugin.Open(context.Background(), "bin/no-such-provider", nil)
	if failed, ok := errors.AsType[*plugin.OpenError](err); ok {
		fmt.Println(failed.Failure)
	}
	// Output: MISSING
}
