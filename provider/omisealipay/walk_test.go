package omisealipay_test

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// A walker is a host that does what a script says, at a gateway whose lists
// lag, over a road that loses answers.
type walker struct {
	*bench
	t        *testing.T
	provider *omisealipay.Provider
	script   []byte
	wishes   []*hostWish
	refunds  []*hostRefund
}

// A hostWish is a row of the host's ledger: a payment that it wants.
type hostWish struct {
	request *contract.CreatePaymentRequest
	id      string
	status  contract.PaymentStatus
	answered
}

// A hostRefund is the same for a refund.
type hostRefund struct {
	request *contract.RefundRequest
	id      string
	answered
}

// answered is who gave the host an id, and when. A host that has the id has no
// reason to ask for it again, and must not do so at once after a restart: the
// attempt's times do not say that there was an answer, and the gateway's lists
// may not show yet what it was.
type answered struct {
	by contract.PaymentProvider
	at time.Time
}

func (a *answered) mayRepeat(w *walker) bool {
	return a.by == nil || a.by == w.provider || !w.clock.read().Before(a.at.Add(settle))
}

// draw takes a number below n from the script; 0 when that has ended.
func (w *walker) draw(n int) int {
	if len(w.script) == 0 {
		return 0
	}
	drawn := int(w.script[0]) % n
	w.script = w.script[1:]
	return drawn
}

// note sets the times of an attempt as the contract asks of hosts.
func (w *walker) note(a *contract.Attempt, began time.Time, err error) {
	if a.FirstAt.IsZero() {
		a.FirstAt = began
	}
	if err != nil && contract.OutcomeOf(err) == contract.Indeterminate {
		a.LastUnknownAt = w.clock.read()
	}
}

func (w *walker) pay(wish *hostWish) {
	if !wish.mayRepeat(w) {
		return
	}
	began, request := w.clock.read(), *wish.request
	payment, err := w.provider.CreatePayment(w.t.Context(), &request)
	w.note(&wish.request.Attempt, began, err)
	if err != nil {
		return
	}
	require.NoError(w.t, payment.Validate())
	require.NoError(w.t, wish.request.CheckAnswer(payment))
	if wish.id != "" {
		require.Equal(w.t, wish.id, payment.PaymentID, "one key, one payment")
	}
	wish.id, wish.answered = payment.PaymentID, answered{w.provider, w.clock.read()}
}

func (w *walker) giveBack(refund *hostRefund) {
	if !refund.mayRepeat(w) {
		return
	}
	began, request := w.clock.read(), *refund.request
	answer, err := w.provider.Refund(w.t.Context(), &request)
	w.note(&refund.request.Attempt, began, err)
	if err != nil {
		return
	}
	require.NoError(w.t, refund.request.CheckAnswer(answer))
	if refund.id != "" {
		require.Equal(w.t, refund.id, answer.RefundID, "one key, one refund")
	}
	refund.id, refund.answered = answer.RefundID, answered{w.provider, w.clock.read()}
}

func (w *walker) look(wish *hostWish) {
	payment, err := w.provider.GetStatus(w.t.Context(), &contract.GetStatusRequest{PaymentID: wish.id})
	require.NoError(w.t, err)
	if wish.status == contract.PaymentSucceeded {
		require.Equal(w.t, contract.PaymentSucceeded, payment.Status, "SUCCEEDED is never left")
	}
	wish.status = payment.Status
}

// check holds the gateway's own ledger against what must never happen.
func (w *walker) check() {
	payments, err := w.scope.Payments(w.t.Context(), nil)
	require.NoError(w.t, err)
	made := map[string]int{}
	for _, payment := range payments {
		made[payment.Key]++
		require.Equal(w.t, 1, made[payment.Key], "one charge for the key %s", payment.Key)
		given := map[string]int{}
		var sum int64
		for _, refund := range payment.Refunds {
			given[refund.Key]++
			require.Equal(w.t, 1, given[refund.Key], "one refund for the key %s", refund.Key)
			sum += refund.Amount
		}
		require.LessOrEqual(w.t, sum, payment.Amount)
	}
}

// known picks a payment whose id the host has learnt; nil if there is none.
func (w *walker) known() *hostWish {
	var known []*hostWish
	for _, wish := range w.wishes {
		if wish.id != "" {
			known = append(known, wish)
		}
	}
	if len(known) == 0 {
		return nil
	}
	return known[w.draw(len(known))]
}

// step does the next thing in the script.
func (w *walker) step() {
	routes := []string{postSource, postCharge, postRefund}
	troubles := []func(http.ResponseWriter, *http.Request, http.Handler){
		losesAnswer, hangsUp, executes(http.StatusBadGateway, ""), executes(http.StatusOK, "<html>"),
		refuses(http.StatusTooManyRequests, "too_many_requests", "x"), refuses(http.StatusBadRequest, "backend_error", "x"),
	}
	switch w.draw(8) {
	case 0:
		w.wishes = append(w.wishes, &hostWish{request: w.order()})
		w.pay(w.wishes[len(w.wishes)-1])
	case 1:
		if len(w.wishes) > 0 {
			w.pay(w.wishes[w.draw(len(w.wishes))])
		}
	case 2:
		if wish := w.known(); wish != nil {
			_ = w.scope.Transition(w.t.Context(), wish.id, &gateway.Transition{To: gateway.StateSucceeded})
			w.look(wish)
		}
	case 3:
		if wish := w.known(); wish != nil {
			w.refunds = append(w.refunds, &hostRefund{request: w.refundOrder(wish.id, int64(1+w.draw(256)*300))})
			w.giveBack(w.refunds[len(w.refunds)-1])
		}
	case 4:
		if len(w.refunds) > 0 {
			w.giveBack(w.refunds[w.draw(len(w.refunds))])
		}
	case 5:
		w.road.fault(routes[w.draw(len(routes))], 1, troubles[w.draw(len(troubles))])
	case 6:
		w.clock.turn(time.Duration(1+w.draw(150)) * time.Second)
	case 7:
		w.provider = w.anew(nil) // a restart
	}
	w.check()
}

// FuzzWalk lets a host, a gateway and the road between them do whatever the
// script says: there is never a second charge or refund for a key, and when
// the trouble is over every wish is granted.
func FuzzWalk(f *testing.F) {
	for seed := range uint64(12) {
		script := make([]byte, 120)
		random := rand.New(rand.NewPCG(seed, 0))
		for i := range script {
			script[i] = byte(random.UintN(256))
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		b := open(t, &setup{dials: sandbox.Dials{ListLag: sandbox.Duration(time.Minute)}})
		w := &walker{bench: b, t: t, provider: b.provider, script: script[:min(len(script), 200)]}
		for len(w.script) > 0 {
			w.step()
		}
		w.road.quiet()
		for range 2 {
			w.clock.turn(settle)
			for _, wish := range w.wishes {
				w.pay(wish)
			}
		}
		for _, wish := range w.wishes {
			require.NotEmpty(t, wish.id, "every wish is granted in the end")
			w.look(wish)
		}
		w.check()
	})
}
