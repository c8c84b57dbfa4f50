package stripealipay

import (
	"errors"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

var errNoRefund = errors.New("it is not a refund of a PaymentIntent")

// refundFields are the fields that a refund must have; see paymentFields. Stripe
// says that the status may be null, and then it is UNKNOWN.
type refundFields struct {
	ID            string  `json:"id"`
	Object        string  `json:"object"`
	Amount        *int64  `json:"amount"`
	Currency      *string `json:"currency"`
	Created       *int64  `json:"created"`
	PaymentIntent *string `json:"payment_intent"`
}

func (f *refundFields) check() error {
	if f.Object != "refund" || !idForm.MatchString(f.ID) || f.Amount == nil || f.Currency == nil || f.Created == nil ||
		f.PaymentIntent == nil || !idForm.MatchString(*f.PaymentIntent) {
		return errNoRefund
	}
	return nil
}

// refundOf returns the contract's refund of an answer with one. The error has its
// id, as that of paymentOf.
func refundOf(made *stripe.Refund, content []byte) (*contract.Refund, *contract.Error) {
	refund, err := refundOfAnswer(made, content)
	if err == nil {
		return refund, nil
	}
	e := kit.Malformed(err)
	if idForm.MatchString(made.ID) {
		e = e.With(contract.MetaRefundID, made.ID)
	}
	return nil, e
}

func refundOfAnswer(made *stripe.Refund, content []byte) (*contract.Refund, error) {
	var fields refundFields
	if err := strictjson.Decode(content, maxBody, &fields); err != nil {
		return nil, err
	}
	if err := fields.check(); err != nil {
		return nil, err
	}
	if made.Charge == nil || made.Charge.Object != "charge" {
		return nil, errNoCharge // which says the mode; a refund alone does not
	}
	refund, err := translateRefund(made, made.Charge.Livemode)
	if err != nil {
		return nil, err
	}
	if refund.TotalRefunded, err = moneyOf(made.Charge.Currency, made.Charge.AmountRefunded); err != nil {
		return nil, err
	}
	return refund, refund.Validate()
}

// translateRefund makes the contract's refund of one that has the fields that it
// must have, and fails if that would not be a legal one.
func translateRefund(made *stripe.Refund, live bool) (*contract.Refund, error) {
	if made.PaymentIntent == nil { // the SDK accepts names in any case, and believed another one
		return nil, errNoRefund
	}
	amount, err := moneyOf(made.Currency, made.Amount)
	if err != nil {
		return nil, err
	}
	refund := &contract.Refund{
		RefundID:       made.ID,
		PaymentID:      made.PaymentIntent.ID,
		Status:         refundStatusOf(made),
		ProviderStatus: kit.Clip(string(made.Status), 64),
		Amount:         amount,
		CreatedAt:      time.Unix(made.Created, 0).UTC(),
		Live:           live,
	}
	if key := made.Metadata[contract.MetadataKey]; keyForm.MatchString(key) {
		refund.IdempotencyKey = key
	}
	return refund, refund.Validate()
}
