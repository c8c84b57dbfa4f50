package sandbox

// transaction is the id of what a paid charge brought the merchant, or, where
// a client asked for it and in search results of the newest version, all of
// it. It is null before.
func (f *frame) transaction(c *charge) any {
	if c.transaction == "" || !f.expand {
		return orNull(c.transaction)
	}
	location := "/transactions/" + c.transaction
	if f.version >= version2019 {
		return object{
			{"object", "transaction"},
			{"id", c.transaction},
			{"livemode", false},
			{"location", location},
			{"created_at", timestamp(c.paidAt)},
			{"direction", "credit"},
			{"key", "charge.captured.net"},
			{"origin", c.id},
			{"amount", c.net()},
			{"currency", c.currency},
			{"transferable_at", timestamp(c.paidAt)},
		}
	}
	return object{
		{"object", "transaction"},
		{"id", c.transaction},
		{"location", location},
		{"type", "credit"},
		{"amount", c.net()},
		{"currency", lower(c.currency)},
		{"transferable", timestamp(c.paidAt)},
		{"source", c.id},
		{"created", timestamp(c.paidAt)},
	}
}
