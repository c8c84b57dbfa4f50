package stripealipay

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Version is the provider's own version.
const Version = "0.1.0"

// methodAlipay is the contract's code for the only payment method, and
// Stripe's word for it as well.
const methodAlipay = "alipay"

const (
	// keyLife is how long a key is sent again without a look. Stripe keeps keys
	// for at least 24 hours, counted from when it first saw them by a clock
	// that is not ours.
	keyLife = 23 * time.Hour

	// settleTime is how long after a lost call a look-up that finds nothing
	// proves nothing. Stripe does not say how long a request may be under way
	// after its connection broke, nor that lists never lag.
	settleTime = 2 * time.Minute

	// maxAmount is the largest that Stripe's API takes, in any currency: eight
	// digits of the smallest unit. The least depends on the account.
	maxAmount = 99_999_999
)

// refundDays is how long Alipay through Stripe can be refunded.
const refundDays = 90

// Describe says what the provider can do for every account. It needs no
// configuration and asks nobody.
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

// alipay has no lifetime: a payer who does nothing makes the payment fail, and
// after which time Stripe does not say.
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

// The names of settings and secrets.
const (
	settingAPIBase     = "api_base"
	settingTimeout     = "timeout"
	settingMinTimeLeft = "min_time_left"
	settingTolerance   = "webhook_tolerance"
	settingLookupSkew  = "lookup_skew"
	secretKey          = "secret_key"
	webhookSecrets     = "webhook_secrets"
)

func configFields() []contract.ConfigField {
	return []contract.ConfigField{
		{
			Name: secretKey, Kind: contract.ConfigString, Required: true, Secret: true,
			Description: "The account's secret key, sk_test_... or sk_live_..., or a restricted one, rk_..., that may write PaymentIntents " +
				"and Refunds and read Charges, Balance Transactions and, to be probed, the account; from https://dashboard.stripe.com/apikeys.",
		},
		{
			Name: webhookSecrets, Kind: contract.ConfigList, Required: true, Secret: true,
			Description: "The signing secret of the webhook endpoint, whsec_...; several, separated by commas, while one is being rolled.",
		},
		{
			Name: settingAPIBase, Kind: contract.ConfigURL, Default: "https://api.stripe.com",
			Description: "Scheme, host and port of Stripe's API; https, or http on this machine.",
		},
		{
			Name: settingTimeout, Kind: contract.ConfigDuration, Default: "25s",
			Description: "The longest that a call may take, 1s to 10m; the caller's deadline counts too.",
		},
		{
			Name: settingMinTimeLeft, Kind: contract.ConfigDuration, Default: "10s",
			Description: "No request that moves money is begun with less time left than this; less than timeout.",
		},
		{
			Name: settingTolerance, Kind: contract.ConfigDuration, Default: "5m",
			Description: "How far a webhook's signature may be from its arrival, before or after; 1s to 1h.",
		},
		{
			Name: settingLookupSkew, Kind: contract.ConfigDuration, Default: "1h",
			Description: "How far the host's clock and Stripe's may differ when a payment is looked up by its key; 1m to 24h.",
		},
	}
}
