package host_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// decider is contract.Decide, or something that is wrong.
type decider = func(*contract.History, *contract.Now) contract.Verdict

// freed decides as contract.Decide does, and frees more.
func freed(more func(*contract.History, *contract.Now, *contract.Verdict) bool) decider {
	return func(h *contract.History, now *contract.Now) contract.Verdict {
		v := contract.Decide(h, now)
		v.Free = v.Free || more(h, now, &v)
		return v
	}
}

// altered decides about a history that is not the true one.
func altered(change func(*contract.History)) decider {
	return func(h *contract.History, now *contract.Now) contract.Verdict {
		c := *h
		c.Tries = slices.Clone(h.Tries)
		change(&c)
		return contract.Decide(&c, now)
	}
}

// wrongDeciders are variants of contract.Decide that look sound, and that the tests of
// package contract have, too. One of theirs does no harm here: the engine itself makes no
// payment for a sale that is paid, whatever is decided.
var wrongDeciders = map[string]decider{
	"takes any PAYMENT_NOT_FOUND as absence": freed(func(h *contract.History, now *contract.Now, _ *contract.Verdict) bool {
		attempt := h.Attempt(now)
		return h.Look != nil && attempt.Unknown() && h.Look.Reason == contract.PaymentNotFound
	}),
	"goes on while a payment is pending": freed(func(_ *contract.History, _ *contract.Now, v *contract.Verdict) bool {
		return v.Do == contract.ActionRead
	}),
	"goes on while a result is unknown": freed(func(h *contract.History, _ *contract.Now, v *contract.Verdict) bool {
		return v.Do == contract.ActionLookUp || len(h.Tries) > 0 && v.Do == contract.ActionCall
	}),
	"gives a payment up that was shown": freed(func(h *contract.History, _ *contract.Now, _ *contract.Verdict) bool {
		return h.Shown
	}),
	"takes UNKNOWN results as refusals": altered(func(h *contract.History) {
		for i := range h.Tries {
			if h.Tries[i].Outcome == contract.Indeterminate {
				h.Tries[i].Outcome, h.Tries[i].Reason = contract.Rejected, contract.ProviderRejected
			}
		}
	}),
}

// late sends a function that lets the request arrive at the gateway, long after its
// caller has lost the connection.
func late(arrive chan<- func()) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		body, _ := io.ReadAll(r.Body)
		request := r.Clone(r.Context())
		arrive <- func() {
			request.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(httptest.NewRecorder(), request)
		}
		kittest.HangUp(w, r, next)
	}
}

// trials are courses of events of one sale in which a wrong decision does harm.
var trials = map[string]func(*world){
	"a request arrives late": func(w *world) {
		arrive := make(chan func(), 1)
		w.wallets["wallet-a"].front.Set(kittest.On(creates, kittest.Times(1, late(arrive))))
		_, err := w.engine.Checkout(w.t.Context(), byPhone())
		require.NoError(w.t, err)
		w.pass(10 * time.Second) // it is not found
		_, _ = w.engine.PayAgain(w.t.Context(), byPhone())
		(<-arrive)()
	},
	"an answer is lost": func(w *world) {
		w.wallets["wallet-a"].front.Set(kittest.On(creates, kittest.Times(1, kittest.Executed(kittest.HangUp))))
		_, err := w.engine.Checkout(w.t.Context(), byPhone())
		require.NoError(w.t, err)
		_, _ = w.engine.PayAgain(w.t.Context(), byPhone())
	},
	"the payer chooses again": func(w *world) {
		_, err := w.engine.Checkout(w.t.Context(), order("3947"))
		require.NoError(w.t, err)
		_, _ = w.engine.PayAgain(w.t.Context(), order("3947"))
	},
}

// byPhone is an order whose payer need not act.
func byPhone() *host.Order {
	o := order("3947")
	o.Method, o.Payer = "phone", &contract.Payer{Phone: contract.NewSecret(canary)}
	return o
}

// doubled has everybody pay who can, and reports whether the sale was paid twice.
func (w *world) doubled() bool {
	paid := 0
	for _, wallet := range w.wallets {
		for _, p := range wallet.ledger() {
			if p.State == gateway.StatePending {
				wallet.pay(p.ID)
			}
			if p.State == gateway.StatePending || p.State == gateway.StateSucceeded {
				paid++
			}
		}
	}
	return paid > 1
}

// harms returns the trial in which an engine with a decider is paid twice; empty if
// there is none.
func harms(t *testing.T, decide decider) string {
	t.Helper()
	for name, run := range trials {
		w := newWorld(t, func(o *host.Options) { host.WithDecide(o, decide) })
		if run(w); w.doubled() {
			return name
		}
	}
	return ""
}

func TestEngine_ShowsWhatIsWrongWithADecision(t *testing.T) {
	t.Parallel()
	assert.Empty(t, harms(t, contract.Decide))
	for name, decide := range wrongDeciders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.NotEmpty(t, harms(t, decide), "no trial shows any harm")
		})
	}
}
