package checks

import (
	"context"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

func keyedPayments() *keyed {
	return &keyed{
		makes: contract.OperationCreatePayment, finds: contract.OperationGetStatus, request: manifest.OpCreate,
		absent: contract.PaymentNotFound, saysWindow: true,
		possible:    func(*harness.Env) bool { return true },
		idempotency: func(e *harness.Env) *contract.Idempotency { return e.Descriptor.CreateIdempotency },
		goal: func(_ *harness.T, e *harness.Env, _ *harness.Scenario) *goal {
			request := e.CreateRequest()
			return &goal{
				key: request.Attempt.Key,
				make: func(s *harness.Scenario, t *harness.T, attempt contract.Attempt) (string, bool, error) {
					own := *request
					own.Attempt = attempt
					payment, err := s.Create(t, &own)
					if err != nil {
						return "", false, err
					}
					return payment.PaymentID, payment.Replayed, nil
				},
				find: func(s *harness.Scenario, t *harness.T, attempt contract.Attempt) (string, error) {
					payment, err := s.StatusByKey(t, attempt)
					if err != nil {
						return "", err
					}
					return payment.PaymentID, nil
				},
			}
		},
		made: func(t *harness.T, s *harness.Scenario, w *goal) []string {
			var ids []string
			for _, payment := range s.Ledger(t, w.key) {
				ids = append(ids, payment.ID)
			}
			return ids
		},
	}
}

func keyedRefunds() *keyed {
	return &keyed{
		makes: contract.OperationRefund, finds: contract.OperationGetRefund, request: manifest.OpRefund,
		absent:      contract.RefundNotFound,
		possible:    refundsPaid,
		idempotency: func(e *harness.Env) *contract.Idempotency { return e.Descriptor.RefundIdempotency },
		goal: func(t *harness.T, e *harness.Env, s *harness.Scenario) *goal {
			request := refundRequest(e, paid(t, e, s).PaymentID, some(e))
			return &goal{
				key: request.Attempt.Key, paymentID: request.PaymentID,
				make: func(s *harness.Scenario, t *harness.T, attempt contract.Attempt) (string, bool, error) {
					own := *request
					own.Attempt = attempt
					refund, err := s.Refund(t, &own)
					if err != nil {
						return "", false, err
					}
					return refund.RefundID, refund.Replayed, nil
				},
				find: func(s *harness.Scenario, t *harness.T, attempt contract.Attempt) (string, error) {
					refund, err := s.GetRefund(t, &contract.GetRefundRequest{PaymentID: request.PaymentID, Attempt: &attempt})
					if err != nil {
						return "", err
					}
					return refund.RefundID, nil
				},
			}
		},
		made: func(t *harness.T, s *harness.Scenario, w *goal) []string {
			var ids []string
			for _, refund := range s.InLedger(t, w.paymentID).Refunds {
				ids = append(ids, refund.ID)
			}
			return ids
		},
	}
}

// letHappen gives calls that have been sent the time to do harm: until the gateway got as
// many requests that can move money, or that time is over.
func letHappen(t *harness.T, e *harness.Env, s *harness.Scenario, writes int) {
	ctx, cancel := context.WithTimeout(t.Context(), e.Within(overlapping))
	defer cancel()
	_ = s.Proxy.Await(ctx, func(journal []proxy.Exchange) bool { return countCommits(journal) >= writes })
}
