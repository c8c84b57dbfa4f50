package scripted

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted/link"
	"github.com/paysocket/paysocket/contract"
)

// Shape says what a provider is. The zero value of each field means its default.
type Shape struct {
	// ProviderID is the id in the descriptor, by which a host must recognise nothing;
	// "wallet-gateway" by default. Version is that of the plugins which Install makes.
	ProviderID, Version string

	// Kind is who remembers keys; LOOKUP by default. KeyLife is for NATIVE, 15 s by
	// default, and SettleTime 2 s. A NATIVE provider with NoLookup has no look-up by key.
	Kind       contract.IdempotencyKind
	KeyLife    time.Duration
	SettleTime time.Duration
	NoLookup   bool

	// MinTimeLeft is the least time with which a call that moves money is begun, if the
	// setting min_time_left does not say another; 1 s by default.
	MinTimeLeft time.Duration

	// Methods are the payment methods; by default "wallet", by a redirect, in THB, JPY
	// and KWD, with an action of the payer required.
	Methods []contract.PaymentMethod

	// Without lists operations that the provider does not have. ListPayments,
	// CancelPayment, Refund with GetRefund, and ParseWebhook can be left out.
	Without []contract.Operation

	// Refunds are the terms of refunds; by default everything is possible.
	Refunds *contract.RefundTerms

	// Live makes the account one with real money.
	Live bool

	// Nameless is for an account whose id the gateway does not say.
	Nameless bool

	// PageBase is where the pages for payers are; https://pay.gateway.example/p/ by
	// default. The payment's id follows it.
	PageBase string

	// WebhookTolerance is how old a webhook's signature may be; five minutes by default.
	WebhookTolerance time.Duration
}

func (s Shape) orDefaults() Shape {
	s.ProviderID = cmp.Or(s.ProviderID, "wallet-gateway")
	s.Version = cmp.Or(s.Version, "1.0.0")
	s.Kind = cmp.Or(s.Kind, contract.IdempotencyLookup)
	s.KeyLife = cmp.Or(s.KeyLife, 15*time.Second)
	s.SettleTime = cmp.Or(s.SettleTime, 2*time.Second)
	s.MinTimeLeft = cmp.Or(s.MinTimeLeft, time.Second)
	s.PageBase = cmp.Or(s.PageBase, "https://pay.gateway.example/p/")
	s.WebhookTolerance = cmp.Or(s.WebhookTolerance, 5*time.Minute)
	if s.Methods == nil {
		s.Methods = []contract.PaymentMethod{{
			Code: "wallet", Flow: contract.FlowRedirect, PayerAction: contract.PayerActionRequired,
			Currencies: []contract.CurrencyLimits{{Currency: "THB"}, {Currency: "JPY"}, {Currency: "KWD"}},
		}}
	}
	if s.Refunds == nil {
		s.Refunds = &contract.RefundTerms{Full: true, Partial: true, Multiple: true}
	}
	return s
}

// Account is a provider with an account at its gateway. All methods may be called
// concurrently.
type Account struct {
	server *Server
	shape  Shape
	token  string

	// ID is the gateway's id of the account.
	ID            string
	secretKey     string
	webhookSecret string

	ledger *ledger

	mu      sync.Mutex
	shapes  map[string]Shape // of versions that differ from shape
	rules   []*armed
	calls   []*Call
	changed chan struct{} // closed when there is a change in the calls
}

// NewAccount returns a new account with an empty ledger.
func (s *Server) NewAccount(shape Shape) *Account {
	shape = shape.orDefaults()
	a := &Account{
		server: s, shape: shape, token: random(16), changed: make(chan struct{}), shapes: make(map[string]Shape),
		ID: "acct_" + random(8), secretKey: "sk_test_" + random(20), webhookSecret: "whsec_" + random(20),
	}
	if shape.Live {
		a.secretKey = "sk_live_" + random(20)
	}
	a.ledger = newLedger(&a.shape)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts = append(s.accounts, a)
	return a
}

// random returns n random bytes in hexadecimal.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// The names of settings and secrets.
const (
	settingMinTimeLeft = "min_time_left"
	secretKey          = "secret_key"
	webhookSecrets     = "webhook_secrets"
)

// Descriptor returns what a plugin of the account describes itself as.
func (a *Account) Descriptor() *contract.Descriptor { return a.shape.descriptor() }

