package stripealipay

import (
	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// statusOf returns the status of a payment. It is UNKNOWN if Stripe's status is
// unknown, or if other fields of the payment contradict it: such a payment must
// neither ship an order nor cancel one.
//
// requires_payment_method is two things: a PaymentIntent that nobody tried to
// pay yet, and one whose attempt failed, which is FAILED. Stripe would let the
// payer try again, with the client secret that it adds to the return URL and the
// account's publishable key, which hosts do not have. A payer who did that would
// make a payment that succeeds late.
func statusOf(p *stripe.PaymentIntent) contract.PaymentStatus {
	if contradictsItself(p) {
		return contract.PaymentUnknown
	}
	switch p.Status {
	case stripe.PaymentIntentStatusSucceeded:
		return contract.PaymentSucceeded
	case stripe.PaymentIntentStatusCanceled:
		return contract.PaymentCanceled
	case stripe.PaymentIntentStatusRequiresPaymentMethod:
		if p.LastPaymentError != nil {
			return contract.PaymentFailed
		}
		return contract.PaymentPending
	case stripe.PaymentIntentStatusRequiresAction, stripe.PaymentIntentStatusRequiresConfirmation, stripe.PaymentIntentStatusProcessing:
		return contract.PaymentPending
	case stripe.PaymentIntentStatusRequiresCapture: // the contract has no status for money that is held and not captured
		return contract.PaymentUnknown
	default:
		return contract.PaymentUnknown
	}
}

// contradictsItself reports whether parts of a payment contradict each other.
func contradictsItself(p *stripe.PaymentIntent) bool {
	charge := chargeOf(p)
	refunded := charge != nil && charge.Captured && charge.AmountRefunded != 0
	if p.Status != stripe.PaymentIntentStatusSucceeded {
		return p.AmountReceived != 0 || refunded || charge != nil && isTaken(charge)
	}
	switch {
	case p.AmountReceived != p.Amount, p.LatestCharge == nil, p.LastPaymentError != nil:
		return true
	case charge == nil: // the payment of an event, which has only the id of its charge
		return false
	default:
		return !isTaken(charge) || charge.AmountRefunded > p.Amount
	}
}

// isTaken reports whether a charge says that the payer has paid.
func isTaken(charge *stripe.Charge) bool {
	return charge.Paid && charge.Captured && charge.Status == stripe.ChargeStatusSucceeded
}

// chargeOf returns the payment's latest charge if the answer shows it, and nil
// if there is none or only its id.
func chargeOf(p *stripe.PaymentIntent) *stripe.Charge {
	if p.LatestCharge == nil || p.LatestCharge.Object != "charge" {
		return nil
	}
	return p.LatestCharge
}

// refundStatusOf is statusOf for a refund. One that was canceled returned no
// money.
func refundStatusOf(r *stripe.Refund) contract.RefundStatus {
	failed := r.FailureReason != ""
	switch r.Status {
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		return contract.RefundFailed
	case stripe.RefundStatusSucceeded:
		if !failed {
			return contract.RefundSucceeded
		}
	case stripe.RefundStatusPending, stripe.RefundStatusRequiresAction:
		if !failed {
			return contract.RefundPending
		}
	}
	return contract.RefundUnknown
}

// failureCodes are the codes of last_payment_error, and Stripe's decline codes,
// which say more where there are any.
var failureCodes = map[string]contract.FailureCode{
	"payment_intent_payment_attempt_expired": contract.FailurePayerTimeout,
	"payment_method_customer_decline":        contract.FailurePayerCanceled,
	"payment_intent_authentication_failure":  contract.FailureDeclined,
	"payment_intent_payment_attempt_failed":  contract.FailureDeclined,
	"payment_method_provider_decline":        contract.FailureDeclined,
	"payment_method_provider_timeout":        contract.FailureProcessingError,
	"payment_method_not_available":           contract.FailureMethodUnavailable,
	"processing_error":                       contract.FailureProcessingError,
	"insufficient_funds":                     contract.FailureInsufficientFunds,
	"withdrawal_count_limit_exceeded":        contract.FailureLimitExceeded,
	"card_velocity_exceeded":                 contract.FailureLimitExceeded,
	"fraudulent":                             contract.FailureFraudSuspected,
	"merchant_blacklist":                     contract.FailureFraudSuspected,
	"restricted_card":                        contract.FailureAccountRestricted,
	"invalid_account":                        contract.FailureAccountRestricted,
	"generic_decline":                        contract.FailureDeclined,
	"do_not_honor":                           contract.FailureDeclined,
	"card_declined":                          contract.FailureDeclined,
}

// failureOf returns why a failed payment failed. Stripe has many codes, and adds
// more.
func failureOf(said *stripe.Error) *contract.Failure {
	failure := &contract.Failure{Code: contract.FailureOther, ProviderCode: kit.Clip(string(said.Code), 64), Message: kit.Clip(said.Msg, 255)}
	for _, word := range []string{string(said.DeclineCode), string(said.Code)} {
		if code, known := failureCodes[word]; known {
			failure.Code = code
			break
		}
	}
	return failure
}
