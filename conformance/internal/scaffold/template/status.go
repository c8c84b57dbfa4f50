package acmepay

import "github.com/paysocket/paysocket/contract"

var statuses = map[string]contract.PaymentStatus{
	"open":     contract.PaymentPending,
	"paid":     contract.PaymentSucceeded,
	"declined": contract.PaymentFailed,
	"lapsed":   contract.PaymentExpired,
	"void":     contract.PaymentCanceled,
}

// status says where the bill stands. A word that is not known, or that other
// fields deny, is UNKNOWN: it must neither ship an order nor cancel one.
func (b *bill) status() contract.PaymentStatus {
	status, known := statuses[b.Status]
	paid, declined := !b.PaidAt.IsZero(), b.DeclineCode != ""
	if !known || paid != (status == contract.PaymentSucceeded) || declined && status != contract.PaymentFailed ||
		*b.AmountRefunded > 0 && !paid || *b.AmountRefunded > *b.Amount {
		return contract.PaymentUnknown
	}
	return status
}

// failureCodes are why a bill was declined. A code that is new is OTHER.
var failureCodes = map[string]contract.FailureCode{
	"refused_by_wallet": contract.FailureDeclined,
	"refused_by_payer":  contract.FailurePayerCanceled,
	"no_balance":        contract.FailureInsufficientFunds,
	"over_limit":        contract.FailureLimitExceeded,
	"payer_too_late":    contract.FailurePayerTimeout,
}
