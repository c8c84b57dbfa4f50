package checks

import (
	"context"
	"errors"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// deed is a row and a column of the sweep over pairs: one call.
type deed struct {
	name      string
	operation contract.Operation
	possible  func(*harness.Env) bool

	// call returns the call for a payment.
	call func(t *harness.T, e *harness.Env, s *harness.Scenario, p *prepared) func(context.Context) (any, error)
}

// prepared is a payment that calls can be made for.
type prepared struct {
	request *contract.CreatePaymentRequest
	payment *contract.Payment
	refund  *contract.Refund // nil: it cannot be refunded
}

// prepare makes a payment that was paid and refunded in part, if that is possible.
func prepare(t *harness.T, e *harness.Env, s *harness.Scenario) *prepared {
	p := &prepared{request: e.CreateRequest()}
	p.payment = s.MustCreate(t, p.request)
	if refundsPaid(e) {
		s.Transition(t, p.payment.PaymentID, gateway.StateSucceeded)
		p.refund = mustRefund(t, s, refundRequest(e, p.payment.PaymentID, some(e)))
	}
	return p
}

// asks reports whether the call asks the gateway for something.
func (d *deed) asks() bool { return d.name != "Describe" && d.name != "Configure" }

func (d *deed) can(e *harness.Env) bool {
	always := d.operation == contract.OperationDescribe || d.operation == contract.OperationConfigure
	return (always || e.Descriptor.Has(d.operation)) && (d.possible == nil || d.possible(e))
}

// made makes a call.
type made = func(context.Context) (any, error)

func deeds() []deed { return slices.Concat(accountDeeds(), paymentDeeds(), refundDeeds()) }

func accountDeeds() []deed {
	with := func(s *harness.Scenario, probe bool) made {
		configuration := *s.Configuration
		configuration.Probe = probe
		return func(ctx context.Context) (any, error) { return s.Provider.Configure(ctx, &configuration) }
	}
	return []deed{
		{name: "Describe", operation: contract.OperationDescribe, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, _ *prepared) made {
			return func(ctx context.Context) (any, error) { return s.Provider.Describe(ctx) }
		}},
		{name: "Configure", operation: contract.OperationConfigure, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, _ *prepared) made {
			return with(s, s.Configuration.Probe)
		}},
		{name: "Configure with a probe", operation: contract.OperationConfigure, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, _ *prepared) made {
			return with(s, true)
		}},
	}
}

func paymentDeeds() []deed {
	byKey := func(e *harness.Env) bool { return looksUp(e.Descriptor.CreateIdempotency) }
	return []deed{
		{name: "CreatePayment again", operation: contract.OperationCreatePayment, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, p *prepared) made {
			again := *p.request
			again.Attempt = pastAttempt(again.Attempt.Key)
			return func(ctx context.Context) (any, error) { return s.Provider.CreatePayment(ctx, &again) }
		}},
		{name: "CreatePayment", operation: contract.OperationCreatePayment, call: func(_ *harness.T, e *harness.Env, s *harness.Scenario, p *prepared) made {
			*p = prepared{request: e.CreateRequest()}
			request := p.request
			return func(ctx context.Context) (any, error) { return s.Provider.CreatePayment(ctx, request) }
		}},
		{name: "GetStatus by id", operation: contract.OperationGetStatus, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, p *prepared) made {
			request := &contract.GetStatusRequest{PaymentID: p.payment.PaymentID}
			return func(ctx context.Context) (any, error) { return s.Provider.GetStatus(ctx, request) }
		}},
		{name: "GetStatus by key", operation: contract.OperationGetStatus, possible: byKey, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, p *prepared) made {
			attempt := pastAttempt(p.request.Attempt.Key)
			return func(ctx context.Context) (any, error) {
				return s.Provider.GetStatus(ctx, &contract.GetStatusRequest{Attempt: &attempt})
			}
		}},
		{name: "CancelPayment", operation: contract.OperationCancelPayment, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, p *prepared) made {
			request := &contract.CancelPaymentRequest{PaymentID: p.payment.PaymentID}
			return func(ctx context.Context) (any, error) { return s.Provider.CancelPayment(ctx, request) }
		}},
		{name: "ListPayments", operation: contract.OperationListPayments, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, _ *prepared) made {
			return func(ctx context.Context) (any, error) { return s.Provider.ListPayments(ctx, recently()) }
		}},
		{name: "ParseWebhook", operation: contract.OperationParseWebhook, possible: hooks, call: func(t *harness.T, _ *harness.Env, s *harness.Scenario, p *prepared) made {
			hook := built(t, s, about(p.payment))
			return func(ctx context.Context) (any, error) { return s.Provider.ParseWebhook(ctx, hook) }
		}},
	}
}

// elsewhereDeed reads the payment of a webhook's refund, which has no key, with many
// providers.
const elsewhereDeed = "ParseWebhook about a refund that was made elsewhere"

