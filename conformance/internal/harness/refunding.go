package harness

import (
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Refunding is one refund that a host wants, over all calls that it takes.
type Refunding struct {
	Request *contract.RefundRequest

	scenario *Scenario
}

// Refunding returns a new refund to ask for.
func (s *Scenario) Refunding(request *contract.RefundRequest) *Refunding {
	return &Refunding{Request: request, scenario: s}
}

// Ask calls Refund and updates the times of the attempt for the next call.
func (r *Refunding) Ask(t *T) (*contract.Refund, error) {
	began := time.Now()
	request := *r.Request
	refund, err := r.scenario.Refund(t, &request)
	r.Request.Attempt = r.Request.Attempt.Next(began, time.Now(), err)
	return refund, err
}

// Settle moves the attempt into the past, so that its settle time is over.
func (r *Refunding) Settle() {
	r.Request.Attempt = Settled(r.Request.Attempt, r.scenario.env.Descriptor.RefundIdempotency)
}
