package sandbox

// charge2017 renders a charge of 2017-11-02 as it was in the version's first weeks,
// which is what Omise's guide shows.
func (v *view) charge2017(c *charge) object {
	return object{
		{"object", "charge"},
		{"id", c.id},
		{"livemode", false},
		{"location", "/charges/" + c.id},
		{"amount", c.amount},
		{"currency", lower(c.currency)},
		{"description", c.description},
		{"metadata", c.metadata},
		{"status", string(c.status)},
		{"capture", true},
		{"authorized", c.paid()},
		{"reversed", c.status == statusReversed},
		{"paid", c.paid()},
		{"transaction", v.transaction(c)},
		{"refunded", c.refunded()},
		{"refunds", v.refundList(c)},
		{"return_uri", c.returnURI},
		{"reference", c.reference},
		{"authorize_uri", c.authorizeURI},
		{"failure_code", orNull(c.failureCode)},
		{"failure_message", orNull(c.failureMessage)},
		{"card", nil},
		{"customer", nil},
		{"ip", c.ip},
		{"dispute", nil},
		{"created", timestamp(c.createdAt)},
		{"source", v.source(c.source, string(c.status))},
	}
}
