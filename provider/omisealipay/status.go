package omisealipay

import (
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// A charge's flag has three states: absent differs from false.
type flag int

const (
	absent flag = iota
	no
	yes
)

func flagOf(value *bool) flag {
	switch {
	case value == nil:
		return absent
	case *value:
		return yes
	default:
		return no
	}
}

// A statusRule is one row of the status table: Omise's word, what it means, and
// what of the charge contradicts it.
type statusRule struct {
	word          string
	status        contract.PaymentStatus
	contradiction func(*facts) string
}

// facts are what a charge says of itself besides its status.
type facts struct {
	authorized, paid, expired, reversed flag
	paidAt, failure                     bool
	refunded, amount                    int64
}

// statusRules is the one table of statuses, for GetStatus, look-ups, lists and
// webhooks. A word that it does not have is UNKNOWN.
func statusRules() []statusRule {
	return []statusRule{
		{"pending", contract.PaymentPending, (*facts).contradictsPending},
		{"successful", contract.PaymentSucceeded, (*facts).contradictsSuccess},
		{"failed", contract.PaymentFailed, (*facts).contradictsUnpaid},
		{"expired", contract.PaymentExpired, (*facts).contradictsExpired},
		{"reversed", contract.PaymentCanceled, (*facts).contradictsReversed},
	}
}

// statusOf returns the contract's status of a charge, and Omise's word. If the
// word is not known, or the charge's flags contradict it, the status is UNKNOWN
// and the second value says why.
func statusOf(charge *omise.Charge) (contract.PaymentStatus, string) {
	f := factsOf(charge)
	for _, r := range statusRules() {
		if r.word != charge.Status {
			continue
		}
		if contradiction := firstOf(f.contradictsSums(), r.contradiction(&f)); contradiction != "" {
			return contract.PaymentUnknown, r.word + " (but " + contradiction + ")"
		}
		return r.status, r.word
	}
	return contract.PaymentUnknown, kit.Clip(charge.Status, maxWord)
}

func factsOf(charge *omise.Charge) facts {
	return facts{
		authorized: flagOf(charge.Authorized),
		paid:       flagOf(charge.Paid),
		expired:    flagOf(charge.Expired),
		reversed:   flagOf(charge.Reversed),
		paidAt:     !charge.PaidAt.IsZero(),
		failure:    charge.FailureCode != "",
		refunded:   refundedOf(charge),
		amount:     charge.Amount,
	}
}

// contradictsSums holds for every status.
func (f *facts) contradictsSums() string {
	if f.refunded < 0 || f.refunded > f.amount {
		return "more is refunded than was paid"
	}
	return ""
}

// contradictsSuccess asks for both flags. Omise's guide says that they never
// differ, and money is at stake if one of them is missing.
func (f *facts) contradictsSuccess() string {
	return firstOf(
		when(f.authorized != yes, "authorized is not true"),
		when(f.paid != yes, "paid is not true"),
		when(f.expired == yes, "expired is true"),
		when(f.reversed == yes, "reversed is true"),
		when(f.failure, "it has a failure code"),
	)
}

func (f *facts) contradictsPending() string {
	return firstOf(
		f.contradictsUnpaid(),
		when(f.expired == yes, "expired is true"),
		when(f.failure, "it has a failure code"),
	)
}

func (f *facts) contradictsExpired() string {
	return firstOf(f.contradictsUnpaid(), when(f.expired == no, "expired is false"))
}

// contradictsUnpaid holds for every status that says that nothing was taken.
func (f *facts) contradictsUnpaid() string {
	return firstOf(
		when(f.authorized == yes, "authorized is true"),
		f.contradictsUntaken(),
		when(f.reversed == yes, "reversed is true"),
	)
}

// contradictsReversed allows authorized: the money was held, and released.
func (f *facts) contradictsReversed() string {
	return firstOf(f.contradictsUntaken(), when(f.reversed == no, "reversed is false"))
}

func (f *facts) contradictsUntaken() string {
	return firstOf(
		when(f.paid == yes, "paid is true"),
		when(f.paidAt, "it has a time of payment"),
		when(f.refunded > 0, "something is refunded"),
	)
}

func when(holds bool, text string) string {
	if holds {
		return text
	}
	return ""
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// refundStatusOf returns the status of a refund. Omise has made a refund when it
// answers: older versions of its API have no status, newer ones say "closed".
func refundStatusOf(refund *omise.Refund) contract.RefundStatus {
	switch refund.Status {
	case "", "closed":
		return contract.RefundSucceeded
	case "pending":
		return contract.RefundPending
	case "failed":
		return contract.RefundFailed
	default:
		return contract.RefundUnknown
	}
}

// failureCodes translates Omise's failure codes. There may be others, and which of
// them Alipay has is not documented. What this table does not have is OTHER, with
// Omise's word beside it.
func failureCodes() map[string]contract.FailureCode {
	return map[string]contract.FailureCode{
		"timeout":                      contract.FailurePayerTimeout,
		"payment_cancelled":            contract.FailurePayerCanceled,
		"payment_rejected":             contract.FailureDeclined,
		"insufficient_fund":            contract.FailureInsufficientFunds,
		"insufficient_balance":         contract.FailureInsufficientFunds,
		"failed_fraud_check":           contract.FailureFraudSuspected,
		"failed_processing":            contract.FailureProcessingError,
		"internal_error":               contract.FailureProcessingError,
		"confirmed_amount_mismatch":    contract.FailureProcessingError,
		"amount_mismatch":              contract.FailureProcessingError,
		"duplicate_reference_number":   contract.FailureProcessingError,
		"invalid_reference":            contract.FailureProcessingError,
		"invalid_parameters":           contract.FailureProcessingError,
		"cannot_connect_to_ibanking":   contract.FailureMethodUnavailable,
		"service_code_not_activated":   contract.FailureMethodUnavailable,
		"service_code_not_certified":   contract.FailureMethodUnavailable,
		"invalid_account":              contract.FailureAccountRestricted,
		"invalid_account_number":       contract.FailureAccountRestricted,
		"account_does_not_exist":       contract.FailureAccountRestricted,
		"stolen_or_lost_card":          contract.FailureFraudSuspected,
		"invalid_security_code":        contract.FailureDeclined,
		"transaction_limit_exceeded":   contract.FailureLimitExceeded,
		"payment_amount_exceeds_limit": contract.FailureLimitExceeded,
	}
}

// failureOf returns why a charge failed. Omise may give no code even then.
func failureOf(charge *omise.Charge) *contract.Failure {
	code, known := failureCodes()[charge.FailureCode]
	if !known {
		code = contract.FailureOther
	}
	return &contract.Failure{
		Code:         code,
		ProviderCode: kit.Clip(charge.FailureCode, maxWord),
		Message:      kit.Clip(charge.FailureMessage, contract.MaxDescriptionLength),
	}
}

// maxWord bounds, in bytes, what is passed on of a word of Omise's.
const maxWord = 64
