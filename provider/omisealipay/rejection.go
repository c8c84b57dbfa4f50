package omisealipay

import (
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// A rejection is one row of the table of Omise's reasons for refusing a source or
// a charge. The same mistake has one code at /sources and another at /charges, so
// the message decides. It may have several reasons.
type rejection struct {
	// words must all be in the message.
	words  []string
	reason contract.Reason
	// field is the contract's name of what is wrong; blank if it is nothing that
	// the host has sent.
	field  string
	advice string
}

func rejections() []rejection {
	return []rejection{
		{[]string{"currency"}, contract.CurrencyUnsupported, "amount.currency", "Omise does not accept this currency for the method and the account; Configure with a probe returns those that it accepts"},
		{[]string{"amount", "not a number"}, contract.InvalidRequest, "amount.minor_units", "Omise could not read the amount"},
		{[]string{"amount", "must be"}, contract.AmountOutOfRange, "amount.minor_units", "the amount is not within the account's limits"},
		{[]string{"return_uri"}, contract.InvalidRequest, "return_url", "Omise requires an absolute return URL"},
		{[]string{"type"}, contract.MethodUnsupported, "method", "Omise does not accept this method; if it should, " + askOmise},
		{[]string{"metadata"}, contract.InvalidRequest, "metadata", "Omise does not accept the metadata"},
		{[]string{"description"}, contract.InvalidRequest, "description", "Omise does not accept the description"},
	}
}

// refused returns the error of a refusal: it is certain, and nothing moved.
func refused(failure *omise.Error) *contract.Error {
	switch failure.Code {
	case "authentication_failure":
		return contract.NewError(contract.ProviderAuthFailed, withMessage("Omise refused the key; check secret_key", failure)).WithOutcome(contract.Rejected)
	case "failed_refund":
		return refusedRefund(failure)
	case "failed_expire", "expired_charge":
		return contract.NewError(contract.PaymentNotCancelable, withMessage("Omise does not cancel this payment", failure))
	case "invalid_amount":
		return rejected(contract.AmountOutOfRange, failure, contract.Violation{
			Field: "amount.minor_units", Description: "the amount is not within the account's limits",
		})
	case "service_not_found":
		return contract.NewError(contract.ProviderRejected,
			withMessage("this version of Omise's API does not have the operation; set api_version to a later one", failure))
	}
	switch failure.Operation {
	case "create_source", "create_charge":
		return refusedCreation(failure)
	case "create_refund":
		return refusedRefund(failure)
	}
	advice := "Omise refused the request"
	if readsAccount(failure) {
		advice = notOmise
	}
	return contract.NewError(contract.ProviderRejected, withMessage(advice, failure))
}

// refusedCreation reads the causes in the message. The error has the reason of a
// single cause, and InvalidRequest for several. If one is unknown it has
// ProviderRejected, because that may be the one that matters.
func refusedCreation(failure *omise.Error) *contract.Error {
	var reasons []contract.Reason
	var violations []contract.Violation
	for _, text := range causes(failure.Message) {
		row, known := rejectionFor(text)
		if !known {
			reasons = append(reasons, contract.ProviderRejected)
			continue
		}
		reasons = append(reasons, row.reason)
		violations = append(violations, contract.Violation{Field: row.field, Description: row.advice})
	}
	slices.Sort(reasons)
	reasons = slices.Compact(reasons)
	switch {
	case len(reasons) == 1 && reasons[0] != contract.ProviderRejected:
		return rejected(reasons[0], failure, violations...)
	case len(reasons) == 0 || slices.Contains(reasons, contract.ProviderRejected):
		return rejected(contract.ProviderRejected, failure, violations...)
	default:
		return rejected(contract.InvalidRequest, failure, violations...)
	}
}

func rejectionFor(text string) (rejection, bool) {
	for _, row := range rejections() {
		if !slices.ContainsFunc(row.words, func(word string) bool { return !strings.Contains(text, word) }) {
			return row, true
		}
	}
	return rejection{}, false
}

// causes splits what Omise joins with commas and "and". A message about a source
// stays whole, because it has an id in it.
func causes(message string) []string {
	message = strings.ToLower(message)
	if strings.HasPrefix(message, "source ") {
		return []string{message}
	}
	message = strings.ReplaceAll(message, ", and ", "\n")
	message = strings.ReplaceAll(message, " and ", "\n")
	message = strings.ReplaceAll(message, ", ", "\n")
	return strings.FieldsFunc(message, func(r rune) bool { return r == '\n' })
}

func rejected(reason contract.Reason, failure *omise.Error, violations ...contract.Violation) *contract.Error {
	e := contract.NewError(reason, withMessage("Omise refused the request, and nothing was executed", failure)).WithOutcome(contract.Rejected)
	e.Violations = violations
	return e
}

// refusedRefund finds the cause of a refused refund in Omise's message, as far as
// it can: the messages are not documented.
func refusedRefund(failure *omise.Error) *contract.Error {
	words := strings.ToLower(failure.Message)
	switch {
	case strings.Contains(words, "not a number"):
		return rejected(contract.InvalidRequest, failure, contract.Violation{Field: "amount.minor_units", Description: "Omise could not read the amount"})
	case mentions(words, "at least", "greater than or equal"):
		return rejected(contract.AmountOutOfRange, failure, contract.Violation{Field: "amount.minor_units", Description: "is less than the smallest refund at Omise"})
	case mentions(words, "amount", "exceed", "remaining", "fully refunded"):
		return rejected(contract.RefundExceedsPayment, failure)
	case mentions(words, "days", "month", "period", "too old"):
		return rejected(contract.RefundWindowExpired, failure)
	case failure.Code == "failed_refund":
		return rejected(contract.PaymentNotRefundable, failure)
	default:
		return rejected(contract.ProviderRejected, failure)
	}
}

func mentions(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}