func refundDeeds() []deed {
	byKey := func(e *harness.Env) bool { return refundsPaid(e) && e.Descriptor.RefundIdempotency.LookupByKey }
	elsewhere := func(e *harness.Env) bool {
		return refundsPaid(e) && hooks(e) && e.HasFeature(gateway.FeatureRefundCreate) && slices.Contains(e.Capabilities, "refunds.multiple")
	}
	return []deed{
		{name: "Refund", operation: contract.OperationRefund, possible: refundsPaid, call: func(t *harness.T, e *harness.Env, s *harness.Scenario, p *prepared) made {
			if !slices.Contains(e.Capabilities, "refunds.multiple") { // this payment has its only one
				p.request = e.CreateRequest()
				p.payment = s.MustCreate(t, p.request)
				s.Transition(t, p.payment.PaymentID, gateway.StateSucceeded)
			}
			request := refundRequest(e, p.payment.PaymentID, some(e))
			p.refund = &contract.Refund{IdempotencyKey: request.Attempt.Key}
			return func(ctx context.Context) (any, error) { return s.Provider.Refund(ctx, request) }
		}},
		{name: elsewhereDeed, operation: contract.OperationParseWebhook, possible: elsewhere, call: func(t *harness.T, e *harness.Env, s *harness.Scenario, p *prepared) made {
			refund := s.RefundElsewhere(t, p.payment.PaymentID, some(e))
			hook := built(t, s, &gateway.WebhookSpec{Payment: p.payment.PaymentID, Refund: refund.ID, Event: gateway.EventRefundUpdated})
			return func(ctx context.Context) (any, error) { return s.Provider.ParseWebhook(ctx, hook) }
		}},
		{name: "GetRefund by id", operation: contract.OperationGetRefund, possible: refundsPaid, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, p *prepared) made {
			request := &contract.GetRefundRequest{PaymentID: p.payment.PaymentID, RefundID: p.refund.RefundID}
			return func(ctx context.Context) (any, error) { return s.Provider.GetRefund(ctx, request) }
		}},
		{name: "GetRefund by key", operation: contract.OperationGetRefund, possible: byKey, call: func(_ *harness.T, _ *harness.Env, s *harness.Scenario, p *prepared) made {
			attempt := pastAttempt(p.refund.IdempotencyKey)
			return func(ctx context.Context) (any, error) {
				return s.Provider.GetRefund(ctx, &contract.GetRefundRequest{PaymentID: p.payment.PaymentID, Attempt: &attempt})
			}
		}},
	}
}

// deedCall is a call that can be made, and what it is about.
type deedCall struct {
	*deed
	*prepared

	env      *harness.Env
	scenario *harness.Scenario
	call     func(context.Context) (any, error)
	shared   bool // whether others are called for the same payment
}

func (d *deed) begin(t *harness.T, e *harness.Env, s *harness.Scenario, p *prepared) *deedCall {
	own := *p // which the call may change
	return &deedCall{deed: d, prepared: &own, env: e, scenario: s, call: d.call(t, e, s, &own)}
}

func (c *deedCall) make(t *harness.T) (any, error) {
	ctx, cancel := c.context(t)
	defer cancel()
	return c.call(ctx)
}

// judge fails the check unless the answer is the call's own.
func (c *deedCall) judge(t *harness.T, what string, answer any, err error) {
	if err != nil {
		if c.shared && c.operation.MovesMoney() && errors.Is(err, contract.AttemptUnsettled) {
			return // another call for the payment is under way
		}
		t.Errorf("%s failed: %v", what, err)
		return
	}
	switch answer := answer.(type) {
	case *contract.Payment:
		c.isOwn(t, what, answer)
	case *contract.Refund:
		harness.Equal(t, what+": payment of the refund", c.payment.PaymentID, answer.PaymentID)
		harness.Equal(t, what+": key of the refund", c.refund.IdempotencyKey, answer.IdempotencyKey)
		made := 0
		for _, refund := range c.scenario.InLedger(t, c.payment.PaymentID).Refunds {
			if refund.ID == answer.RefundID {
				made++
				harness.Equal(t, what+": amount of the refund", refund.Amount, answer.Amount.MinorUnits)
			}
		}
		harness.Equal(t, what+": refunds in the gateway's ledger with the id of the answer", 1, made)
	case *contract.PaymentPage:
		at := slices.IndexFunc(answer.Payments, func(p contract.Payment) bool { return p.PaymentID == c.payment.PaymentID })
		if at < 0 && answer.NextPageToken != "" { // it may be on a later page
			return
		}
		if harness.True(t, at >= 0, "%s: the payment is not in the list", what) {
			c.isOwn(t, what, &answer.Payments[at])
		}
	case *contract.WebhookResult:
		if c.name == elsewhereDeed && answer.Disposition == contract.DispositionIgnored {
			return // the provider has no events of that kind
		}
		if !harness.Equal(t, what+": events", 1, len(answer.Events)) {
			return
		}
		if refund := answer.Events[0].Refund; refund != nil {
			harness.Equal(t, what+": payment of the refund", c.payment.PaymentID, refund.PaymentID)
		} else {
			c.isOwn(t, what, answer.Events[0].Payment)
		}
	}
}

// isOwn fails the check unless a payment is that of the call, by the words of its request.
func (c *deedCall) isOwn(t *harness.T, what string, p *contract.Payment) {
	harness.Equal(t, what+": key of the answer", c.request.Attempt.Key, p.IdempotencyKey)
	harness.Equal(t, what+": reference of the answer", c.request.Reference, p.Reference)
	harness.Equal(t, what+": amount of the answer", c.request.Amount, p.Amount)
	made := c.scenario.Ledger(t, c.request.Attempt.Key)
	if harness.Equal(t, what+": payments of the key in the gateway's ledger", 1, len(made)) {
		harness.Equal(t, what+": id of the answer", made[0].ID, p.PaymentID)
	}
}
