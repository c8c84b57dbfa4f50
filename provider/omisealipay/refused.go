package omisealipay

import (
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// A complaint is one row of the table of reasons that Omise gives, in words,
// for refusing a source or a charge. The same mistake has one code at /sources
// and another at /charges, so the words decide, and several may come in one
// message.
type complaint struct {
	// words must all be in the message.
	words  []string
	reason contract.Reason
	// field is the contract's name of what is at fault; blank if it is nothing
	// that the host has sent.
	field  string
	advice string
}

func complaints() []complaint {
	return []complaint{
		{[]string{"currency"}, contract.CurrencyUnsupported, "amount.currency", "Omise does not take this currency for the method; Alipay takes THB"},
		{[]string{"amount", "not a number"}, contract.InvalidRequest, "amount.minor_units", "Omise could not read the amount"},
		{[]string{"amount", "must be"}, contract.AmountOutOfRange, "amount.minor_units", "the amount is not within the account's limits"},
		{[]string{"return_uri"}, contract.InvalidRequest, "return_url", "Omise needs an absolute return URL"},
		{[]string{"type"}, contract.MethodUnsupported, "method", "Omise does not take this method for the account; " + askOmise},
		{[]string{"metadata"}, contract.InvalidRequest, "metadata", "Omise does not take the metadata"},
		{[]string{"description"}, contract.InvalidRequest, "description", "Omise does not take the description"},
	}
}

// refused explains a refusal of the gateway's: certain, and nothing moved.
func refused(failure *omise.Error) *contract.Error {
	switch failure.Code {
	case "authentication_failure":
		return contract.NewError(contract.ProviderAuthFailed, withWords("Omise refused the key", failure)).WithOutcome(contract.Rejected)
	case "failed_refund":
		return refundRefused(failure)
	case "failed_expire", "expired_charge":
		return contract.NewError(contract.PaymentNotCancelable, withWords("Omise does not stop this payment", failure))
	case "invalid_amount":
		return rejected(contract.AmountOutOfRange, failure, contract.Violation{
			Field: "amount.minor_units", Description: "the amount is not within the account's limits",
		})
	case "service_not_found":
		return contract.NewError(contract.ProviderRejected,
			withWords("this version of Omise's API does not have the operation; set api_version to a newer one", failure))
	}
	switch failure.Operation {
	case "create_source", "create_charge":
		return creationRefused(failure)
	case "create_refund":
		return refundRefused(failure)
	default:
		return contract.NewError(contract.ProviderRejected, withWords("Omise refused the request", failure))
	}
}

// creationRefused reads the reasons in the message. A single cause gives its
// own reason, several give InvalidRequest, and one that is not recognised makes
// the whole PROVIDER_REJECTED, because it may be the one that matters.
func creationRefused(failure *omise.Error) *contract.Error {
	var reasons []contract.Reason
	var violations []contract.Violation
	for _, text := range causes(failure.Message) {
		row, known := complaintOf(text)
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

func complaintOf(text string) (complaint, bool) {
	for _, row := range complaints() {
		if !slices.ContainsFunc(row.words, func(word string) bool { return !strings.Contains(text, word) }) {
			return row, true
		}
	}
	return complaint{}, false
}

// causes takes apart what Omise joins with commas and "and". A message about a
// source is kept whole: the id in it is not prose.
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
	e := contract.NewError(reason, withWords("Omise refused the request and did nothing", failure)).WithOutcome(contract.Rejected)
	e.Violations = violations
	return e
}

// refundRefused tells the causes of a refused refund apart as far as Omise's
// words allow; they are not documented.
func refundRefused(failure *omise.Error) *contract.Error {
	words := strings.ToLower(failure.Message)
	switch {
	case strings.Contains(words, "not a number"):
		return rejected(contract.InvalidRequest, failure, contract.Violation{Field: "amount.minor_units", Description: "Omise could not read the amount"})
	case mentions(words, "at least", "greater than or equal"):
		return rejected(contract.AmountOutOfRange, failure, contract.Violation{Field: "amount.minor_units", Description: "is less than Omise refunds"})
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
