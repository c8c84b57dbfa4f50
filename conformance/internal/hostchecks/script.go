package hostchecks

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// Do says how a call ends.
type Do = func(*scripted.Call) scripted.Action

// Whether the gateway has executed a call that is lost.
const (
	Executed    = true
	NotExecuted = false
)

// Honestly ends a call as an honest provider does.
func Honestly(*scripted.Call) scripted.Action { return scripted.Honest() }

// Lost ends a call that moves money as INDETERMINATE, executed or not.
func Lost(executed bool) Do {
	return With(executed, scripted.Fail(contract.NewError(contract.ProviderTimeout, "the gateway did not answer in time")))
}

// Silent does not answer a call, executed or not.
func Silent(executed bool) Do { return With(executed, scripted.Silence()) }

// Dies kills the plugin's process during a call, executed or not.
func Dies(executed bool) Do { return With(executed, scripted.Die()) }

// LostLate ends the order's first call at its first wallet in a way, and has the gateway
// execute it after some time. The function that it returns waits for that.
func (o *Order) LostLate(how Do, after time.Duration) (executed func()) {
	done := make(chan error, 1)
	o.Wallets[0].On(o.rule(contract.OperationCreatePayment, 1, func(c *scripted.Call) scripted.Action {
		go func() {
			<-c.Over()
			wait(o.t.Context(), after)
			made, err := c.CommitLate()
			o.t.note("order %s: the gateway makes %s, late%s", o.ID, made, because(err))
			done <- err
		}()
		return how(c)
	}))
	return func() { o.t.SetupFailed("execute a call late", Receive(o.t, "late execution of order "+o.ID, done)) }
}

// With ends a call with an action, executed or not.
func With(executed bool, action scripted.Action) Do {
	return func(c *scripted.Call) scripted.Action {
		if executed {
			_ = c.Commit() // the answer is the action's
		}
		return action
	}
}

// Fails ends a call with an error of a reason, with which nothing was executed.
func Fails(reason contract.Reason) Do {
	return With(NotExecuted, scripted.Fail(contract.NewError(reason, "the suite says so")))
}

// Altered ends a call with the honest answer about a payment, changed.
func Altered(change func(*contract.Payment)) Do {
	return func(*scripted.Call) scripted.Action { return scripted.Alter(change) }
}

// Declined makes a payment that the gateway declines at once.
func (o *Order) Declined() Do {
	return func(c *scripted.Call) scripted.Action {
		if c.Commit() != nil {
			return scripted.Honest()
		}
		for _, p := range o.paymentsOf(c.Key()) {
			o.MovePayment(p, contract.PaymentFailed)
		}
		return scripted.Alter(func(p *contract.Payment) {
			p.Status, p.NextAction, p.Failure = contract.PaymentFailed, nil, &contract.Failure{Code: contract.FailureDeclined}
		})
	}
}

// Ends waits until the host knows what became of the order's calls: the buyer has a link,
// or nothing is left that could be paid.
func (o *Order) Ends() *hostctl.Order {
	return o.Await("has a link, or is UNPAID", func(h *hostctl.Order) bool {
		return h.Link != "" || h.State == hostctl.OrderUnpaid
	})
}

// Finds waits until the buyer has the link of the order's only payment, and returns its id.
func (o *Order) Finds() string {
	link := o.Link()
	p := o.Payment()
	if leads := o.t.Follow(link); leads != p.Page {
		o.t.Errorf("the link of order %s, %s, leads to %q; its payment is at %s", o.ID, link, leads, p.Page)
	}
	return p.ID
}

// Follow returns where a link leads that the host has for a buyer: itself, or where a page
// of the host's redirects to. It is empty if such a page redirects to nowhere.
func (t *T) Follow(link string) string {
	u, err := url.Parse(link)
	if err != nil || !contract.IsLoopback(u) {
		return link
	}
	ctx, cancel := context.WithTimeout(t.Context(), callLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, http.NoBody)
	t.SetupFailed("open a link", err)
	status, header, _, err := t.world.send(request)
	t.note("the buyer opens %s: %d, to %s%s", link, status, header.Get("Location"), because(err))
	return header.Get("Location")
}

// Hint tells the host that there is something new about a payment, by an honest webhook if
// it takes any.
func (o *Order) Hint(p Payment) {
	if o.t.world.suite.Manifest.Webhooks != "" {
		o.t.Sure(p.Wallet, p.Wallet.PaymentWebhook(p.ID, nil))
	}
}

// Read waits until the host has read a payment of the order so many times, from now on.
func (o *Order) Read(times int) {
	begun := len(o.over(contract.OperationGetStatus))
	o.t.until("the host has read the payment of order "+o.ID+" again", time.Duration(times)*o.t.patience(), func() bool {
		return len(o.over(contract.OperationGetStatus)) >= begun+times
	})
}

// over returns the calls of an operation that have ended.
func (o *Order) over(operation contract.Operation) []scripted.CallRecord {
	var all []scripted.CallRecord
	for _, c := range o.Calls(operation) {
		if !c.EndedAt.IsZero() {
			all = append(all, c)
		}
	}
	return all
}
