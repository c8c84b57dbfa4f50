package hostchecks

import (
	"context"
	"fmt"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/fit"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/contract"
)

// Sell has one order placed, paid and noticed, without a fault, and returns what of that
// does not fit the manifest or the protocol.
func (s *Suite) Sell(ctx context.Context) *fit.Result {
	shown := &fit.Result{}
	w, err := s.newWorld(ctx, "doctor", Calm, 0, []placed{{kind: Lookup}})
	if err != nil {
		shown.Misfits = append(shown.Misfits, fit.Misfit{Where: "start", What: err.Error(), Remedy: "correct the command of start"})
		return shown
	}
	defer w.close()
	w.join()
	defer w.leave()
	check := &Check{Clause: "doctor"}
	t := &T{check: check, world: w, wallets: w.of(check), began: time.Now()}
	result := harness.Run(ctx, Limit(&s.Manifest.Pace), nil, func(inner *harness.T) { //nolint:contextcheck // a check has a context of its own
		t.T = inner
		sell(t, shown)
	})
	switch {
	case result.SetupErr != nil:
		shown.Misfits = append(shown.Misfits, fit.Misfit{Where: fit.Host, What: result.SetupErr.Error(), Remedy: "run the doctor again"})
	case len(result.Failures) > 0:
		shown.Misfits = append(shown.Misfits, fit.Misfit{Where: fit.Host, What: result.Failures[0].String(), Remedy: "mend it; a run would show the calls"})
	}
	return shown
}

// sell makes the payment, and adds each step that was made.
func sell(t *T, shown *fit.Result) {
	done := func(format string, arguments ...any) {
		shown.Done = append(shown.Done, fmt.Sprintf(format, arguments...))
	}
	misfit := func(where, what, remedy string) {
		shown.Misfits = append(shown.Misfits, fit.Misfit{Where: where, What: what, Remedy: remedy})
	}
	pace := t.Pace()
	o := t.NewOrder()
	began := time.Now()
	o.Place()
	o.Finds()
	done("placed, with a link after %s", time.Since(began).Round(time.Millisecond))
	call := o.Calls(contract.OperationCreatePayment)[0]
	left := call.Deadline.Sub(call.Began)
	switch {
	case call.Deadline.IsZero():
		misfit(fit.Host, "the call that makes a payment has no deadline", "set one")
	case left > pace.CallTimeout+onTheWay:
		misfit("pace.call_timeout", fmt.Sprintf("it says %s, and a call had %s left", pace.CallTimeout, left.Round(time.Second)), "write how long a call of the host may take")
	case left < pace.MinTimeLeft:
		misfit("pace.min_time_left", fmt.Sprintf("it says %s, and a call had %s left", pace.MinTimeLeft, left.Round(time.Millisecond)), "write the least time that the host leaves for a call")
	}
	payment := o.Pay()
	if t.world.suite.Manifest.Webhooks == "" {
		shown.Left = append(shown.Left, "no webhook (the manifest says no webhooks)")
	} else if status := t.Deliver(o.Wallets[0], o.Wallets[0].PaymentWebhook(payment, nil)); status/100 == 2 {
		done("webhook acknowledged with %d", status)
	} else {
		misfit("webhooks", fmt.Sprintf("a genuine webhook was answered with %d", status), "write the URL at which the host takes webhooks")
	}
	began = time.Now()
	said := o.Paid(payment)
	done("PAID after %s", time.Since(began).Round(time.Millisecond))
	if said.Effects != 1 {
		o.t.Until("the platform has acted on order "+o.ID+" (effects is 1)", func() bool {
			now := o.Look()
			return now != nil && now.Effects == 1
		})
	}
	done("acted on once")
	if said.State != hostctl.OrderPaid || len(said.Attention) > 0 {
		misfit(fit.Host, "the order needs attention: "+shownAttention(said), "without a fault, nothing needs a person")
	}
}

func shownAttention(o *hostctl.Order) string {
	if len(o.Attention) == 0 {
		return "none"
	}
	return o.Attention[0].Text
}
