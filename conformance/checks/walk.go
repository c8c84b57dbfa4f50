package checks

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/harness"
	"github.com/paysocket/paysocket/conformance/manifest"
	"github.com/paysocket/paysocket/contract"
)

// walk is a host that does whatever chance says, and keeps the books that a
// host keeps.
type walk struct {
	env   *harness.Env
	outer *harness.T
	stage *harness.Stage

	purchases []*bought
	refunds   []*returned
	faults    []*gateway.Armed
	restarts  int

	steps   []string // for a person
	failure harness.Failure
	broken  error
}

// bought is a payment that the host wants.
type bought struct {
	*harness.Purchase

	name string
	id   string // empty: not answered yet
}

// returned is a refund that the host wants.
type returned struct {
	*harness.Refunding

	name string
	id   string // empty: not answered yet
}

// What a walk has at most. More finds no more and takes longer.
const (
	maxBought   = 3
	maxReturned = 4
	maxTrouble  = 3
	maxRestarts = 1
)

func beginWalk(t *harness.T, e *harness.Env, chance *rapid.T) *walk {
	w := &walk{env: e, outer: t}
	w.do("", func(t *harness.T, _ *rapid.T) { w.stage = e.Stage(t, nil) })(chance)
	return w
}

// do makes an action of rapid's. What the check finds wrong ends the walk; the
// words for rapid are the same each time, so that it knows a failure again when
// it looks for a shorter walk.
func (w *walk) do(name string, act func(*harness.T, *rapid.T)) func(*rapid.T) {
	return func(chance *rapid.T) {
		result := w.outer.Try(func(t *harness.T) { act(t, chance) })
		switch {
		case result.Broken != nil || w.outer.Context().Err() != nil:
			w.broken = result.Broken
			chance.Fatalf("the walk is broken")
		case len(result.Failures) > 0:
			w.failure = result.Failures[0]
			chance.Fatalf("wrong after %q", name)
		}
	}
}

func (w *walk) actions() map[string]func(*rapid.T) {
	actions := map[string]func(*rapid.T){"": w.do("an invariant", w.invariants)}
	for name, act := range map[string]func(*harness.T, *rapid.T){
		"create": w.create, "repeat": w.repeat, "move": w.move, "look": w.look, "time passes": w.passTime, "trouble": w.trouble,
		"restart": w.restart, "refund": w.refund, "repeat a refund": w.repeatRefund, "refund elsewhere": w.refundElsewhere,
		"cancel": w.cancel, "webhook": w.webhook,
	} {
		actions[name] = w.do(name, act)
	}
	return actions
}

func (w *walk) step(format string, arguments ...any) {
	w.steps = append(w.steps, fmt.Sprintf(format, arguments...))
}

// pick draws one of the items that fit; the action is skipped if none does.
func pick[Item any](chance *rapid.T, items []Item, what string, fits func(Item) bool) Item {
	var fitting []Item
	for _, item := range items {
		if fits(item) {
			fitting = append(fitting, item)
		}
	}
	if len(fitting) == 0 {
		chance.SkipNow()
	}
	return fitting[rapid.IntRange(0, len(fitting)-1).Draw(chance, what)]
}

func known(b *bought) bool { return b.id != "" }

func (w *walk) create(t *harness.T, chance *rapid.T) {
	if len(w.purchases) >= maxBought {
		chance.SkipNow()
	}
	b := &bought{Purchase: w.stage.Purchase(nil), name: fmt.Sprintf("payment %d", len(w.purchases)+1)}
	w.purchases = append(w.purchases, b)
	w.step("create %s", b.name)
	w.ask(t, b)
}

func (w *walk) repeat(t *harness.T, chance *rapid.T) {
	b := pick(chance, w.purchases, "payment", func(*bought) bool { return true })
	w.step("repeat %s", b.name)
	w.ask(t, b)
}

// ask calls CreatePayment for a purchase and holds the answer against earlier
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
	w.stage.InLedger(t, b.id)
	return nil
}

// passTime lets the settle times of an attempt be over.
func (w *walk) passTime(_ *harness.T, chance *rapid.T) {
	if len(w.purchases)+len(w.refunds) == 0 {
		chance.SkipNow()
	}
	w.step("time passes")
	for _, b := range w.purchases {
		b.Settle()
	}
	for _, r := range w.refunds {
		r.Settle()
	}
}

func (w *walk) move(t *harness.T, chance *rapid.T) {
	b := pick(chance, w.purchases, "payment", func(b *bought) bool {
		return known(b) && w.stage.InLedger(t, b.id).State == gateway.StatePending
	})
	var states []gateway.State
	for _, move := range moves {
		if w.env.HasFeature(move.feature) {
			states = append(states, move.to)
		}
	}
	to := rapid.SampledFrom(states).Draw(chance, "state")
	w.step("%s becomes %s at the gateway", b.name, to)
	w.stage.Transition(t, b.id, to)
}

