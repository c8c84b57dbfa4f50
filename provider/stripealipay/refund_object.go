package stripealipay

import (
	"errors"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

var errNoRefund = errors.New("it is not a refund of a PaymentIntent")

// refundOf returns the contract's refund of an answer with one. The error has its
// id, as that of paymentOf.
func refundOf(content []byte) (*contract.Refund, *contract.Error) {
	refund, err := refundOfAnswer(content)
	if err == nil {
		return refund, nil
	}
	return nil, kit.Malformed(err).With(contract.MetaRefundID, idOf(content))
}

func refundOfAnswer(content []byte) (*contract.Refund, error) {
	made, err := decodeRefund(content)
	if err != nil {
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
	amount, err := moneyOf(made.Currency, made.Amount)
	if err != nil {
		return nil, err
	}
	refund := &contract.Refund{
		RefundID:       made.ID,
		IdempotencyKey: keyOf(made.Metadata),
		PaymentID:      made.PaymentIntent.ID,
		Status:         refundStatusOf(made),
		ProviderStatus: kit.Clip(string(made.Status), 64),
		Amount:         amount,
		CreatedAt:      time.Unix(made.Created, 0).UTC(),
		Live:           live,
	}
	return refund, refund.Validate()
}
