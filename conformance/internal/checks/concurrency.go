package checks

import (
	"fmt"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// concurrency holds the checks of group CON.
func concurrency() map[string]Check {
	return map[string]Check{
		"CON-001": keepsCallsApart,
		"CON-002": severalWait,
	}
}

const (
	// crowd is how many calls CON-001 makes at once.
	crowd = 32

	// overlap is how long the gateway takes for each request, so that the calls
	// of a crowd meet.
	overlap = 20 * time.Millisecond
)

// oddRequest returns a request whose amount is unique among the concurrent calls.
func oddRequest(e *harness.Env, number int) *contract.CreatePaymentRequest {
	request := e.CreateRequest()
	if less := request.Amount.MinorUnits - int64(number); less >= e.Manifest.Fixtures.Amounts.Min {
		request.Amount.MinorUnits = less
	}
	return request
}

// asked is one of the concurrent calls and its result.
type asked struct {
	what   string
	wanted *contract.CreatePaymentRequest
	call   func() (*contract.Payment, error)

	answer *contract.Payment
	err    error
}

func keepsCallsApart(t *harness.T, e *harness.Env) {
	for _, apart := range []Check{paymentsApart, readsApart, writesApart} {
		t.Part(func(t *harness.T) { apart(t, e) })
	}
}

// paymentsApart creates many payments at once, and reads others.
func paymentsApart(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	var requests []*contract.CreatePaymentRequest
	var made []*contract.Payment
	for i := range crowd / 4 {
		requests = append(requests, oddRequest(e, i))
		made = append(made, s.MustCreate(t, requests[i]))
	}
	s.Arm(proxy.Fault{Kind: proxy.FaultDelay, Delay: overlap, Times: -1})
	calls := make([]*asked, crowd)
	for i := range calls {
		known, wanted := made[i%len(made)], requests[i%len(made)]
		switch {
		case i%4 < 2:
			request := oddRequest(e, len(made)+i)
			calls[i] = &asked{"CreatePayment", request, func() (*contract.Payment, error) { return s.Create(t, request) }, nil, nil}
		case i%4 == 2 || !looksUp(e.Descriptor.CreateIdempotency):
			calls[i] = &asked{"GetStatus", wanted, func() (*contract.Payment, error) { return s.Status(t, known.PaymentID) }, nil, nil}
		default:
			attempt := pastAttempt(wanted.Attempt.Key)
			calls[i] = &asked{"GetStatus by key", wanted, func() (*contract.Payment, error) { return s.StatusByKey(t, attempt) }, nil, nil}
		}
	}
	allAtOnce(len(calls), func(i int) { calls[i].answer, calls[i].err = calls[i].call() })
	for i, call := range calls {
		answersTo(t, s, fmt.Sprintf("%s, number %d of many at once", call.what, i+1), call.wanted, call.answer, call.err)
	}
}

// answersTo fails the check unless the payment is the one that was asked for.
func answersTo(t *harness.T, s *harness.Scenario, what string, wanted *contract.CreatePaymentRequest, payment *contract.Payment, err error) {
	if err != nil {
		t.Errorf("%s failed: %v", what, err)
		return
	}
	harness.Equal(t, what+": amount of the answer", wanted.Amount, payment.Amount)
	harness.Equal(t, what+": reference of the answer", wanted.Reference, payment.Reference)
	harness.Equal(t, what+": key of the answer", wanted.Attempt.Key, payment.IdempotencyKey)
	ledger := s.Ledger(t, wanted.Attempt.Key)
	if harness.Equal(t, what+": payments of the key in the gateway's ledger", 1, len(ledger)) {
		harness.Equal(t, what+": id of the answer", ledger[0].ID, payment.PaymentID)
		harness.Equal(t, what+": amount in the gateway's ledger", wanted.Amount.MinorUnits, ledger[0].Amount)
		if next := payment.NextAction; next != nil && next.Redirect != nil {
			harness.Equal(t, what+": link of the answer", ledger[0].RedirectURL, next.Redirect.URL)
		}
	}
}

// stuck is how many calls the gateway keeps waiting at once: more than one
// connection or two would carry.
const stuck = 6

func severalWait(t *harness.T, e *harness.Env) {
	for _, version := range e.HTTPVersions() { // only over HTTP/1.1 does each request need a connection
		t.Part(func(t *harness.T) { severalWaitOver(t, e, version) })
	}
}

func severalWaitOver(t *harness.T, e *harness.Env, version harness.HTTPVersion) {
	s := e.Scenario(t, &harness.ScenarioOptions{HTTP: version})
	other := s.MustCreate(t, e.CreateRequest())
	var calls sync.WaitGroup
	defer calls.Wait()
	ended := make(chan struct{}, stuck)
	for i := range stuck {
		hold := s.Arm(proxy.Fault{Operation: manifest.OpCreate, Kind: proxy.FaultHold})
		defer hold.Release()
		request := e.CreateRequest()
		calls.Go(func() {
			_, _ = s.Create(t, request)
			ended <- struct{}{}
		})
		select {
		case <-hold.Reached():
		case <-ended: // what has to wait for another call is sent when that one gives up
			t.Fatalf("while the gateway keeps %d calls over %s waiting, another one was not sent until a call ended", i, version)
		}
	}
	_, err := s.Status(t, other.PaymentID)
	harness.True(t, err == nil, "while the gateway keeps %d calls over %s waiting, a GetStatus fails: %v", stuck, version, err)
	harness.Equal(t, "calls over "+string(version)+" that ended before the gateway answered any", 0, len(ended))
}

// reached waits until a fault has been injected; the check ends if none is.
func reached(t *harness.T, armed *proxy.ArmedFault, call string) {
	select {
	case <-armed.Reached():
	case <-t.Context().Done():
		t.Latef("%s sent no request to the gateway", call)
		t.FailNow()
	}
}
