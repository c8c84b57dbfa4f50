package omisealipay

import (
	"context"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// ProviderID and Version name this provider to hosts.
const (
	ProviderID = "omise-alipay"
	Version    = "0.1.0"
)

// The defaults of the look-ups.
const (
	defaultFetchRate    = 5
	defaultLookupSkew   = time.Hour
	defaultLookupSettle = 2 * time.Minute
)

// Describe says what the provider can do for every account. It needs no
// configuration and asks nobody.
func (p *Provider) Describe(context.Context) (*contract.Descriptor, error) { return descriptor(), nil }

func descriptor() *contract.Descriptor {
	lookup := contract.Idempotency{
		Kind:        contract.IdempotencyLookup,
		SettleTime:  defaultLookupSettle,
		LookupByKey: true,
	}
	create, refund := lookup, lookup
	return &contract.Descriptor{
		ProviderID:  ProviderID,
		DisplayName: "Alipay through Omise",
		Version:     Version,
		SpecVersion: contract.SpecVersion,
		Operations: []contract.Operation{
			contract.OperationCreatePayment,
			contract.OperationGetStatus,
			contract.OperationCancelPayment,
			contract.OperationRefund,
			contract.OperationGetRefund,
			contract.OperationListPayments,
			contract.OperationParseWebhook,
		},
		PaymentMethods:    describedTerms(),
		CreateIdempotency: &create,
		RefundIdempotency: &refund,
		Refunds:           anyRefunds(), // each method has its own
		Webhooks: &contract.WebhookTerms{
			Verifications:  []contract.Verification{contract.VerificationSignature, contract.VerificationFetched},
			SecretRotation: true,
			Kinds:          translatedKinds(),
			AttentionKinds: attentionKinds(),
		},
		Modes:        []contract.Mode{contract.ModeTest, contract.ModeLive},
		ConfigFields: configFields(),
	}
}

// The names of the secrets, and of the settings that not every provider has.
const (
	secretKey      = "secret_key"
	publicKey      = "public_key"
	webhookSecrets = "webhook_secrets"

	settingAPIVersion   = "api_version"
	settingCreation     = "creation"
	settingVerification = "webhook_verification"
	settingFetchRate    = "webhook_fetch_rate"
	settingLookupSkew   = "lookup_skew"
	settingLookupSettle = "lookup_settle"
)

// The choices of settings that have some.
const (
	creationTwoStep = "two_step"
	creationOneStep = "one_step"

	verifySignature = "signature"
	verifyFetch     = "fetch"
)

func configFields() []contract.ConfigField {
	return append([]contract.ConfigField{
		{
			Name: secretKey, Kind: contract.ConfigString, Required: true, Secret: true,
			Description: "The account's secret key, skey_test_... or skey_..., from the keys page of Omise's dashboard.",
		},
		{
			Name: publicKey, Kind: contract.ConfigString, Secret: true,
			Description: "The account's public key, pkey_test_... or pkey_...; if it is given, sources are made with it.",
		},
		{
			Name: webhookSecrets, Kind: contract.ConfigList, Secret: true,
			Description: "The webhook secret in base64, as the dashboard shows it; several, separated by commas, while it is being replaced. " +
				"Required unless webhook_verification is fetch.",
		},
		kit.APIBaseField(omise.DefaultBaseURL),
		{
			Name: settingAPIVersion, Kind: contract.ConfigChoice, Default: omise.DefaultAPIVersion,
			Choices:     []string{omise.DefaultAPIVersion, "2017-11-02"},
			Description: "The version of Omise's API to ask for, whatever the account's default is.",
		},
		{
			Name: settingCreation, Kind: contract.ConfigChoice, Default: creationTwoStep,
			Choices:     []string{creationTwoStep, creationOneStep},
			Description: "Whether a payment makes a source and then the charge (two_step, as Omise recommends), or both in one request (one_step).",
		},
		{
			Name: settingVerification, Kind: contract.ConfigChoice, Default: verifySignature,
			Choices: []string{verifySignature, verifyFetch},
			Description: "How webhooks are verified: by their signature, or, for an account without a webhook secret, " +
				"by fetching the event from Omise.",
		},
		kit.WebhookToleranceField(),
		{
			Name: settingFetchRate, Kind: contract.ConfigInteger, Default: strconv.Itoa(defaultFetchRate),
			Description: "How many webhooks a second are fetched from Omise at most, if webhook_verification is fetch; 1 to 1000.",
		},
		{
			Name: settingLookupSkew, Kind: contract.ConfigDuration, Default: defaultLookupSkew.String(),
			Description: "How far the host's clock and Omise's may differ when a payment is looked up by its key; at most 24h.",
		},
		{
			Name: settingLookupSettle, Kind: contract.ConfigDuration, Default: defaultLookupSettle.String(),
			Description: "How long after a call of unknown result a look-up that finds nothing proves nothing; at most 24h.",
		},
		kit.MinTimeLeftField(),
		kit.TimeoutField(),
	}, kit.ProxyFields()...)
}
