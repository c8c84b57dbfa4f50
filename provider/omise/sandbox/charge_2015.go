package sandbox

// charge2015 writes a charge as accounts of 2015-11-17 know it: Alipay is an
// offsite payment, sources are unknown. 2014-07-27 differs in what it calls
// paid.
func (f *frame) charge2015(c *charge) object {
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
		{f.paidName(), c.paid()},
		{f.paidName() + "_at", timestampOrNull(c.paidAt)},
		{"transaction", f.transaction(c)},
		{"source_of_fund", "offsite"},
		{"refunded", c.refunded()},
		{"refunds", f.refundList(c)},
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
		{"refundable", c.refundable(f.now)},
		{"reference", c.reference},
		{"authorize_uri", c.authorizeURI},
	}
}

func (f *frame) paidName() string {
	if f.version == version2014 {
		return "captured"
	}
	return "paid"
}
