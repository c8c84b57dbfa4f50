package harness

import (
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Refunding is one refund to make over all the calls that it takes, as a
// host keeps it.
type Refunding struct {
	Request *contract.RefundRequest

	scenario *Scenario
}

// Refunding begins a refund.
func (s *Scenario) Refunding(request *contract.RefundRequest) *Refunding {
	return &Refunding{Request: request, scenario: s}
}

// Ask calls Refund and keeps the attempt's times for the next call.
func (r *Refunding) Ask(t *T) (*contract.Refund, error) {
	began := time.Now()
	request := *r.Request
	refund, err := r.scenario.Refund(t, &request)
	r.Request.Attempt = r.Request.Attempt.Next(began, time.Now(), err)
	return refund, err
}

// Settle moves the attempt into the past, to where its settle time is over.
func (r *Refunding) Settle() {
	r.Request.Attempt = Settled(r.Request.Attempt, r.scenario.env.Descriptor.RefundIdempotency)
}
