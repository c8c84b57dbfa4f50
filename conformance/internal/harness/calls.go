package harness

import (
	"context"
	"errors"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// The methods in this file call the provider with the manifest's time limit for one
// call. They send requests as they are, valid or not.

// rpc returns the context for one call.
func (s *Scenario) rpc(t *T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), s.env.CallLimit())
}

func ask[Req, Ans any](t *T, s *Scenario, request Req, call func(context.Context, Req) (*Ans, error)) (*Ans, error) {
	ctx, cancel := s.rpc(t)
	defer cancel()
	answer, err := call(ctx, request)
	if errors.Is(err, contract.ProviderBug) {
		// The error may come from the suite's own client, which could not read
		// an answer. A check that expects any error would pass because of it.
		t.Errorf("the provider's answer breaks the contract: %v", err)
	}
	return answer, err
}

// Describe calls Describe.
func (s *Scenario) Describe(t *T) (*contract.Descriptor, error) {
	ctx, cancel := s.rpc(t)
	defer cancel()
	return s.Provider.Describe(ctx)
}

// Configure calls Configure.
func (s *Scenario) Configure(t *T, configuration *contract.Configuration) (*contract.Account, error) {
	for _, secret := range configuration.Secrets {
		s.env.Canaries.Add(secret.Reveal())
	}
	return ask(t, s, configuration, s.Provider.Configure)
}

// Create calls CreatePayment once.
func (s *Scenario) Create(t *T, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return ask(t, s, request, s.Provider.CreatePayment)
}

// MustCreate makes a payment; the check fails if the provider does not.
func (s *Scenario) MustCreate(t *T, request *contract.CreatePaymentRequest) *contract.Payment {
	before, began := s.Requests(), time.Now()
	payment, err := s.Create(t, request)
	if err != nil {
		s.Unanswered(t, "CreatePayment, with no fault injected,", before, began, err)
	}
	return payment
}

// Unanswered ends the check because a call failed for which nothing was in the way. It says
// what the gateway itself has refused since there were so many requests, and whether
// the call had no answer at all.
func (s *Scenario) Unanswered(t *T, call string, since int, began time.Time, err error) {
	if errors.Is(err, contract.ProviderTimeout) && time.Since(began) >= s.env.CallLimit() {
		t.Latef("%s was not answered within %s", call, s.env.CallLimit())
		t.FailNow()
	}
	if status, request := s.Refusal(since); status != 0 {
		t.Fatalf("%s failed after the gateway refused %s with the status %d: %v", call, request, status, err)
	}
	t.Fatalf("%s failed: %v", call, err)
}

// Status calls GetStatus by payment id.
func (s *Scenario) Status(t *T, paymentID string) (*contract.Payment, error) {
	return ask(t, s, &contract.GetStatusRequest{PaymentID: paymentID}, s.Provider.GetStatus)
}

// MustStatus reads a payment; the check fails if the provider does not.
func (s *Scenario) MustStatus(t *T, paymentID string) *contract.Payment {
	before, began := s.Requests(), time.Now()
	payment, err := s.Status(t, paymentID)
	if err != nil {
		s.Unanswered(t, "GetStatus of a payment that the gateway has", before, began, err)
	}
	return payment
}

// StatusByKey calls GetStatus by key.
func (s *Scenario) StatusByKey(t *T, attempt contract.Attempt) (*contract.Payment, error) {
	return ask(t, s, &contract.GetStatusRequest{Attempt: &attempt}, s.Provider.GetStatus)
}

// Cancel calls CancelPayment.
func (s *Scenario) Cancel(t *T, paymentID string) (*contract.Payment, error) {
	return ask(t, s, &contract.CancelPaymentRequest{PaymentID: paymentID}, s.Provider.CancelPayment)
}

// Refund calls Refund once.
func (s *Scenario) Refund(t *T, request *contract.RefundRequest) (*contract.Refund, error) {
	return ask(t, s, request, s.Provider.Refund)
}

// GetRefund calls GetRefund.
func (s *Scenario) GetRefund(t *T, request *contract.GetRefundRequest) (*contract.Refund, error) {
	return ask(t, s, request, s.Provider.GetRefund)
}

// List calls ListPayments.
func (s *Scenario) List(t *T, request *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return ask(t, s, request, s.Provider.ListPayments)
}

// Parse calls ParseWebhook.
func (s *Scenario) Parse(t *T, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return ask(t, s, request, s.Provider.ParseWebhook)
}

// Purchase is one payment that a host wants, over all calls that it takes. It sets
// the times of the attempt as the contract requires.
type Purchase struct {
	Request *contract.CreatePaymentRequest

	scenario *Scenario
}

// Purchase returns a new purchase. A nil request asks for an ordinary payment.
func (s *Scenario) Purchase(request *contract.CreatePaymentRequest) *Purchase {
	if request == nil {
		request = s.env.CreateRequest()
	}
	return &Purchase{Request: request, scenario: s}
}

// Ask calls CreatePayment and updates the times of the attempt for the next call.
func (p *Purchase) Ask(t *T) (*contract.Payment, error) {
	began := time.Now()
	request := *p.Request
	payment, err := p.scenario.Create(t, &request)
	p.Request.Attempt = p.Request.Attempt.Next(began, time.Now(), err)
	return payment, err
}

// Send calls CreatePayment and does not change the attempt. It is for a call whose
// answer the host never receives.
func (p *Purchase) Send(t *T) (*contract.Payment, error) {
	request := *p.Request
	return p.scenario.Create(t, &request)
}

// Crashed says that the host never received the answer to the last call, because
// the host or the provider crashed. The next call says so.
func (p *Purchase) Crashed(began time.Time) {
	p.Request.Attempt = p.Request.Attempt.Next(began, time.Now(), context.Canceled)
}

// Settle moves the attempt into the past, so that its settle time is over. What it
// created is still within the window that a look-up reads.
func (p *Purchase) Settle() {
	p.Request.Attempt = Settled(p.Request.Attempt, p.scenario.env.Descriptor.CreateIdempotency)
}

// Settled returns an attempt whose settle time is over.
func Settled(attempt contract.Attempt, idempotency *contract.Idempotency) contract.Attempt {
	if idempotency == nil {
		return attempt
	}
	back := idempotency.SettleTime + time.Minute
	attempt.FirstAt = attempt.FirstAt.Add(-back)
	if attempt.Unknown() {
		attempt.LastUnknownAt = attempt.LastUnknownAt.Add(-back)
	}
	return attempt
}