// Upgrade makes plugins of a version differ from the others, such as by narrower limits or
// without an operation. What the gateway is, such as Kind and KeyLife, it does not change.
// Call it before a plugin of the version is started.
func (a *Account) Upgrade(version string, change func(*Shape)) {
	changed := a.shape
	changed.Methods = slices.Clone(changed.Methods)
	change(&changed)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shapes[version] = changed
}

// shapeOf returns what a process with a version of the plugin is.
func (a *Account) shapeOf(version string) *Shape {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, ok := a.shapes[version]
	if !ok {
		s = a.shape
	}
	s.Version = version
	return &s
}

func (s *Shape) descriptor() *contract.Descriptor {
	d := &contract.Descriptor{
		ProviderID: s.ProviderID, Version: s.Version, SpecVersion: contract.SpecVersion,
		PaymentMethods:    slices.Clone(s.Methods),
		CreateIdempotency: s.idempotency(),
		Modes:             []contract.Mode{contract.ModeTest, contract.ModeLive},
		ConfigFields: []contract.ConfigField{
			{Name: secretKey, Kind: contract.ConfigString, Required: true, Secret: true, Description: "The account's secret key, sk_test_... or sk_live_..."},
			{Name: webhookSecrets, Kind: contract.ConfigList, Required: true, Secret: true, Description: "The secrets of the webhooks, whsec_..."},
			{
				Name: settingMinTimeLeft, Kind: contract.ConfigDuration, Default: s.MinTimeLeft.String(),
				Description: "The least time with which a call that moves money is begun.",
			},
		},
	}
	for _, o := range []contract.Operation{
		contract.OperationCreatePayment, contract.OperationGetStatus, contract.OperationCancelPayment, contract.OperationRefund,
		contract.OperationGetRefund, contract.OperationListPayments, contract.OperationParseWebhook,
	} {
		if s.has(o) {
			d.Operations = append(d.Operations, o)
		}
	}
	if s.has(contract.OperationRefund) {
		d.Refunds, d.RefundIdempotency = s.Refunds, s.idempotency()
	}
	if s.has(contract.OperationParseWebhook) {
		d.Webhooks = &contract.WebhookTerms{
			Verifications: []contract.Verification{contract.VerificationSignature}, SecretRotation: true,
			Kinds: []string{KindPayment, KindRefund}, AttentionKinds: []string{KindDispute},
		}
	}
	return d
}

// has reports whether the provider has an operation.
func (s *Shape) has(o contract.Operation) bool {
	if o == contract.OperationGetRefund {
		o = contract.OperationRefund
	}
	return !slices.Contains(s.Without, o)
}

func (s *Shape) idempotency() *contract.Idempotency {
	terms := &contract.Idempotency{Kind: s.Kind, SettleTime: s.SettleTime, LookupByKey: true}
	if s.Kind == contract.IdempotencyNative {
		terms.KeyLife, terms.LookupByKey = s.KeyLife, !s.NoLookup
		if s.NoLookup {
			terms.SettleTime = 0
		}
	}
	return terms
}

// Mode returns the mode in which the account is used.
func (a *Account) Mode() contract.Mode {
	if a.shape.Live {
		return contract.ModeLive
	}
	return contract.ModeTest
}

// Secrets returns the secrets with which a host configures the provider for the account.
// A plugin of one account that is configured with the secrets of another works for the
// other.
func (a *Account) Secrets() map[string]string {
	return map[string]string{secretKey: a.secretKey, webhookSecrets: a.webhookSecret}
}

// Configuration returns the configuration with which a host uses the account.
func (a *Account) Configuration() *contract.Configuration {
	secrets := make(map[string]contract.Secret, 2)
	for name, secret := range a.Secrets() {
		secrets[name] = contract.NewSecret(secret)
	}
	return &contract.Configuration{Mode: a.Mode(), Secrets: secrets}
}

// Install makes a plugin of the account from the binary of payment-provider-scripted:
// a new file, with a checksum of its own. An empty version is that of the account's
// shape; another one, such as "1.1.0", is an upgrade.
func (a *Account) Install(binary, to, version string) error {
	return link.Write(binary, to, &link.Stamp{
		Control: a.server.Address(), Token: a.token, Version: cmp.Or(version, a.shape.Version), Serial: random(8),
	})
}

// isLive reports whether a secret key is for real money.
func isLive(key string) bool { return strings.HasPrefix(key, "sk_live_") }
