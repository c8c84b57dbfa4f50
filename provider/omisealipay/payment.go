package omisealipay

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// keyOf gives the idempotency key that an object was made with; blank if it
// was not made through the contract. Metadata is open to everyone who has the
// account's key, so what has not the form of a key is none.
func keyOf(metadata map[string]string) string {
	if key := metadata[contract.MetadataKey]; len(key) <= contract.MaxKeyLength && strings.Trim(key, keyLetters) == "" {
		return key
	}
	return ""
}

// keyLetters are what a key may be made of.
const keyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

// referenceOf gives the merchant's reference whole or not at all: a shortened
// one would be another's.
func referenceOf(metadata map[string]string) string {
	reference := metadata[contract.MetadataReference]
	oneLine := strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(reference)
	if bounded(oneLine, contract.MaxReferenceLength) != oneLine {
		return ""
	}
	return reference
}

// ours reports whether a charge was made through this provider.
func ours(charge *omise.Charge) bool {
	_, known := methodOf(charge)
	return known && keyOf(charge.Metadata) != ""
}

// paymentOf says in the contract's words what a charge is. It fails with
// MalformedResponse if the charge lacks what a payment must have.
func paymentOf(charge *omise.Charge) (*contract.Payment, *contract.Error) {
	if charge.Deleted || charge.CreatedAt.IsZero() || !payable(charge.Currency, charge.Amount, refundedOf(charge)) {
		return nil, unbelievable("the charge lacks an amount, a currency or a time that every payment has").
			With(contract.MetaPaymentID, charge.ID)
	}
	status, word := statusOf(charge)
	p := &contract.Payment{
		PaymentID:      charge.ID,
		IdempotencyKey: keyOf(charge.Metadata),
		Status:         status,
		ProviderStatus: word,
		Amount:         contract.Money{Currency: charge.Currency, MinorUnits: charge.Amount},
		AmountRefunded: contract.Money{Currency: charge.Currency, MinorUnits: refundedOf(charge)},
		Settlement:     settlementOf(charge),
		CreatedAt:      charge.CreatedAt,
		Live:           isLive(charge.Live, charge.ID),
	}
	if p.IdempotencyKey != "" {
		p.Reference = referenceOf(charge.Metadata)
	}
	m, known := methodOf(charge)
	if known {
		p.Method = m.terms.Code
	}
	switch status {
	case contract.PaymentPending:
		if known {
			p.ExpiresAt = payerDeadline(charge)
			p.NextAction = nextAction(charge)
		}
	case contract.PaymentFailed:
		p.Failure = failureOf(charge)
	case contract.PaymentSucceeded:
		p.UpdatedAt = charge.PaidAt
	case contract.PaymentExpired:
		p.UpdatedAt = charge.ExpiredAt
	case contract.PaymentCanceled, contract.PaymentUnknown:
	}
	return p, nil
}

// payable reports whether an amount can be said in the contract's words.
func payable(currency string, amounts ...int64) bool {
	_, known := contract.Exponent(currency)
	return known && !slices.ContainsFunc(amounts, func(amount int64) bool { return amount < 0 })
}

// unbelievable is the error for an answer that can be read and not be true.
func unbelievable(message string) *contract.Error {
	return contract.NewError(contract.MalformedResponse, message+"; look at it in Omise's dashboard")
}

// refundedOf is what was given back, wherever the refunds were made. An answer
// without the sum is asked for its list.
func refundedOf(charge *omise.Charge) int64 {
	if charge.RefundedAmount != nil {
		return *charge.RefundedAmount
	}
	if charge.Refunds == nil {
		return 0
	}
	return sumOf(charge.Refunds.Data)
}

// payerDeadline is the time that the payer has, or the charge's own end where
// that is sooner.
func payerDeadline(charge *omise.Charge) time.Time {
	deadline := charge.CreatedAt.Add(payerTime)
	if end := charge.ExpiresAt; end.After(charge.CreatedAt) && end.Before(deadline) {
		return end
	}
	return deadline
}

// nextAction sends the payer where the charge says; nil if it says nothing, or
// nothing that a host could follow safely.
func nextAction(charge *omise.Charge) *contract.NextAction {
	if charge.AuthorizeURI == "" {
		return nil
	}
	action, err := contract.RedirectTo(charge.AuthorizeURI)
	if err != nil {
		action = openApp(charge)
	}
	if action != nil {
		action.ExpiresAt = payerDeadline(charge)
	}
	return action
}

// openApp takes a link of another scheme than the web's for one into an app,
// where the source has that flow.
func openApp(charge *omise.Charge) *contract.NextAction {
	if charge.Source == nil || charge.Source.Flow != "app_redirect" {
		return nil
	}
	link, err := url.Parse(charge.AuthorizeURI)
	executed := []string{"", "http", "https", "javascript", "vbscript", "data", "blob", "file", "about"}
	if err != nil || link.User != nil || slices.Contains(executed, strings.ToLower(link.Scheme)) ||
		bounded(charge.AuthorizeURI, contract.MaxURLLength) != charge.AuthorizeURI || strings.Contains(charge.AuthorizeURI, " ") {
		return nil
	}
	return &contract.NextAction{OpenApp: &contract.OpenApp{URL: charge.AuthorizeURI}}
}

// settlementOf is what the merchant will receive, where the answer tells it in
// a currency.
func settlementOf(charge *omise.Charge) *contract.Settlement {
	given := charge.Settlement
	if _, known := contract.Exponent(given.Currency); !known || given.Net == nil || *given.Net < 0 {
		return nil
	}
	var fee int64
	for _, part := range []*int64{given.Fee, given.FeeVAT} {
		if part != nil {
			fee += *part
		}
	}
	if fee < 0 {
		return nil
	}
	return &contract.Settlement{
		Currency: given.Currency,
		Net:      contract.Money{Currency: given.Currency, MinorUnits: *given.Net},
		Fee:      contract.Money{Currency: given.Currency, MinorUnits: fee},
	}
}

// isLive tells the mode of an object: by its own word, else by its id, which
// has the mode in it.
func isLive(word *bool, id string) bool {
	if word != nil {
		return *word
	}
	return !isTestID(id)
}

func isTestID(id string) bool { return strings.Contains(id, "_test_") }
