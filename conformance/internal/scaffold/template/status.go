package acmepay

import "github.com/paysocket/paysocket/contract"

var statuses = map[string]contract.PaymentStatus{
	"open":     contract.PaymentPending,
	"paid":     contract.PaymentSucceeded,
	"declined": contract.PaymentFailed,
	"lapsed":   contract.PaymentExpired,
	"void":     contract.PaymentCanceled,
}

// status returns the status of the bill. It is UNKNOWN if the gateway's status is
// unknown, or if other fields of the bill contradict it: such a payment must
// neither ship an order nor cancel one.
func (b *bill) status() contract.PaymentStatus {
	status, known := statuses[b.Status]
	paid, declined := !b.PaidAt.IsZero(), b.DeclineCode != ""
	if !known || paid != (status == contract.PaymentSucceeded) || declined && status != contract.PaymentFailed ||
		*b.AmountRefunded > 0 && !paid || *b.AmountRefunded > *b.Amount {
		return contract.PaymentUnknown
	}
	return status
}

// failureCodes has the reasons of declined bills. An unknown code is OTHER.
var failureCodes = map[string]contract.FailureCode{
	"refused_by_wallet": contract.FailureDeclined,
	"refused_by_payer":  contract.FailurePayerCanceled,
	"no_balance":        contract.FailureInsufficientFunds,
	"over_limit":        contract.FailureLimitExceeded,
	"payer_too_late":    contract.FailurePayerTimeout,
}
