package memory

import (
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// statusOf returns the status of a payment. It is UNKNOWN if the gateway's status
// is unknown, or if other fields of the payment contradict it: such a payment
// must neither ship an order nor cancel one.
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
	case p.Status == "failed": // with or without a code
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

// refundStatusOf returns the status of a refund, by the same rules.
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

// failureOf returns why a payment failed. The gateway may add codes; one that is
// unknown is OTHER.
func failureOf(p *paymentAnswer) *contract.Failure {
	code, known := failureCodes[p.FailureCode]
	if !known {
		code = contract.FailureOther
	}
	return &contract.Failure{Code: code, ProviderCode: kit.Clip(p.FailureCode, 64), Message: kit.Clip(p.FailureMessage.Value, 255)}
}
