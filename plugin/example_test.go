package plugin_test

import (
	"context"
	"fmt"
	"log"

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
