package checks

import (
	"context"
	"fmt"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// walk is a host that performs random actions, and keeps the records that a host
// keeps.
type walk struct {
	env      *harness.Env
	outer    *harness.T
	scenario *harness.Scenario

	purchases []*bought
	refunds   []*returned
	faults    []*proxy.ArmedFault
	restarts  int                        // left
	ledger    map[string]gateway.Payment // by id, as it was before the action

	trail    trail
	steps    []string // for a person
	failure  harness.Failure
	failedIn string // the part of the walk
	setupErr error
}

// bought is a payment that the host requests.
type bought struct {
	*harness.Purchase

	name string
	id   string // empty: not answered yet
}

// returned is a refund that the host requests.
type returned struct {
	*harness.Refunding

	name string
	id   string // empty: not answered yet
}

// The limits of a walk. Larger ones find no more defects and take longer.
const (
	maxBought   = 3
	maxReturned = 4
	maxTrouble  = 3
)

func beginWalk(t *harness.T, e *harness.Env, c *choices) *walk {
	// A restart takes as long as all other steps of a walk: one in three has one.
	w := &walk{env: e, outer: t, restarts: c.below(3) / 2}
	w.trail = trail{c.drawn}
	w.do("the beginning", func(t *harness.T) { w.scenario = e.Scenario(t, nil) })
	return w
}

// do runs a part of the walk. A failure of the check ends the walk.
func (w *walk) do(part string, act func(*harness.T)) {
	result := w.outer.Try(act)
	switch {
	case result.SetupErr != nil:
		w.setupErr = result.SetupErr
	case w.outer.Context().Err() != nil:
		w.setupErr = context.Cause(w.outer.Context())
	case len(result.Failures) > 0:
		w.failure, w.failedIn = result.Failures[0], part
	}
}

// sound reports whether the walk has not failed.
func (w *walk) sound() bool { return w.setupErr == nil && w.failure.What == "" }

// failsLike reports whether the walk failed in the same part as another one.
func (w *walk) failsLike(other *walk) bool {
	return w.setupErr == nil && w.failure.What != "" && w.failedIn == other.failedIn
}

// end completes a walk that has not failed so far.
func (w *walk) end() *walk {
	if w.sound() {
		w.do("the end", w.quiesce)
	}
	return w
}

// next performs one possible action. A step that cannot be repeated,
// because another one is left out, is left out as well.
func (w *walk) next(c *choices) {
	w.do("a step", func(t *harness.T) {
		w.readLedger(t)
		actions := w.actions()
		possible := make([]bool, len(actions))
		for i := range actions {
			possible[i] = actions[i].possible
		}
		chosen := c.among(possible)
		if chosen < 0 {
			return
		}
		defer func() { w.trail = append(w.trail, c.drawn) }()
		actions[chosen].act(t, c)
	})
}

func (w *walk) readLedger(t *harness.T) {
	w.ledger = make(map[string]gateway.Payment)
	for _, payment := range w.scenario.Ledger(t, "") {
		w.ledger[payment.ID] = payment
	}
}

// action is something that a step of a walk can do.
type action struct {
	possible bool // now
	act      func(*harness.T, *choices)
}

// actions returns all actions, always in the same order.
func (w *walk) actions() []action {
	d := w.env.Descriptor
	some := slices.ContainsFunc[[]*bought]
	return []action{
		{len(w.purchases) < maxBought, w.create},
		{len(w.purchases) > 0, w.repeat},
		{some(w.purchases, w.pending), w.move},
		{some(w.purchases, known), w.look},
		{some(w.purchases, known) && d.Has(contract.OperationCancelPayment), w.cancel},
		{some(w.purchases, known) && d.Has(contract.OperationParseWebhook) && w.env.HasFeature(gateway.FeatureWebhookBuild), w.webhook},
		{some(w.purchases, w.paid) && len(w.refunds) < maxReturned, w.refund},
		{len(w.refunds) > 0, w.repeatRefund},
		{some(w.purchases, w.hasRest) && w.env.HasFeature(gateway.FeatureRefundCreate), w.refundElsewhere},
		{len(w.purchases) > 0, w.passTime},
		{len(w.faults) < maxTrouble, w.trouble},
		{len(w.purchases) > 0 && w.restarts > 0, w.restart},
	}
}

func (w *walk) step(format string, arguments ...any) {
	w.steps = append(w.steps, fmt.Sprintf(format, arguments...))
}

// pick draws one of the items that fit; there is one.
func pick[Item any](c *choices, items []Item, fits func(Item) bool) Item {
	var fitting []Item
	for _, item := range items {
		if fits(item) {
			fitting = append(fitting, item)
		}
	}
	return oneOf(c, fitting)
}

func known(b *bought) bool { return b.id != "" }

func (w *walk) pending(b *bought) bool { return w.ledger[b.id].State == gateway.StatePending }

func (w *walk) paid(b *bought) bool { return w.ledger[b.id].State == gateway.StateSucceeded }

// hasRest reports whether a part of the payment can be refunded.
func (w *walk) hasRest(b *bought) bool {
	recorded := w.ledger[b.id]
	return w.paid(b) && refunded(&recorded)+part(w.env) <= recorded.Amount
}

func (w *walk) create(t *harness.T, _ *choices) {
	b := &bought{Purchase: w.scenario.Purchase(nil), name: fmt.Sprintf("payment %d", len(w.purchases)+1)}
	w.purchases = append(w.purchases, b)
	w.step("create %s", b.name)
	_ = w.ask(t, b)
}

func (w *walk) repeat(t *harness.T, c *choices) {
	b := pick(c, w.purchases, func(*bought) bool { return true })
	w.step("repeat %s", b.name)
	_ = w.ask(t, b)
}

// ask calls CreatePayment for a purchase and compares the answer with earlier
// ones.
func (w *walk) ask(t *harness.T, b *bought) error {
	payment, err := b.Ask(t)
	if err != nil {
		return err
	}
	harness.Equal(t, "key of the answer", b.Request.Attempt.Key, payment.IdempotencyKey)
	if b.id != "" {
		harness.Equal(t, "payment id of the same key, answered again", b.id, payment.PaymentID)
	}
	b.id = payment.PaymentID
	w.scenario.InLedger(t, b.id)
	return nil
}

// passTime moves an attempt past its settle time.
func (w *walk) passTime(*harness.T, *choices) {
	w.step("time passes")
	for _, b := range w.purchases {
		b.Settle()
	}
	for _, r := range w.refunds {
		r.Settle()
	}
}

func (w *walk) move(t *harness.T, c *choices) {
	b := pick(c, w.purchases, w.pending)
	states := reachable(w.env)[1:]
	if w.env.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) { // the ways from there are the longest
		states = append([]gateway.State{gateway.StateSucceeded, gateway.StateSucceeded}, states...)
	}
	to := oneOf(c, states)
	w.step("%s becomes %s at the gateway", b.name, to)
	w.scenario.Transition(t, b.id, to)
}

