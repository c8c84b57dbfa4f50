package sandbox

import "slices"

// charge2019 writes a charge as 2019-05-29 has it today: names that came
// later came to all of the version's charges.
func (f *frame) charge2019(c *charge) object {
	return slices.Concat(f.sums2019(c), f.parts2019(c), f.state2019(c))
}

func (f *frame) sums2019(c *charge) object {
	taken := int64(0)
	if c.paid() {
		taken = c.amount
	}
	return object{
		{"object", "charge"},
		{"id", c.id},
		{"location", "/charges/" + c.id},
		{"amount", c.amount},
		{"acquirer_reference_number", nil},
		{"authorization_type", nil},
		{"authorized_amount", taken},
		{"captured_amount", taken},
		{"net", c.net()},
		{"fee", c.fee()},
		{"fee_vat", c.feeVAT()},
		{"interest", 0},
		{"interest_vat", 0},
		{"funding_amount", c.amount},
		{"refunded_amount", c.refunded()},
		{"transaction_fees", object{{"fee_flat", "0.0"}, {"fee_rate", "3.65"}, {"vat_rate", "7.0"}}},
		{"platform_fee", object{{"fixed", nil}, {"amount", nil}, {"percentage", nil}}},
		{"currency", c.currency},
		{"funding_currency", c.currency},
	}
}

func (f *frame) parts2019(c *charge) object {
	return object{
		{"ip", c.ip},
		{"refunds", f.refundList(c)},
		{"link", nil},
		{"description", c.description},
		{"metadata", c.metadata},
		{"card", nil},
		{"source", f.source(c.source, string(c.status))},
		{"schedule", nil},
		{"linked_account", nil},
		{"customer", nil},
		{"dispute", nil},
		{"transaction", f.transaction(c)},
		{"failure_code", orNull(c.failureCode)},
		{"failure_message", orNull(c.failureMessage)},
		{"merchant_advice", nil},
		{"merchant_advice_code", nil},
		{"status", string(c.status)},
		{"authorize_uri", c.authorizeURI},
		{"return_uri", c.returnURI},
	}
}

func (f *frame) state2019(c *charge) object {
	return object{
		{"created_at", timestamp(c.createdAt)},
		{"paid_at", timestampOrNull(c.paidAt)},
		{"authorized_at", timestampOrNull(c.paidAt)},
		{"expires_at", timestamp(c.expiresAt)},
		{"expired_at", timestampOrNull(c.expiredAt)},
		{"reversed_at", timestampOrNull(c.reversed)},
		{"multi_capture", false},
		{"zero_interest_installments", false},
		{"branch", nil},
		{"terminal", nil},
		{"device", nil},
		{"authorized", c.paid()},
		{"capturable", false},
		{"capture", true},
		{"disputable", false},
		{"livemode", false},
		{"refundable", c.refundable(f.now)},
		{"partially_refundable", c.partlyRefundable(f.now)},
		{"reversed", c.status == statusReversed},
		{"reversible", false},
		{"voided", c.voided},
		{"paid", c.paid()},
		{"expired", c.status == statusExpired},
		{"can_perform_void", c.canVoid(f.now, f.dials)},
		{"approval_code", nil},
	}
}
