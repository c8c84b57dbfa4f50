package memory

import (
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// statusOf says where a payment stands. A word that is not known, and a word
// that the payment's other fields deny, are both UNKNOWN: neither must ship an
// order nor cancel one.
func statusOf(p *paymentAnswer) contract.PaymentStatus {
	paid, failed := !p.PaidAt.IsZero(), p.FailureCode != ""
	if *p.AmountRefunded > 0 && !paid || *p.AmountRefunded > *p.Amount || paid && failed {
		return contract.PaymentUnknown
	}
	switch {
	case p.Status == "succeeded" && paid:
		return contract.PaymentSucceeded
	case paid:
		return contract.PaymentUnknown
	case p.Status == "failed": // also without a code
		return contract.PaymentFailed
	case failed:
		return contract.PaymentUnknown
	}
	switch p.Status {
	case "pending":
		return contract.PaymentPending
	case "expired":
		return contract.PaymentExpired
	case "canceled":
		return contract.PaymentCanceled
	default:
		return contract.PaymentUnknown
	}
}

// refundStatusOf does the same for a refund.
func refundStatusOf(r *refundAnswer) contract.RefundStatus {
	switch {
	case r.Status == "failed":
		return contract.RefundFailed
	case r.FailureCode != "":
		return contract.RefundUnknown
	case r.Status == "pending":
		return contract.RefundPending
	case r.Status == "succeeded":
		return contract.RefundSucceeded
	default:
		return contract.RefundUnknown
	}
}

var failureCodes = map[string]contract.FailureCode{
	"declined":           contract.FailureDeclined,
	"insufficient_funds": contract.FailureInsufficientFunds,
	"payer_canceled":     contract.FailurePayerCanceled,
	"payer_timeout":      contract.FailurePayerTimeout,
	"limit_exceeded":     contract.FailureLimitExceeded,
	"fraud_suspected":    contract.FailureFraudSuspected,
	"processing_error":   contract.FailureProcessingError,
}

// failureOf says why a failed payment failed. The gateway promises more codes
// than it has today.
func failureOf(p *paymentAnswer) *contract.Failure {
	code, known := failureCodes[p.FailureCode]
	if !known {
		code = contract.FailureOther
	}
	return &contract.Failure{Code: code, ProviderCode: kit.Clip(p.FailureCode, 64), Message: kit.Clip(p.FailureMessage, 255)}
}
