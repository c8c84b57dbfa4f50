package gateway_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// till is the smallest gateway there is: it knows payments by name, and lacks
// the clock, so that a refusal of each kind can be had from it.
type till struct {
	mu     sync.Mutex
	opened int
	house  *drawer // open from the start, found by FindScope
}

func (g *till) Hello(context.Context) (*gateway.Hello, error) {
	return &gateway.Hello{
		Protocol: gateway.Protocol, Name: "till",
		Features: []gateway.Feature{gateway.FeatureLedger, gateway.FeatureWebhookBuild},
	}, nil
}

func (g *till) NewScope(_ context.Context, spec *gateway.ScopeSpec) (gateway.Scope, error) {
	if spec.WebhookURL != "" {
		return nil, fmt.Errorf("deliveries: %w", gateway.ErrUnsupported)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.opened++
	return &drawer{name: "s" + strconv.Itoa(g.opened), seed: spec.Seed}, nil
}

func (g *till) FindScope(name string) (gateway.Scope, error) {
	if g.house != nil && g.house.name == name {
		return g.house, nil
	}
	return nil, fmt.Errorf("scope %q: %w", name, gateway.ErrNotFound)
}

type drawer struct {
	name, seed string

	mu       sync.Mutex
	payments []gateway.Payment
	asked    *gateway.WebhookSpec // what BuildWebhook was asked last
	moved    *gateway.Transition  // what TransitionRefund was asked last
	closed   bool
}

func (d *drawer) Connection() *gateway.Connection {
	return &gateway.Connection{
		Scope: d.name, APIBase: "http://127.0.0.1:1",
		Credentials: map[string]string{"secret_key": "sk_" + d.name, "seed": d.seed},
	}
}

func (d *drawer) Payments(_ context.Context, query *gateway.Query) ([]gateway.Payment, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var found []gateway.Payment
	for _, payment := range d.payments {
		if query == nil || (query.Key == "" || query.Key == payment.Key) &&
			(query.Reference == "" || query.Reference == payment.Reference) {
			found = append(found, payment)
		}
	}
	return found, nil
}

func (d *drawer) CreatePayment(_ context.Context, amount gateway.Money) (*gateway.Payment, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := strconv.Itoa(len(d.payments) + 1)
	payment := gateway.Payment{
		ID: "pay/" + name, Key: "key&" + name, Reference: "ref " + name,
		Description: "tea\n茶 \"🍵\"", ReturnURL: "https://shop.test/?a=b&c", Amount: amount.Amount,
		Currency: amount.Currency, State: gateway.StatePending, RawState: "open",
		RedirectURL: "http://127.0.0.1:1/pay", CreatedAt: time.Date(2026, 2, 3, 4, 5, 6, 7000, time.UTC),
	}
	d.payments = append(d.payments, payment)
	return &payment, nil
}

func (d *drawer) find(id string) (*gateway.Payment, error) {
	for i := range d.payments {
		if d.payments[i].ID == id {
			return &d.payments[i], nil
		}
	}
	return nil, fmt.Errorf("payment %q: %w", id, gateway.ErrNotFound)
}

func (d *drawer) CreateRefund(_ context.Context, id string, amount gateway.Money) (*gateway.Refund, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	payment, err := d.find(id)
	if err != nil {
		return nil, err
	}
	if payment.State != gateway.StateSucceeded {
		return nil, fmt.Errorf("payment %q is %s: %w", id, payment.State, gateway.ErrIllegal)
	}
	refund := gateway.Refund{ID: "r1", Amount: amount.Amount, Currency: payment.Currency, State: gateway.StatePending}
	payment.Refunds = append(payment.Refunds, refund)
	return &refund, nil
}

func (d *drawer) Transition(_ context.Context, id string, transition *gateway.Transition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	payment, err := d.find(id)
	if err != nil {
		return err
	}
	if payment.State != gateway.StatePending {
		return fmt.Errorf("from %s to %s: %w", payment.State, transition.To, gateway.ErrIllegal)
	}
	payment.State, payment.RawState = transition.To, transition.FailureCode
	return nil
}

func (d *drawer) TransitionRefund(_ context.Context, id string, transition *gateway.Transition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if id != "r1" {
		return fmt.Errorf("refund %q: %w", id, gateway.ErrNotFound)
	}
	d.moved = transition
	return nil
}

func (d *drawer) BuildWebhook(_ context.Context, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = spec
	return &gateway.Webhook{
		Headers: [][2]string{{"X-Till", "a"}, {"X-Till", "b"}},
		Body:    []byte("\x00\xff not even JSON"),
	}, nil
}

func (d *drawer) Advance(context.Context, time.Duration) error {
	return fmt.Errorf("clock: %w", gateway.ErrUnsupported)
}

func (d *drawer) Close(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	return nil
}
