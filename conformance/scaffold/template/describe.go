package acmepay

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Version is the provider's own version.
const Version = "0.1.0"

// methodWallet is the contract's code for the gateway's payment method, and
// happens to be the gateway's own.
const methodWallet = "wallet"

// Describe says what the provider can do for every account. It needs no
// configuration and asks nobody.
func (p *Provider) Describe(context.Context) (*contract.Descriptor, error) { return descriptor(), nil }

// What is declared here must work, and the conformance suite checks it. What
// is not declared is checked to be absent.
func descriptor() *contract.Descriptor {
	return &contract.Descriptor{
		ProviderID:  "acme-pay",
		DisplayName: "Acme Pay",
		Version:     Version,
		SpecVersion: contract.SpecVersion,
		Operations: []contract.Operation{
			contract.OperationCreatePayment,
			contract.OperationGetStatus,
		},
		PaymentMethods: []contract.PaymentMethod{{
			Code: methodWallet,
			Flow: contract.FlowRedirect,
			Currencies: []contract.CurrencyLimits{
				{Currency: "THB", MinMinorUnits: 100, MaxMinorUnits: 5_000_000},
				{Currency: "JPY", MinMinorUnits: 50, MaxMinorUnits: 5_000_000},
			},
			PayerAction:     contract.PayerActionRequired,
			PaymentLifetime: 30 * time.Minute,
		}},
		// The gateway itself gives the same bill for the same key.
		CreateIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: keyLife},
		Modes:             []contract.Mode{contract.ModeTest},
		ConfigFields:      configFields(),
	}
}

// The names of settings and secrets.
const (
	settingAPIBase     = "api_base"
	settingTimeout     = "timeout"
	settingMinTimeLeft = "min_time_left"
	secretKey          = "secret_key"
)

// SignatureHeader is the header, in canonical form, in which the gateway signs
// its webhooks. It must be the one that the stand-in sends.
const SignatureHeader = "Acme-Pay-Signature"

func configFields() []contract.ConfigField {
	return []contract.ConfigField{
		{
			Name: secretKey, Kind: contract.ConfigString, Required: true, Secret: true,
			Description: "The account's secret key, sk_test_...; acme-pay-sandbox prints it when it starts.",
		},
		{
			Name: settingAPIBase, Kind: contract.ConfigURL, Default: "http://127.0.0.1:4610",
			Description: "Scheme, host and port of the gateway's API; https, or http on this machine.",
		},
		{
			Name: settingTimeout, Kind: contract.ConfigDuration, Default: "25s",
			Description: "The longest that a call may take, 1s to 10m; the caller's deadline counts too.",
		},
		{
			Name: settingMinTimeLeft, Kind: contract.ConfigDuration, Default: "10s",
			Description: "No request that moves money is begun with less time left than this; less than timeout.",
		},
	}
}
