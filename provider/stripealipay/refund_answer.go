package stripealipay

import (
	"errors"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

var errNoRefund = errors.New("it is not a refund of a PaymentIntent")

// refundPresence is what a refund must say; see presence.
type refundPresence struct {
	ID            string  `json:"id"`
	Object        string  `json:"object"`
	Amount        *int64  `json:"amount"`
	Currency      *string `json:"currency"`
	Created       *int64  `json:"created"`
	Status        *string `json:"status"`
	PaymentIntent *string `json:"payment_intent"`
}

func (r *refundPresence) check() error {
	if r.Object != "refund" || !idForm.MatchString(r.ID) || r.Amount == nil || r.Currency == nil || r.Created == nil ||
		r.Status == nil || r.PaymentIntent == nil || !idForm.MatchString(*r.PaymentIntent) {
		return errNoRefund
	}
	return nil
}

// refundOf makes the contract's refund of an answer with one. With an id that
// can be read, the error names it.
func refundOf(made *stripe.Refund, content []byte) (*contract.Refund, *contract.Error) {
	var present refundPresence
	err := decode(content, &present)
	if err == nil {
		err = present.check()
	}
	if err == nil && (made.Charge == nil || made.Charge.Object != "charge") {
		err = errNoCharge // it says the mode, which a refund alone does not
	}
	var refund *contract.Refund
	if err == nil {
		refund, err = translateRefund(made, made.Charge.Livemode)
	}
	if err == nil {
		refund.TotalRefunded, err = moneyOf(made.Charge.Currency, made.Charge.AmountRefunded)
	}
	if err == nil {
		err = refund.Validate()
	}
	if err == nil {
		return refund, nil
	}
	e := malformed(err)
	if idForm.MatchString(present.ID) {
		e = e.With(contract.MetaRefundID, present.ID)
	}
	return nil, e
}

// translateRefund makes the contract's refund of one that has what it must
// have, and fails if that would not be a legal one.
func translateRefund(made *stripe.Refund, live bool) (*contract.Refund, error) {
	amount, err := moneyOf(made.Currency, made.Amount)
	if err != nil {
		return nil, err
	}
	refund := &contract.Refund{
		RefundID:       made.ID,
		PaymentID:      made.PaymentIntent.ID,
		Status:         refundStatusOf(made),
		ProviderStatus: clip(string(made.Status), 64),
		Amount:         amount,
		CreatedAt:      time.Unix(made.Created, 0).UTC(),
		Live:           live,
	}
	if key := made.Metadata[contract.MetadataKey]; keyForm.MatchString(key) {
		refund.IdempotencyKey = key
	}
	return refund, refund.Validate()
}
