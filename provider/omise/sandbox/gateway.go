package sandbox

import (
	"context"
	"fmt"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Sandbox is seen by testers as any stand-in is.
var (
	_ gateway.Gateway     = (*Sandbox)(nil)
	_ gateway.ScopeFinder = (*Sandbox)(nil)
	_ gateway.Scope       = (*scope)(nil)
)

// Hello says what the sandbox can be asked to do.
func (s *Sandbox) Hello(context.Context) (*gateway.Hello, error) {
	return &gateway.Hello{
		Protocol: gateway.Protocol,
		Name:     "omise-sandbox",
		Features: []gateway.Feature{
			gateway.FeatureLedger,
			gateway.FeatureTransitionSucceeded,
			gateway.FeatureTransitionFailed,
			gateway.FeatureTransitionExpired,
			gateway.FeatureTransitionCanceled,
			gateway.FeatureRefund,
			gateway.FeaturePaymentCreate,
			gateway.FeatureRefundCreate,
			gateway.FeatureWebhookBuild,
			gateway.FeatureWebhookDeliver,
			gateway.FeatureWebhookRotation,
			gateway.FeatureClock,
		},
	}, nil
}

// NewScope opens an account with keys of its own.
func (s *Sandbox) NewScope(_ context.Context, spec *gateway.ScopeSpec) (gateway.Scope, error) {
	if spec == nil {
		spec = &gateway.ScopeSpec{}
	}
	if spec.WebhookURL != "" && !isEndpoint(spec.WebhookURL) {
		return nil, fmt.Errorf("the webhook URL cannot be used: %w", gateway.ErrBadRequest)
	}
	o := &opening{webhookURI: spec.WebhookURL, dials: s.dials}
	if spec.Seed != "" {
		o.keySeed, o.idSeed = "scope keys "+spec.Seed, "scope "+spec.Seed
	}
	a, err := s.open(o)
	if err != nil {
		return nil, err
	}
	return &scope{sandbox: s, account: a}, nil
}

// FindScope gives an open account by name; the first one's is s1.
func (s *Sandbox) FindScope(name string) (gateway.Scope, error) {
	a, err := s.named(name)
	if err != nil {
		return nil, err
	}
	return &scope{sandbox: s, account: a}, nil
}

func (s *Sandbox) named(name string) (*account, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, ok := s.accounts[name]
	if !ok {
		return nil, fmt.Errorf("scope %q: %w", name, gateway.ErrNotFound)
	}
	return a, nil
}

// stateOf translates Omise's word for a charge.
func stateOf(status chargeStatus) gateway.State {
	switch status {
	case statusPending:
		return gateway.StatePending
	case statusSuccessful:
		return gateway.StateSucceeded
	case statusFailed:
		return gateway.StateFailed
	case statusExpired:
		return gateway.StateExpired
	case statusReversed:
		return gateway.StateCanceled
	}
	return gateway.State(status)
}

func refundStateOf(status refundStatus) gateway.State {
	switch status {
	case refundClosed:
		return gateway.StateSucceeded
	case refundPending:
		return gateway.StatePending
	case refundFailed:
		return gateway.StateFailed
	}
	return gateway.State(status)
}

func paymentOf(c *charge) *gateway.Payment {
	description, _ := c.description.(string)
	payment := &gateway.Payment{
		ID: c.id, Key: metadataText(c.metadata, keyName), Reference: metadataText(c.metadata, referenceName),
		Description: description, ReturnURL: c.returnURI, Amount: c.amount, Currency: c.currency,
		State: stateOf(c.status), RawState: string(c.status), RedirectURL: c.authorizeURI,
		CreatedAt: c.createdAt, ExpiresAt: c.dueAt, Refunds: []gateway.Refund{},
	}
	for _, r := range c.refunds {
		payment.Refunds = append(payment.Refunds, *refundOf(r))
	}
	return payment
}

func refundOf(r *refund) *gateway.Refund {
	return &gateway.Refund{
		ID: r.id, Key: metadataText(r.metadata, keyName), Amount: r.amount,
		Currency: r.currency, State: refundStateOf(r.status),
	}
}

// ledger is what the query matches, oldest first.
func (a *account) ledger(query *gateway.Query) []*charge {
	switch {
	case query.Key != "":
		found := slices.Clone(a.byMetadata[keyName][query.Key])
		if query.Reference == "" {
			return found
		}
		return slices.DeleteFunc(found, func(c *charge) bool {
			return metadataText(c.metadata, referenceName) != query.Reference
		})
	case query.Reference != "":
		return slices.Clone(a.byMetadata[referenceName][query.Reference])
	}
	return a.charges.items
}
