package checks

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// refundsNothingWithSomeMethods asks for a refund of a payment with each method that
// has none.
func refundsNothingWithSomeMethods(t *harness.T, e *harness.Env) {
	withAccounts(t, e, func(s *harness.Scenario, method *contract.PaymentMethod) {
		declared, own := e.Descriptor.RefundTerms(method.Code, nil), e.Descriptor.RefundTerms(method.Code, s.Account)
		if declared != nil && own != nil {
			allowed := (declared.Full || !own.Full) && (declared.Partial || !own.Partial) && (declared.Multiple || !own.Multiple)
			harness.True(t, allowed, "the account allows refunds with %s that the descriptor does not", method.Code)
			return
		}
		harness.True(t, own == nil, "the account has refunds with %s, and the descriptor has none", method.Code)
		payment := s.MustCreate(t, e.CreateRequestWith(method))
		s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
		request := refundRequest(e, payment.PaymentID, 0)
		request.Amount = payment.Amount
		_, err := s.Refund(t, request)
		what := "a refund with " + method.Code + ", which has none"
		if failedWith(t, what, err, contract.PaymentNotRefundable, "") {
			harness.True(t, contract.OutcomeOf(err) != contract.Indeterminate, "the error of %s does not say whether it was made: %v", what, err)
		}
		refundsInLedger(t, s, what, payment.PaymentID, 0)
	})
}
