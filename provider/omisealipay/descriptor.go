package omisealipay

import (
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// ProviderID and Version name this provider to hosts.
const (
	ProviderID = "omise-alipay"
	Version    = "0.1.0"
)

// refundZone is where the days of the refund window begin and end.
const refundZone = "Asia/Bangkok"

const (
	refundMonths   = 3
	maxRefundCount = 15
)

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
		PaymentMethods:    allTerms(),
		CreateIdempotency: &create,
		RefundIdempotency: &refund,
		Refunds: &contract.RefundTerms{
			Full: true, Partial: true, Multiple: true,
			Window:   &contract.RefundWindow{Months: refundMonths, Zone: refundZone},
			MaxCount: maxRefundCount,
		},
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

// The defaults of the settings.
const (
	defaultTolerance    = 5 * time.Minute
	defaultFetchRate    = 5
	defaultLookupSkew   = time.Hour
	defaultLookupSettle = 2 * time.Minute
	defaultMinTimeLeft  = 10 * time.Second
	defaultTimeout      = 25 * time.Second
)

// The names of the settings and secrets.
const (
	settingAPIBase      = "api_base"
	settingAPIVersion   = "api_version"
	settingCreation     = "creation"
	settingVerification = "webhook_verification"
	settingTolerance    = "webhook_tolerance"
	settingFetchRate    = "webhook_fetch_rate"
	settingLookupSkew   = "lookup_skew"
	settingLookupSettle = "lookup_settle"
	settingMinTimeLeft  = "min_time_left"
	settingTimeout      = "timeout"

	secretKey      = "secret_key"
	publicKey      = "public_key"
	webhookSecrets = "webhook_secrets"
)

// The choices of settings that have some.
const (
	creationTwoStep = "two_step"
	creationOneStep = "one_step"

	verifySignature = "signature"
	verifyFetch     = "fetch"
)

func configFields() []contract.ConfigField {
	return []contract.ConfigField{
		{
			Name: secretKey, Kind: contract.ConfigString, Required: true, Secret: true,
			Description: "the account's secret key (skey_test_… or skey_…), from the keys page of Omise's dashboard",
		},
		{
			Name: publicKey, Kind: contract.ConfigString, Secret: true,
			Description: "the account's public key (pkey_test_… or pkey_…); if given, sources are made with it",
		},
		{
			Name: webhookSecrets, Kind: contract.ConfigList, Secret: true,
			Description: "the webhook secrets as the dashboard shows them (base64), several while one is replaced; required unless webhook_verification is fetch",
		},
		{
			Name: settingAPIBase, Kind: contract.ConfigURL, Default: omise.DefaultBaseURL,
			Description: "scheme and host of Omise's API; http only on the host's own machine, for a sandbox",
		},
		{
			Name: settingAPIVersion, Kind: contract.ConfigChoice, Default: omise.DefaultAPIVersion,
			Choices:     []string{omise.DefaultAPIVersion, "2017-11-02"},
			Description: "the version of Omise's API that is asked for, whatever the account's default is",
		},
		{
			Name: settingCreation, Kind: contract.ConfigChoice, Default: creationTwoStep,
			Choices:     []string{creationTwoStep, creationOneStep},
			Description: "make a source and then the charge (two_step, as Omise recommends), or both in a single call (one_step)",
		},
		{
			Name: settingVerification, Kind: contract.ConfigChoice, Default: verifySignature,
			Choices:     []string{verifySignature, verifyFetch},
			Description: "how webhooks are verified: by their signature, or, for an account without a webhook secret, by reading the event back from Omise",
		},
		duration(settingTolerance, defaultTolerance, "how far a webhook signature's time may be from the time of receipt, before or after"),
		{
			Name: settingFetchRate, Kind: contract.ConfigInteger, Default: strconv.Itoa(defaultFetchRate),
			Description: "the most webhooks that are read back from Omise in one second, where webhook_verification is fetch",
		},
		duration(settingLookupSkew, defaultLookupSkew, "how far the clocks of host and Omise may differ when an earlier payment is searched for"),
		duration(settingLookupSettle, defaultLookupSettle, "how long after a call of unknown result a search that finds nothing proves nothing"),
		duration(settingMinTimeLeft, defaultMinTimeLeft, "how much of a call's time must be left to begin a request that moves money"),
		duration(settingTimeout, defaultTimeout, "the longest that one call may take"),
	}
}

func duration(name string, standard time.Duration, description string) contract.ConfigField {
	return contract.ConfigField{Name: name, Kind: contract.ConfigDuration, Default: standard.String(), Description: description}
}
