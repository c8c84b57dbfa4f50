package stripealipay

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Version is the provider's own version.
const Version = "0.1.0"

// methodAlipay is the contract's code for the only payment method, and
// Stripe's word for it as well.
const methodAlipay = "alipay"

const (
	// keyLife is how long a key is sent again without a look-up. Stripe keeps a
	// key for at least 24 hours after its first use, by its own clock.
	keyLife = 23 * time.Hour

	// settleTime is how long after a lost call an empty look-up proves nothing.
	// Stripe does not say how long a request may be under way after its connection
	// broke, nor that lists never lag.
	settleTime = 2 * time.Minute

	// maxAmount is the largest amount that Stripe's API accepts in any currency:
	// eight digits of the smallest unit. The minimum depends on the account.
	maxAmount = 99_999_999
)

// refundDays is how long a payment by Alipay can be refunded at Stripe.
const refundDays = 90

// Describe returns what the provider can do for every account. It needs no
// configuration and sends nothing.
func (p *Provider) Describe(context.Context) (*contract.Descriptor, error) { return descriptor(), nil }

func descriptor() *contract.Descriptor {
	return &contract.Descriptor{
		ProviderID:  "stripe-alipay",
		DisplayName: "Alipay through Stripe",
		Version:     Version,
		SpecVersion: contract.SpecVersion,
		Operations: []contract.Operation{
			contract.OperationCreatePayment, contract.OperationGetStatus, contract.OperationCancelPayment,
			contract.OperationRefund, contract.OperationGetRefund, contract.OperationListPayments,
			contract.OperationParseWebhook,
		},
		PaymentMethods: []contract.PaymentMethod{alipay(
			"CNY", "AUD", "CAD", "EUR", "GBP", "HKD", "JPY", "MYR", "NZD", "SGD", "USD",
		)},
		Refunds: &contract.RefundTerms{
			Full: true, Partial: true, Multiple: true,
			Window: &contract.RefundWindow{Days: refundDays, Zone: "UTC"},
		},
		CreateIdempotency: nativeKeys(),
		RefundIdempotency: nativeKeys(),
		Webhooks: &contract.WebhookTerms{
			Verifications:  []contract.Verification{contract.VerificationSignature},
			SecretRotation: true,
			Kinds:          append(paymentKinds(), refundKinds()...),
			AttentionKinds: []string{"charge.dispute.created", "charge.dispute.funds_withdrawn", "radar.early_fraud_warning.created"},
		},
		Modes:        []contract.Mode{contract.ModeTest, contract.ModeLive},
		ConfigFields: configFields(),
	}
}

// alipay returns the payment method with the given currencies. It has no
// lifetime: a payment whose payer does nothing fails, after a time that Stripe
// does not document.
func alipay(currencies ...string) contract.PaymentMethod {
	method := contract.PaymentMethod{Code: methodAlipay, Flow: contract.FlowRedirect, PayerAction: contract.PayerActionRequired}
	for _, currency := range currencies {
		method.Currencies = append(method.Currencies, contract.CurrencyLimits{Currency: currency, MaxMinorUnits: maxAmount})
	}
	return method
}

func nativeKeys() *contract.Idempotency {
	return &contract.Idempotency{
		Kind: contract.IdempotencyNative, KeyLife: keyLife, SettleTime: settleTime, LookupByKey: true,
	}
}

// The names of the secrets, and of the setting that other providers do not have.
const (
	secretKey      = "secret_key"
	webhookSecrets = "webhook_secrets"
	lookupSkew     = "lookup_skew"
)

func configFields() []contract.ConfigField {
	return append([]contract.ConfigField{
		{
			Name: secretKey, Kind: contract.ConfigString, Required: true, Secret: true,
			Description: "The account's secret key, sk_test_... or sk_live_..., or a restricted one, rk_..., that may write PaymentIntents " +
				"and Refunds and read Charges, Balance Transactions and, to be probed, the account; from https://dashboard.stripe.com/apikeys.",
		},
		{
			Name: webhookSecrets, Kind: contract.ConfigList, Required: true, Secret: true,
			Description: "The signing secret of the webhook endpoint, whsec_...; several, separated by commas, while one is being rolled. " +
				"The endpoint's API version must be " + leastVersion + " or later.",
		},
		kit.APIBaseField("https://api.stripe.com"),
		kit.TimeoutField(),
		kit.MinTimeLeftField(),
		kit.WebhookToleranceField(),
		{
			Name: lookupSkew, Kind: contract.ConfigDuration, Default: "1h",
			Description: "How far the host's clock and Stripe's may differ when a payment is looked up by its key; 1m to 24h.",
		},
	}, kit.ProxyFields()...)
}
