package plugin_test

import (
	"context"
	"fmt"
	"os"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// How a host loads a provider and creates a payment.
func Example() {
	ctx := context.Background()
	provider, err := plugin.Open(ctx, "bin/payment-provider-memory", &plugin.OpenOptions{
		Configuration: &contract.Configuration{
			Mode:     contract.ModeTest,
			Settings: map[string]string{"api_base": "http://127.0.0.1:18080"},
			Secrets:  map[string]contract.Secret{"secret_key": "skey_test_paysocket"},
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err) // says which step failed, and what to do
		return
	}
	defer func() { _ = provider.Close() }()

	payment, err := provider.CreatePayment(ctx, &contract.CreatePaymentRequest{
		Attempt:   contract.Attempt{Key: "key-kept-in-the-database"},
		Reference: "order-1001",
		Amount:    contract.Money{MinorUnits: 100000, Currency: "THB"},
		Method:    "alipay",
		ReturnURL: "https://shop.example/orders/1001",
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, contract.OutcomeOf(err), err) // the outcome says what may be done next
		return
	}
	fmt.Fprintln(os.Stdout, payment.PaymentID, payment.Status)
}
