package checks

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

const (
	// members is how many payments the calls of a crowd are about, each of another amount.
	members = 6

	// copies is how many calls of a crowd are about each of them.
	copies = crowd / members
)

// alone is one call that reads, and its answer when nothing else was asked.
type alone struct {
	what   string
	ask    func(*harness.T) (any, error)
	answer any
}

// readsApart makes many calls of each kind that reads, about several payments, at once. Each
// must answer as it did alone.
func readsApart(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	kinds := make(map[string][]*alone)
	for i := range members {
		for kind, ask := range readers(t, e, s, i) {
			one := &alone{what: fmt.Sprintf("%s, number %d", kind, i+1), ask: ask}
			kinds[kind] = append(kinds[kind], one)
		}
	}
	for _, kind := range inOrder(kinds) {
		for _, one := range kind {
			answer, err := one.ask(t)
			if err != nil {
				t.Fatalf("%s failed with no fault injected: %v", one.what, err)
			}
			one.answer = answer
		}
	}
	s.Arm(proxy.Fault{Kind: proxy.FaultDelay, Delay: overlap, Times: -1, Optional: true})
	for _, kind := range inOrder(kinds) {
		allAtOnce(len(kind)*copies, func(i int) {
			one := kind[i%len(kind)]
			answer, err := one.ask(t)
			if harness.True(t, err == nil, "%s, of many at once, failed: %v", one.what, err) {
				harness.Equal(t, one.what+", of many at once", one.answer, answer)
			}
		})
	}
}

// readers makes a payment and its refund, and returns the calls that read them, by kind.
func readers(t *harness.T, e *harness.Env, s *harness.Scenario, number int) map[string]func(*harness.T) (any, error) {
	request := oddRequest(e, number)
	made := s.MustCreate(t, request)
	attempt, byID := pastAttempt(request.Attempt.Key), made.PaymentID
	all := map[string]func(*harness.T) (any, error){
		"GetStatus": func(t *harness.T) (any, error) { return s.Status(t, byID) },
	}
	if looksUp(e.Descriptor.CreateIdempotency) {
		all[statusByKey] = func(t *harness.T) (any, error) { return s.StatusByKey(t, attempt) }
	}
	if e.Descriptor.Has(contract.OperationListPayments) {
		all["ListPayments"] = func(t *harness.T) (any, error) { return listed(t, s, number+1) }
	}
	parses := e.Descriptor.Has(contract.OperationParseWebhook) && signed(e) && e.HasFeature(gateway.FeatureWebhookBuild)
	if parses {
		hook := built(t, s, about(made))
		all["ParseWebhook"] = func(t *harness.T) (any, error) { return s.Parse(t, hook) }
	}
	if !refundsPaid(e) {
		return all
	}
	s.Transition(t, byID, gateway.StateSucceeded)
	refund := mustRefund(t, s, refundRequest(e, byID, made.Amount.MinorUnits))
	if e.Descriptor.Has(contract.OperationGetRefund) {
		all["GetRefund"] = func(t *harness.T) (any, error) {
			return readAlone(s.GetRefund(t, &contract.GetRefundRequest{PaymentID: byID, RefundID: refund.RefundID}))
		}
		if looksUp(e.Descriptor.RefundIdempotency) {
			past := pastAttempt(refund.IdempotencyKey)
			all[refundByKey] = func(t *harness.T) (any, error) {
				return readAlone(s.GetRefund(t, &contract.GetRefundRequest{PaymentID: byID, Attempt: &past}))
			}
		}
	}
	if parses {
		hook := built(t, s, &gateway.WebhookSpec{Payment: byID, Refund: refund.RefundID, Event: gateway.EventRefundUpdated})
		all["ParseWebhook about a refund"] = func(t *harness.T) (any, error) { return parsedAlone(s.Parse(t, hook)) }
	}
	if parses && e.HasFeature(gateway.FeatureRefundCreate) {
		foreign := elsewhere(t, e, s, number)
		all["ParseWebhook about a refund made elsewhere"] = func(t *harness.T) (any, error) { return parsedAlone(s.Parse(t, foreign)) }
	}
	return all
}

