package omisealipay

import (
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// refundOf returns the contract's refund. It fails with MalformedResponse if the
// refund lacks what every refund has.
func refundOf(refund *omise.Refund) (*contract.Refund, *contract.Error) {
	if refund.Deleted || refund.CreatedAt.IsZero() || !validAmounts(refund.Currency, refund.Amount) {
		return nil, malformed("the refund lacks an amount, a currency or a time").
			With(contract.MetaRefundID, refund.ID)
	}
	r := &contract.Refund{
		RefundID:       refund.ID,
		IdempotencyKey: keyOf(refund.Metadata),
		PaymentID:      refund.Charge,
		Status:         refundStatusOf(refund),
		ProviderStatus: kit.Clip(refund.Status, maxWord),
		Amount:         contract.Money{Currency: refund.Currency, MinorUnits: refund.Amount},
		Voided:         refund.Voided != nil && *refund.Voided,
		CreatedAt:      refund.CreatedAt,
		Live:           isLive(refund.Live, refund.ID),
	}
	return r, nil
}

// sumOf returns the sum of the refunds that took place or still may.
func sumOf(refunds []omise.Refund) int64 {
	var sum int64
	for i := range refunds {
		if refundStatusOf(&refunds[i]) != contract.RefundFailed {
			sum += refunds[i].Amount
		}
	}
	return sum
}

// totalRefunded returns what was refunded of the charge in all, and the zero Money
// if that cannot be said in the refund's currency.
func totalRefunded(charge *omise.Charge, refund *contract.Refund) contract.Money {
	total := refundedOf(charge)
	if charge.Currency != refund.Amount.Currency || total < 0 {
		return contract.Money{}
	}
	return contract.Money{Currency: charge.Currency, MinorUnits: total}
}
