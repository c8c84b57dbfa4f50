package omisealipay_test

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// A walker is a host that does what a script says, at a gateway whose lists lag,
// behind a front that loses answers.
type walker struct {
	*fixture
	t        *testing.T
	provider *omisealipay.Provider
	script   []byte
	payments []*hostPayment
	refunds  []*hostRefund
}

// A hostPayment is a row of the host's ledger: a payment that it wants.
type hostPayment struct {
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

// answered says which provider gave the host an id, and when. A host that has the
// id has no reason to ask again, and must not do so at once after a restart: the
// attempt's times do not say that there was an answer, and the gateway's lists may
// not show it yet.
type answered struct {
	by contract.PaymentProvider
	at time.Time
}

func (a *answered) mayRepeat(w *walker) bool {
	return a.by == nil || a.by == w.provider || !w.clock.Now().Before(a.at.Add(settle))
}

// draw returns a number below n from the script, and 0 after its end.
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
		a.LastUnknownAt = w.clock.Now()
	}
}

func (w *walker) pay(row *hostPayment) {
	if !row.mayRepeat(w) {
		return
	}
	began, request := w.clock.Now(), *row.request
	payment, err := w.provider.CreatePayment(w.t.Context(), &request)
	w.note(&row.request.Attempt, began, err)
	if err != nil {
		return
	}
	require.NoError(w.t, payment.Validate())
	require.NoError(w.t, row.request.CheckAnswer(payment))
	if row.id != "" {
		require.Equal(w.t, row.id, payment.PaymentID, "one key, one payment")
	}
	row.id, row.answered = payment.PaymentID, answered{w.provider, w.clock.Now()}
}

func (w *walker) giveBack(refund *hostRefund) {
	if !refund.mayRepeat(w) {
		return
	}
	began, request := w.clock.Now(), *refund.request
	answer, err := w.provider.Refund(w.t.Context(), &request)
	w.note(&refund.request.Attempt, began, err)
	if err != nil {
		return
	}
	require.NoError(w.t, answer.Validate())
	require.NoError(w.t, refund.request.CheckAnswer(answer))
	if refund.id != "" {
		require.Equal(w.t, refund.id, answer.RefundID, "one key, one refund")
	}
	refund.id, refund.answered = answer.RefundID, answered{w.provider, w.clock.Now()}
}

func (w *walker) look(row *hostPayment) {
	payment, err := w.provider.GetStatus(w.t.Context(), &contract.GetStatusRequest{PaymentID: row.id})
	require.NoError(w.t, err)
	require.NoError(w.t, payment.Validate())
	if row.status == contract.PaymentSucceeded {
		require.Equal(w.t, contract.PaymentSucceeded, payment.Status, "SUCCEEDED is never left")
	}
	row.status = payment.Status
}

// check looks in the sandbox's ledger for what must never happen.
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

// known returns a payment whose id the host knows, and nil if there is none.
func (w *walker) known() *hostPayment {
	var known []*hostPayment
	for _, row := range w.payments {
		if row.id != "" {
			known = append(known, row)
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
	troubles := []kittest.Fault{
		losesAnswer(), kittest.HangUp, executes(http.StatusBadGateway, ""), executes(http.StatusOK, "<html>"),
		refuses(http.StatusTooManyRequests, "too_many_requests", "x"), refuses(http.StatusBadRequest, "backend_error", "x"),
	}
	switch w.draw(8) {
	case 0:
		w.payments = append(w.payments, &hostPayment{request: w.newPayment()})
		w.pay(w.payments[len(w.payments)-1])
	case 1:
		if len(w.payments) > 0 {
			w.pay(w.payments[w.draw(len(w.payments))])
		}
	case 2:
		if row := w.known(); row != nil {
			_ = w.scope.Transition(w.t.Context(), row.id, &gateway.Transition{To: gateway.StateSucceeded})
			w.look(row)
		}
	case 3:
		if row := w.known(); row != nil {
			w.refunds = append(w.refunds, &hostRefund{request: w.newRefund(row.id, int64(1+w.draw(256)*300))})
			w.giveBack(w.refunds[len(w.refunds)-1])
		}
	case 4:
		if len(w.refunds) > 0 {
			w.giveBack(w.refunds[w.draw(len(w.refunds))])
		}
	case 5:
		w.fail(routes[w.draw(len(routes))], 1, troubles[w.draw(len(troubles))])
	case 6:
		w.clock.Advance(time.Duration(1+w.draw(150)) * time.Second)
	case 7:
		w.provider = w.behindTheGates() // a restart
	}
	w.check()
}

// FuzzWalk lets host, gateway and network do whatever the script says. There is
// never a second charge or refund for a key, and when the trouble is over every
// payment is made.
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
		walked := newFixture(t, &setup{dials: sandbox.Dials{ListLag: sandbox.Duration(time.Minute)}})
		w := &walker{fixture: walked, t: t, provider: walked.provider, script: script[:min(len(script), 200)]}
		for len(w.script) > 0 {
			w.step()
		}
		w.front.Set()
		for range 2 {
			w.clock.Advance(settle)
			for _, row := range w.payments {
				w.pay(row)
			}
		}
		for _, row := range w.payments {
			require.NotEmpty(t, row.id, "every payment is made in the end")
			w.look(row)
		}
		w.check()
	})
}