// moves are what becomes of a pending payment. Most are paid: the ways from
// there are the longest.
var moves = []struct {
	feature gateway.Feature
	to      gateway.State
}{
	{gateway.FeatureTransitionSucceeded, gateway.StateSucceeded},
	{gateway.FeatureTransitionSucceeded, gateway.StateSucceeded},
	{gateway.FeatureTransitionSucceeded, gateway.StateSucceeded},
	{gateway.FeatureTransitionFailed, gateway.StateFailed},
	{gateway.FeatureTransitionExpired, gateway.StateExpired},
	{gateway.FeatureTransitionCanceled, gateway.StateCanceled},
}

// statusOf gives the contract's statuses by the states of the ledger.
var statusOf = map[gateway.State]contract.PaymentStatus{
	gateway.StatePending: contract.PaymentPending, gateway.StateSucceeded: contract.PaymentSucceeded, gateway.StateFailed: contract.PaymentFailed,
	gateway.StateExpired: contract.PaymentExpired, gateway.StateCanceled: contract.PaymentCanceled,
}

// agrees fails the check unless the payment says what the ledger does. While
// trouble is about, it may say that it does not know.
func (w *walk) agrees(t *harness.T, what string, payment *contract.Payment) {
	if payment.Status == contract.PaymentUnknown && w.inTrouble() {
		return
	}
	recorded := w.stage.InLedger(t, payment.PaymentID)
	harness.Equal(t, "status "+what, statusOf[recorded.State], payment.Status)
	harness.Equal(t, "amount "+what, recorded.Amount, payment.Amount.MinorUnits)
}

func (w *walk) look(t *harness.T, chance *rapid.T) {
	b := pick(chance, w.purchases, "payment", known)
	w.step("read %s", b.name)
	if payment, err := w.stage.Status(t, b.id); err == nil {
		w.agrees(t, "of a payment that was read", payment)
	}
}

func (w *walk) cancel(t *harness.T, chance *rapid.T) {
	if !w.env.Descriptor.Has(contract.OperationCancelPayment) {
		chance.SkipNow()
	}
	b := pick(chance, w.purchases, "payment", known)
	w.step("cancel %s", b.name)
	if payment, err := w.stage.Cancel(t, b.id); err == nil {
		w.agrees(t, "of a payment that was canceled", payment)
	}
}

// webhook hands a webhook on twice.
func (w *walk) webhook(t *harness.T, chance *rapid.T) {
	if !w.env.Descriptor.Has(contract.OperationParseWebhook) || !w.env.HasFeature(gateway.FeatureWebhookBuild) {
		chance.SkipNow()
	}
	b := pick(chance, w.purchases, "payment", known)
	w.step("a webhook about %s, delivered twice", b.name)
	hook := built(t, w.stage, &gateway.WebhookSpec{Payment: b.id, Event: gateway.EventPaymentUpdated})
	var keys []string
	for range 2 {
		result, err := w.stage.Parse(t, hook)
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

// troubles are what a walk may meet, once each time.
var troubles = []gateway.Fault{
	{Kind: gateway.FaultCloseNoResponse, Phase: gateway.AfterCommit},
	{Kind: gateway.FaultReset, Phase: gateway.BeforeCommit},
	{Kind: gateway.FaultStatus, Phase: gateway.AfterCommit, Status: 500},
	{Kind: gateway.FaultStatus, Phase: gateway.BeforeCommit, Status: 503},
	{Kind: gateway.FaultStatus, Phase: gateway.BeforeCommit, Status: 429},
	{Kind: gateway.FaultTruncate, Phase: gateway.AfterCommit, Bytes: 20},
	{Kind: gateway.FaultHTML, Phase: gateway.AfterCommit},
}

func (w *walk) trouble(_ *harness.T, chance *rapid.T) {
	if len(w.faults) >= maxTrouble {
		chance.SkipNow()
	}
	fault := rapid.SampledFrom(troubles).Draw(chance, "trouble")
	fault.Operation = rapid.SampledFrom([]string{
		manifest.OpCreate, manifest.OpGet, manifest.OpList, manifest.OpRefund, manifest.OpRefunds, manifest.OpCancel,
	}).Draw(chance, "operation")
	fault.Optional = true
	armed := w.stage.Arm(fault)
	w.faults = append(w.faults, armed)
	set := armed.Fault()
	w.step("the next request of %s meets %s/%s", set.Operation, set.Phase, set.Kind)
}

// inTrouble reports whether anything was armed in this walk: what it did may
// still show, in a guard that keeps requests back.
func (w *walk) inTrouble() bool { return len(w.faults) > 0 }

func (w *walk) restart(t *harness.T, chance *rapid.T) {
	if w.restarts >= maxRestarts {
		chance.SkipNow()
	}
	w.restarts++
	w.step("restart")
	w.stage.Restart(t)
}
