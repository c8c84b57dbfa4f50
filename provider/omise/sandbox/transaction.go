package sandbox

// transaction renders the transaction of a paid charge: its id, or the whole object
// if the client asked to expand it, and in search results of the newest version.
// It is null before the charge is paid.
func (v *view) transaction(c *charge) any {
	if c.transaction == "" || !v.expand {
		return orNull(c.transaction)
	}
	location := "/transactions/" + c.transaction
	if v.version >= version2019 {
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
