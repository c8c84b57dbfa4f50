package sandbox

// charge2015 renders a charge of 2015-11-17, in which Alipay is an offsite payment
// and there are no sources. 2014-07-27 differs only in its name for paid.
func (v *view) charge2015(c *charge) object {
	return object{
		{"object", "charge"},
		{"id", c.id},
		{"livemode", false},
		{"location", "/charges/" + c.id},
		{"amount", c.amount},
		{"currency", lower(c.currency)},
		{"funding_amount", c.amount},
		{"funding_currency", lower(c.currency)},
		{"description", c.description},
		{"metadata", c.metadata},
		{"status", string(c.status)},
		{"capture", true},
		{"authorized", c.paid()},
		{"schedule", nil},
		{"reversed", c.status == statusReversed},
		{"reversed_at", timestampOrNull(c.reversed)},
		{"expires_at", timestamp(c.expiresAt)},
		{"expired", c.status == statusExpired},
		{"expired_at", timestampOrNull(c.expiredAt)},
		{"voided", c.voided},
		{v.paidName(), c.paid()},
		{v.paidName() + "_at", timestampOrNull(c.paidAt)},
		{"transaction", v.transaction(c)},
		{"source_of_fund", "offsite"},
		{"refunded", c.refunded()},
		{"refunds", v.refundList(c)},
		{"return_uri", c.returnURI},
		{"offsite", c.source.kind},
		{"offline", nil},
		{"failure_code", orNull(c.failureCode)},
		{"failure_message", orNull(c.failureMessage)},
		{"card", nil},
		{"customer", nil},
		{"ip", c.ip},
		{"dispute", nil},
		{"created", timestamp(c.createdAt)},
		{"disputable", false},
		{"capturable", false},
		{"reversible", false},
		{"refundable", c.refundable(v.now)},
		{"reference", c.reference},
		{"authorize_uri", c.authorizeURI},
	}
}

func (v *view) paidName() string {
	if v.version == version2014 {
		return "captured"
	}
	return "paid"
}
