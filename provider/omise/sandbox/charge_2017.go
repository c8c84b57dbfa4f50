package sandbox

// charge2017 writes a charge as 2017-11-02 had it in its first weeks, which is
// what the merchant guide shows.
func (f *frame) charge2017(c *charge) object {
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
		{"transaction", f.transaction(c)},
		{"refunded", c.refunded()},
		{"refunds", f.refundList(c)},
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
		{"source", f.source(c.source, string(c.status))},
	}
}
