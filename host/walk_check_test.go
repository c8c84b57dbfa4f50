package host_test

import (
	"errors"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// check compares the hosts with the gateways. At every time
//
//   - a key has made one payment, or one refund, at most;
//   - of an order one payment at most is paid or can be, but for those that were paid
//     after they were over;
//   - what a host says is paid is paid;
//   - what has succeeded stays so;
//   - what is not over is looked at again, or shown to a person.
func (w *walk) check() {
	w.t.Helper()
	live := map[string]int{}
	made := map[string]int{}
	states := map[string]gateway.State{}
	for name := range w.wallets {
		for _, p := range w.everything(name) {
			made[p.Key]++
			states[p.ID] = p.State
			if !w.late[p.ID] && (p.State == gateway.StateSucceeded || p.State == gateway.StatePending && w.canPay(&p)) {
				live[p.Reference]++
			}
			var refunded int64
			for _, r := range p.Refunds {
				if r.Key != "" {
					made[r.Key]++
				}
				if r.State != gateway.StateFailed {
					refunded += r.Amount
				}
				states[r.ID] = r.State
			}
			if refunded > p.Amount {
				w.fail("%s was refunded with %d of %d", p.ID, refunded, p.Amount)
			}
		}
	}
	for key, n := range made {
		if n > 1 {
			w.fail("the key %s has made %d", key, n)
		}
	}
	for id, n := range live {
		if n > 1 {
			w.fail("%s can be paid %d times", id, n)
		}
	}
	for _, o := range w.orders {
		w.checkSale(o.ID, states)
	}
}

func (w *walk) checkSale(id string, states map[string]gateway.State) {
	w.t.Helper()
	sale, err := w.hosts[0].engine.Sale(w.t.Context(), id)
	if errors.Is(err, host.ErrNotFound) {
		return // the first call for it hangs, or its host was killed
	}
	require.NoError(w.t, err)
	for _, a := range append(sale.Payments, sale.Refunds...) {
		before := w.statuses[a.Key]
		w.statuses[a.Key] = a.Status
		switch {
		case a.Status == contract.PaymentSucceeded && states[a.GatewayID] != gateway.StateSucceeded:
			w.fail("%s of %s is paid, and at the gateway it is %q", a.GatewayID, id, states[a.GatewayID])
		case before == contract.PaymentSucceeded && a.Status != before:
			w.fail("%s of %s was paid, and is %s", a.GatewayID, id, a.Status)
		case !a.Over && a.Attention == "" && !w.isScheduled(a.Key):
			w.fail("the attempt %s of %s is not over, and nobody looks at it", a.Key, id)
		}
	}
}

func (w *walk) isScheduled(key string) bool {
	var scheduled bool
	row := w.db.QueryRowContext(w.t.Context(), "SELECT next_check_at IS NOT NULL FROM paysocket_attempts WHERE key = ?", key)
	require.NoError(w.t, row.Scan(&scheduled))
	return scheduled
}

// end ends all trouble, and compares once everything has come to rest: then every
// attempt is over or shown to a person, and the platform was told of every sale that is
// paid, once.
func (w *walk) end() {
	w.t.Helper()
	w.note("the end")
	w.traffic.arm()
	w.releaseAll()
	for g := w.traffic.haunted(time.Time{}); g != nil; g = w.traffic.haunted(time.Time{}) {
		g.run()
	}
	w.shift, w.failing = 0, 0
	for h := range w.hosts {
		for name, own := range w.hosts[h].wallets {
			own.configure(w.wallets[name].scopes[0])
		}
	}
	w.check()
	for range 5 {
		w.rest()
	}
	w.expireAll()
	w.reportLate()
	for range 5 {
		w.rest()
	}
	w.check()
	for _, o := range w.orders {
		w.checkEnd(o.ID)
	}
}

// rest looks after everything for two days.
func (w *walk) rest() {
	for _, d := range []time.Duration{0, 11 * time.Second, 40 * time.Second, 2 * time.Minute, time.Hour, 2 * time.Hour, 20 * time.Hour, 26 * time.Hour} {
		w.clock.Advance(d)
		for h := range w.hosts {
			require.NoError(w.t, host.CheckDue(w.t.Context(), w.hosts[h].engine))
		}
	}
}

// reportLate sends the webhooks of the payments that were paid when they were over: after
// a day nobody looks at one of them any more.
func (w *walk) reportLate() {
	for name, base := range w.wallets {
		for _, p := range base.ledger() {
			if w.late[p.ID] && w.world.deliver(w.hosts[0].engine, name, p.ID) != 200 {
				w.fail("a webhook about %s is refused", p.ID)
			}
		}
	}
}

func (w *walk) expireAll() {
	for name := range w.wallets {
		for _, scope := range w.wallets[name].scopes {
			payments, err := scope.Payments(w.t.Context(), nil)
			require.NoError(w.t, err)
			for i := range payments {
				if payments[i].State == gateway.StatePending {
					w.transition(scope, &payments[i], gateway.StateExpired)
				}
			}
		}
	}
}

func (w *walk) checkEnd(id string) {
	w.t.Helper()
	sale, err := w.hosts[1].engine.Sale(w.t.Context(), id)
	if errors.Is(err, host.ErrNotFound) {
		return
	}
	require.NoError(w.t, err)
	attempts := map[string]host.Attempt{}
	for _, a := range append(sale.Payments, sale.Refunds...) {
		attempts[a.Key] = a
		if !a.Over && a.Attention == "" {
			w.fail("the attempt %s of %s has no end, and no person is told", a.Key, id)
		}
	}
	paid := 0
	for name := range w.wallets {
		for _, p := range w.everything(name) {
			if p.Reference != id || p.State != gateway.StateSucceeded {
				continue
			}
			if a := attempts[p.Key]; a.Status == contract.PaymentSucceeded {
				paid++
			} else if a.Attention == "" {
				w.fail("%s of %s is paid at the gateway, and nobody knows", p.ID, id)
			}
			for _, r := range p.Refunds {
				if a := attempts[r.Key]; r.Key != "" && r.State == gateway.StateSucceeded && a.Status != contract.PaymentSucceeded && a.Attention == "" {
					w.fail("the refund %s of %s is made at the gateway, and nobody knows", r.ID, id)
				}
			}
		}
	}
	if paid > 1 && !toldPerson(sale) {
		w.fail("%s was paid %d times, and no person was told", id, paid)
	}
	w.checkTold(sale)
}

// toldPerson reports whether a person was told of a second payment, also if it was dealt
// with since.
func toldPerson(sale *host.Sale) bool {
	for _, entry := range sale.Timeline {
		if entry.Kind == "attention" && strings.Contains(entry.Text, "paid before") {
			return true
		}
	}
	return false
}

func (w *walk) checkTold(sale *host.Sale) {
	w.t.Helper()
	var told, changes, paid int
	row := w.db.QueryRowContext(w.t.Context(), `SELECT count(*), coalesce(max(sequence), 0), coalesce(sum(kind = 'PAID'), 0) FROM told WHERE sale = ?`, sale.ID)
	require.NoError(w.t, row.Scan(&told, &changes, &paid))
	if told != changes {
		w.fail("the platform was told %d times of %d changes of %s", told, changes, sale.ID)
	}
	if want := sale.Status == host.SalePaid; want != (paid == 1) {
		w.fail("the platform was told %d times that %s is paid, which is %s", paid, sale.ID, sale.Status)
	}
}
