package acmepay

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Version is the provider's own version.
const Version = "0.1.0"

const (
	methodWallet = "wallet"                  // the contract's code, and the gateway's
	keyLife      = 10 * 365 * 24 * time.Hour // the gateway keeps a key as long as its bill
)

// SignatureHeader is the header, in canonical form, with the signature of a
// webhook. The sandbox must send the same.
const SignatureHeader = "Acme-Pay-Signature"

// Describe returns what the provider can do for every account. It needs no
// configuration and sends nothing.
func (p *Provider) Describe(context.Context) (*contract.Descriptor, error) { return descriptor(), nil }

// What is declared here must work, and what is not declared must be absent. The
// conformance suite checks both.
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
		// The gateway itself returns the same bill for the same key.
		CreateIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: keyLife},
		Modes:             []contract.Mode{contract.ModeTest},
		ConfigFields: []contract.ConfigField{
			{
				Name: secretKey, Kind: contract.ConfigString, Required: true, Secret: true,
				Description: "The account's secret key, sk_test_...; acme-pay-sandbox prints it when it starts.",
			},
			kit.APIBaseField("http://127.0.0.1:4610"),
			kit.TimeoutField(),
			kit.MinTimeLeftField(),
		},
	}
}
