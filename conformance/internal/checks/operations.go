package checks

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// call is one operation with a valid request.
type call struct {
	operation contract.Operation
	name      string
	run       func() error
}

// pastAttempt is an attempt of the past, for look-ups.
func pastAttempt(key string) contract.Attempt {
	return contract.Attempt{Key: key, FirstAt: time.Now().Add(-time.Minute)}
}

// everyCall returns a valid call of every operation except Describe and Configure.
// It uses the given ids of a payment; an empty one is replaced by a made-up id.
func everyCall(t *harness.T, e *harness.Env, s *harness.Scenario, paymentID, refundID string) []call {
	if paymentID == "" {
		paymentID = "any-1"
	}
	if refundID == "" {
		refundID = "any-1"
	}
	return []call{
		{contract.OperationCreatePayment, "CreatePayment", func() error { _, err := s.Create(t, e.CreateRequest()); return err }},
		{contract.OperationGetStatus, "GetStatus", func() error { _, err := s.Status(t, paymentID); return err }},
		{contract.OperationCancelPayment, "CancelPayment", func() error { _, err := s.Cancel(t, paymentID); return err }},
		{contract.OperationRefund, "Refund", func() error {
			_, err := s.Refund(t, refundRequest(e, paymentID, e.Manifest.Fixtures.Amounts.OK))
			return err
		}},
		{contract.OperationGetRefund, "GetRefund", func() error {
			_, err := s.GetRefund(t, &contract.GetRefundRequest{PaymentID: paymentID, RefundID: refundID})
			return err
		}},
		{contract.OperationListPayments, "ListPayments", func() error {
			_, err := s.List(t, &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-time.Hour), CreatedUntil: time.Now().Add(time.Hour)})
			return err
		}},
		{contract.OperationParseWebhook, "ParseWebhook", func() error {
			_, err := s.Parse(t, &contract.WebhookRequest{
				Method: "POST", Path: "/webhooks", Body: []byte(`{}`), ReceivedAt: time.Now(),
			})
			return err
		}},
	}
}

// refundRequest returns a request for a refund with a new key.
func refundRequest(e *harness.Env, paymentID string, minorUnits int64) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt: contract.Attempt{Key: e.Key()}, PaymentID: paymentID, Amount: e.Money(minorUnits), Reason: "conformance",
	}
}

// paid creates a payment and has the payer pay it.
func paid(t *harness.T, e *harness.Env, s *harness.Scenario) *contract.Payment {
	payment := s.MustCreate(t, e.CreateRequest())
	s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
	return payment
}
