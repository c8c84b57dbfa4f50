package memory

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Version is the provider's own version.
const Version = "0.1.0"

// The gateway's payment methods, whose words are the contract's codes too.
const (
	methodWallet = "wallet" // on a page of the gateway's
	methodQR     = "qr"     // with a code that the host shows
	methodPhone  = "phone"  // in an app that rings on the payer's phone
)

// keyLife is ten years: the gateway keeps a key as long as its payment, and the
// contract wants a duration.
const keyLife = 10 * 365 * 24 * time.Hour

// settleTime is how long after the end of a call its request may still arrive at
// the gateway. The call has ended its own request by then, so this is time for what
// the network still holds.
const settleTime = 30 * time.Second

// Describe returns what the provider can do for every account. It needs no
// configuration and sends nothing.
func (p *Provider) Describe(context.Context) (*contract.Descriptor, error) { return descriptor(), nil }

func descriptor() *contract.Descriptor {
	return &contract.Descriptor{
		ProviderID:  "memory",
		DisplayName: "Memory (a gateway for tests)",
		Version:     Version,
		SpecVersion: contract.SpecVersion,
		Operations: []contract.Operation{
			contract.OperationCreatePayment, contract.OperationGetStatus, contract.OperationCancelPayment,
			contract.OperationRefund, contract.OperationGetRefund, contract.OperationListPayments,
			contract.OperationParseWebhook,
		},
		PaymentMethods: paymentMethods(),
		Refunds: &contract.RefundTerms{
			Full: true, Partial: true, Multiple: true,
			Window:   &contract.RefundWindow{Days: 90, Zone: "UTC"},
			MaxCount: 15,
		},
		CreateIdempotency: nativeKeys(),
		RefundIdempotency: nativeKeys(),
		Webhooks: &contract.WebhookTerms{
			Verifications:  []contract.Verification{contract.VerificationSignature},
			SecretRotation: true,
			Kinds:          []string{kindPaymentUpdated, kindRefundUpdated},
		},
		Modes:        []contract.Mode{contract.ModeTest},
		ConfigFields: configFields(),
	}
}

// paymentMethods returns the methods without limits, which differ between accounts:
// Configure with Probe returns them.
func paymentMethods() []contract.PaymentMethod {
	const lifetime = 30 * time.Minute
	return []contract.PaymentMethod{
		{
			Code: methodWallet, Flow: contract.FlowRedirect, PayerAction: contract.PayerActionRequired, PaymentLifetime: lifetime,
			Currencies: []contract.CurrencyLimits{{Currency: "THB"}, {Currency: "JPY"}, {Currency: "KWD"}},
		},
		{
			Code: methodQR, Flow: contract.FlowQR, PayerAction: contract.PayerActionRequired, PaymentLifetime: lifetime,
			Currencies: []contract.CurrencyLimits{{Currency: "THB"}},
			Refunds:    &contract.RefundTerms{}, // the gateway refunds no payment with it
		},
		{
			Code: methodPhone, Flow: contract.FlowApp, PayerAction: contract.PayerActionNone, PaymentLifetime: lifetime,
			Currencies: []contract.CurrencyLimits{{Currency: "THB"}},
			NeedsPhone: true,
		},
	}
}

func nativeKeys() *contract.Idempotency {
	return &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: keyLife, SettleTime: settleTime, LookupByKey: true}
}

// The names of the secrets.
const (
	secretKey      = "secret_key"
	webhookSecrets = "webhook_secrets"
)

func configFields() []contract.ConfigField {
	return []contract.ConfigField{
		{
			Name: secretKey, Kind: contract.ConfigString, Required: true, Secret: true,
			Description: "The account's secret key, mk_test_...; memory-sandbox prints it when it starts.",
		},
		{
			Name: webhookSecrets, Kind: contract.ConfigList, Required: true, Secret: true,
			Description: "The account's webhook secret, whsec_...; several, separated by commas, while it is being replaced.",
		},
		kit.APIBaseField("http://127.0.0.1:4520"),
		kit.TimeoutField(),
		kit.MinTimeLeftField(),
		kit.WebhookToleranceField(),
	}
}
