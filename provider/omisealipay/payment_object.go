package omisealipay

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// keyOf returns the idempotency key that an object was made with, and "" if it was
// not made through the contract. Everyone who has the account's key can write
// metadata, so what is not of the form of a key is none.
func keyOf(metadata map[string]string) string {
	if key := metadata[contract.MetadataKey]; len(key) <= contract.MaxKeyLength && strings.Trim(key, keyLetters) == "" {
		return key
	}
	return ""
}

// keyLetters are what a key may consist of.
const keyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

// isOurs reports whether a charge was made through this provider. One whose
// source is shown only by its id is ours by its key.
func isOurs(charge *omise.Charge) bool {
	return keyOf(charge.Metadata) != "" && isOurType(charge.SourceType(), charge.Card)
}

// isOurRemnant is isOurs for a charge that cannot be read as a whole.
func isOurRemnant(left *omise.Remnant) bool {
	return keyOf(left.Metadata) != "" && isOurType(left.SourceType, left.Card)
}

// isOurType reports whether a charge that is paid in this way can be ours. Other
// clients of the account's may write the same metadata.
func isOurType(sourceType string, card bool) bool {
	_, known := methodByCode(sourceType)
	return known || sourceType == "" && !card
}

// paymentOf returns the contract's payment of a charge. It fails with
// MalformedResponse if the charge lacks what every payment has.
func paymentOf(charge *omise.Charge) (*contract.Payment, *contract.Error) {
	if charge.Deleted || charge.CreatedAt.IsZero() || !validAmounts(charge.Currency, charge.Amount, refundedOf(charge)) {
		return nil, malformed("the charge lacks an amount, a currency or a time").
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
		p.Reference = kit.Whole(charge.Metadata[contract.MetadataReference], contract.MaxReferenceLength)
	}
	m, known := methodOf(charge)
	if known {
		p.Method = m.code
	}
	switch status {
	case contract.PaymentPending:
		if known || isOurs(charge) {
			p.ExpiresAt = m.deadline(charge)
			p.NextAction = m.nextAction(charge)
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

// validAmounts reports whether the contract has the currency and allows the
// amounts.
func validAmounts(currency string, amounts ...int64) bool {
	_, known := contract.Exponent(currency)
	return known && !slices.ContainsFunc(amounts, func(amount int64) bool { return amount < 0 })
}

// malformed returns the error of an answer that can be read but cannot be true.
func malformed(problem string) *contract.Error {
	return contract.NewError(contract.MalformedResponse, problem+"; look at it in Omise's dashboard")
}

// refundedOf returns what was refunded of a charge, wherever the refunds were
// made. If the answer lacks the sum, its list of refunds has it.
func refundedOf(charge *omise.Charge) int64 {
	if charge.RefundedAmount != nil {
		return *charge.RefundedAmount
	}
	if charge.Refunds == nil {
		return 0
	}
	return sumOf(charge.Refunds.Data)
}

// deadline returns until when the payer can pay: the method's lifetime after the
// charge, or when that expires, if it is sooner. It is zero if the lifetime is not
// known.
func (m *method) deadline(charge *omise.Charge) time.Time {
	if m.lifetime == 0 {
		return time.Time{}
	}
	deadline := charge.CreatedAt.Add(m.lifetime)
	if end := charge.ExpiresAt; end.After(charge.CreatedAt) && end.Before(deadline) {
		return end
	}
	return deadline
}

// nextAction returns where to send the payer, and nil if the charge has no link or
// none that is safe to follow.
func (m *method) nextAction(charge *omise.Charge) *contract.NextAction {
	if charge.AuthorizeURI == "" {
		return nil
	}
	action, err := contract.RedirectTo(charge.AuthorizeURI)
	if err != nil {
		action = m.openApp(charge)
	}
	if action != nil {
		action.ExpiresAt = m.deadline(charge)
	}
	return action
}

// flowOf returns the flow of a charge: the one that its answer has, and the
// method's if it has none.
func (m *method) flowOf(charge *omise.Charge) string {
	if charge.Source != nil && charge.Source.Flow != "" {
		return charge.Source.Flow
	}
	return m.flow
}

// openApp returns the link into an app, if the charge has that flow and the link
// has another scheme than the web's.
func (m *method) openApp(charge *omise.Charge) *contract.NextAction {
	if m.flowOf(charge) != flowApp {
		return nil
	}
	link, err := url.Parse(charge.AuthorizeURI)
	executed := []string{"", "http", "https", "javascript", "vbscript", "data", "blob", "file", "about"}
	if err != nil || link.User != nil || slices.Contains(executed, strings.ToLower(link.Scheme)) ||
		kit.Clip(charge.AuthorizeURI, contract.MaxURLLength) != charge.AuthorizeURI || strings.Contains(charge.AuthorizeURI, " ") {
		return nil
	}
	return &contract.NextAction{OpenApp: &contract.OpenApp{URL: charge.AuthorizeURI}}
}

// settlementOf returns what the merchant will receive, and nil if the answer does
// not say it in a currency.
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

// isLive reports the mode of an object: by its flag, or else by its id, which has
// the mode in it.
func isLive(flag *bool, id string) bool {
	if flag != nil {
		return *flag
	}
	return !isTestID(id)
}

func isTestID(id string) bool { return strings.Contains(id, "_test_") }
