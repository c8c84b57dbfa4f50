package sandbox

import "slices"

// charge2019 renders a charge of 2019-05-29 as it is today, with the fields that
// were added to the version since.
func (v *view) charge2019(c *charge) object {
	return slices.Concat(v.sums2019(c), v.parts2019(c), v.state2019(c))
}

func (v *view) sums2019(c *charge) object {
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

func (v *view) parts2019(c *charge) object {
	return object{
		{"ip", c.ip},
		{"refunds", v.refundList(c)},
		{"link", nil},
		{"description", c.description},
		{"metadata", c.metadata},
		{"card", nil},
		{"source", v.source(c.source, string(c.status))},
		{"schedule", nil},
		{"linked_account", nil},
		{"customer", nil},
		{"dispute", nil},
		{"transaction", v.transaction(c)},
		{"failure_code", orNull(c.failureCode)},
		{"failure_message", orNull(c.failureMessage)},
		{"merchant_advice", nil},
		{"merchant_advice_code", nil},
		{"status", string(c.status)},
		{"authorize_uri", c.authorizeURI},
		{"return_uri", c.returnURI},
	}
}

func (v *view) state2019(c *charge) object {
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
		{"refundable", c.refundable(v.now)},
		{"partially_refundable", c.partlyRefundable(v.now)},
		{"reversed", c.status == statusReversed},
		{"reversible", false},
		{"voided", c.voided},
		{"paid", c.paid()},
		{"expired", c.status == statusExpired},
		{"can_perform_void", c.canVoid(v.now, v.dials)},
		{"approval_code", nil},
	}
}
