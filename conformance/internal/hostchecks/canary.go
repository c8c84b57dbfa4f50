package hostchecks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/hostctl"
)

// checkCanary makes sure that the suite can fail. What the host says is replaced by lies,
// which must not pass: an order that is PAID by a payment that was made up, and an answer
// with a secret.
func (s *Suite) checkCanary(ctx context.Context, w *world) error {
	w.lies = true
	w.join()
	defer w.leave()
	check := &Check{Clause: "canary"}
	t := &T{check: check, world: w, wallets: w.of(check), began: time.Now()}
	result := harness.Run(ctx, Limit(&s.Manifest.Pace), nil, func(inner *harness.T) { //nolint:contextcheck // a check has a context of its own
		t.T = inner
		o := t.NewOrder()
		payment := o.Place().made()
		o.Paid(payment)
	})
	if err := mustFail(&result, "a host that says PAID of a payment that was made up"); err != nil {
		return err
	}
	for _, secret := range w.wallets[0].Secrets() {
		w.heard("debug: "+strings.Repeat("all is well, ", 1000)+secret, nil)
	}
	m := &M{suite: s, worlds: []*world{w}}
	result = harness.Run(ctx, Limit(&s.Manifest.Pace), nil, func(inner *harness.T) {
		m.T = inner
		noSecretShown(m)
	})
	return mustFail(&result, "a host that shows its secrets")
}

// mustFail returns an error unless a lie was found.
func mustFail(result *harness.Result, lie string) error {
	switch {
	case result.SetupErr != nil:
		return fmt.Errorf("before the first check: %w", result.SetupErr)
	case len(result.Failures) == 0:
		return errors.New(lie + " has passed: the suite cannot be trusted, so nothing that passes means anything")
	default:
		return nil
	}
}

// made waits until the gateway has a payment of the order, and returns its id.
func (o *Order) made() string {
	o.t.Until("the gateway has a payment of order "+o.ID, func() bool { return len(o.Payments()) > 0 })
	return o.Payments()[0].ID
}

// lie returns what a host that lies says of an order.
func lie(said *hostctl.Order) *hostctl.Order {
	if said == nil {
		return nil
	}
	lied := *said
	lied.State = hostctl.OrderPaid
	lied.Paid = &hostctl.Paid{Payment: "made-up-1", Amount: said.Amount}
	return &lied
}