// statusOf maps the states of the ledger to the contract's statuses.
var statusOf = map[gateway.State]contract.PaymentStatus{
	gateway.StatePending: contract.PaymentPending, gateway.StateSucceeded: contract.PaymentSucceeded, gateway.StateFailed: contract.PaymentFailed,
	gateway.StateExpired: contract.PaymentExpired, gateway.StateCanceled: contract.PaymentCanceled,
}

// agrees fails the check unless the payment agrees with the ledger. While a fault is
// armed, its status may be UNKNOWN.
func (w *walk) agrees(t *harness.T, what string, payment *contract.Payment) {
	if payment.Status == contract.PaymentUnknown && w.inTrouble() {
		return
	}
	recorded := w.scenario.InLedger(t, payment.PaymentID)
	harness.Equal(t, "status "+what, statusOf[recorded.State], payment.Status)
	harness.Equal(t, "amount "+what, recorded.Amount, payment.Amount.MinorUnits)
}

func (w *walk) look(t *harness.T, c *choices) {
	b := pick(c, w.purchases, known)
	w.step("read %s", b.name)
	if payment, err := w.scenario.Status(t, b.id); err == nil {
		w.agrees(t, "of a payment that was read", payment)
	}
}

func (w *walk) cancel(t *harness.T, c *choices) {
	b := pick(c, w.purchases, known)
	w.step("cancel %s", b.name)
	if payment, err := w.scenario.Cancel(t, b.id); err == nil {
		w.agrees(t, "of a payment that was canceled", payment)
	}
}

// webhook delivers a webhook twice.
func (w *walk) webhook(t *harness.T, c *choices) {
	b := pick(c, w.purchases, known)
	w.step("a webhook about %s, delivered twice", b.name)
	hook := built(t, w.scenario, &gateway.WebhookSpec{Payment: b.id, Event: gateway.EventPaymentUpdated})
	var keys []string
	for range 2 {
		result, err := w.scenario.Parse(t, hook)
		if err != nil {
			harness.True(t, w.inTrouble() || !signed(w.env), "a genuine webhook was refused: %v", err)
			continue
		}
		keys = append(keys, result.DedupeKey)
		for i := range result.Events {
			if payment := result.Events[i].Payment; payment != nil {
				w.agrees(t, "of a payment in an event", payment)
			}
		}
	}
	harness.True(t, len(keys) < 2 || keys[0] == keys[1], "the same delivery has two keys for deduplication")
}

// troubles returns the faults of a walk; each is injected once.
var troubles = []proxy.Fault{
	{Kind: proxy.FaultCloseNoResponse, Phase: proxy.AfterCommit},
	{Kind: proxy.FaultReset, Phase: proxy.BeforeCommit},
	{Kind: proxy.FaultStatus, Phase: proxy.AfterCommit, Status: 500},
	{Kind: proxy.FaultStatus, Phase: proxy.BeforeCommit, Status: 503},
	{Kind: proxy.FaultStatus, Phase: proxy.BeforeCommit, Status: 429},
	{Kind: proxy.FaultTruncate, Phase: proxy.AfterCommit, Bytes: 20},
	{Kind: proxy.FaultHTML, Phase: proxy.AfterCommit},
}

func (w *walk) trouble(_ *harness.T, c *choices) {
	fault := oneOf(c, troubles)
	fault.Operation = oneOf(c, []string{
		manifest.OpCreate, manifest.OpGet, manifest.OpList, manifest.OpRefund, manifest.OpRefunds, manifest.OpCancel,
	})
	fault.Optional = true
	armed := w.scenario.Arm(fault)
	w.faults = append(w.faults, armed)
	set := armed.Fault()
	w.step("the next request of %s meets %s/%s", set.Operation, set.Phase, set.Kind)
}

// inTrouble reports whether anything was armed in this walk: what it did may
// still show, in a guard that keeps requests back.
func (w *walk) inTrouble() bool { return len(w.faults) > 0 }

func (w *walk) restart(t *harness.T, _ *choices) {
	w.restarts--
	w.step("restart")
	w.scenario.Restart(t)
}