// elsewhere returns a webhook about a refund that was made at the sandbox.
func elsewhere(t *harness.T, e *harness.Env, s *harness.Scenario, number int) *contract.WebhookRequest {
	payment := s.MustCreate(t, oddRequest(e, number+members))
	s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
	refund := s.RefundElsewhere(t, payment.PaymentID, payment.Amount.MinorUnits)
	return built(t, s, &gateway.WebhookSpec{Payment: payment.PaymentID, Refund: refund.ID, Event: gateway.EventRefundUpdated})
}

// readAlone returns a refund without the sum of the payment's refunds, which a provider may
// do without when it takes too long.
func readAlone(refund *contract.Refund, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	own := *refund
	own.TotalRefunded = contract.Money{}
	return &own, nil
}

func parsedAlone(result *contract.WebhookResult, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	own := *result
	own.Events = slices.Clone(result.Events)
	for i := range own.Events {
		if own.Events[i].Refund != nil {
			refund, _ := readAlone(own.Events[i].Refund, nil)
			own.Events[i].Refund, _ = refund.(*contract.Refund)
		}
	}
	return &own, nil
}

// listed returns the ids and the amounts of the first two pages of the payments, the second
// read by the token of the first.
func listed(t *harness.T, s *harness.Scenario, size int) (any, error) {
	request := &contract.ListPaymentsRequest{CreatedFrom: s.Opened().Add(-time.Hour), CreatedUntil: s.Opened().Add(time.Hour), PageSize: size}
	var pages [2][]contract.Payment
	for i := range pages {
		page, err := s.List(t, request)
		if err != nil {
			return nil, err
		}
		pages[i] = page.Payments
		if request.PageToken = page.NextPageToken; request.PageToken == "" {
			break
		}
	}
	return pages, nil
}

// writesApart makes many refunds at once, each of another payment and amount, and as many
// cancellations.
func writesApart(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	type member struct {
		payment *contract.Payment
		refund  *contract.RefundRequest // nil: the payment is canceled
	}
	var all []member
	for i := range crowd {
		refunds, cancels := refundsPaid(e), e.Descriptor.Has(contract.OperationCancelPayment)
		payment := s.MustCreate(t, oddRequest(e, i))
		switch {
		case refunds && (i%2 == 0 || !cancels):
			s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
			all = append(all, member{payment, refundRequest(e, payment.PaymentID, payment.Amount.MinorUnits)})
		case cancels:
			all = append(all, member{payment: payment})
		}
	}
	s.Arm(proxy.Fault{Kind: proxy.FaultDelay, Delay: overlap, Times: -1, Optional: true})
	allAtOnce(len(all), func(i int) {
		one := &all[i]
		if one.refund == nil {
			canceled, err := s.Cancel(t, one.payment.PaymentID)
			answersTo(t, s, "CancelPayment, of many at once", &contract.CreatePaymentRequest{
				Amount: one.payment.Amount, Reference: one.payment.Reference, Attempt: contract.Attempt{Key: one.payment.IdempotencyKey},
			}, canceled, err)
			return
		}
		made, err := s.Refund(t, one.refund)
		if !harness.True(t, err == nil, "Refund, of many at once, failed: %v", err) {
			return
		}
		harness.Equal(t, "Refund, of many at once: payment", one.payment.PaymentID, made.PaymentID)
		harness.Equal(t, "Refund, of many at once: amount", one.refund.Amount, made.Amount)
		harness.Equal(t, "Refund, of many at once: key", one.refund.Attempt.Key, made.IdempotencyKey)
		recorded := s.InLedger(t, one.payment.PaymentID).Refunds
		if harness.Equal(t, "Refund, of many at once: refunds in the gateway's ledger", 1, len(recorded)) {
			harness.Equal(t, "Refund, of many at once: id", recorded[0].ID, made.RefundID)
			harness.Equal(t, "Refund, of many at once: amount in the gateway's ledger", one.refund.Amount.MinorUnits, recorded[0].Amount)
		}
	})
}

// allAtOnce makes so many calls at the same time and waits until all have ended.
func allAtOnce(count int, call func(number int)) {
	begin := make(chan struct{})
	var running sync.WaitGroup
	for i := range count {
		running.Go(func() {
			<-begin
			call(i)
		})
	}
	close(begin)
	running.Wait()
}
