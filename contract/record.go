package contract

// PaymentRecord is what a host knows of a payment that it wanted, and the only
// thing by which an answer is believed: a payment that differs from its record in
// any field is another payment, or a wrong one, and changes nothing. An empty field
// is not known yet, and differs from nothing.
type PaymentRecord struct {
	PaymentID string
	Key       string // the idempotency key
	Method    string
	Amount    Money
	Mode      Mode
	Account   string // identifies the account in which the payment was made
}

// Differences returns the fields in which a payment that was read in an account is
// not the one of the record; none if it is. An account that is not known is "".
func (r *PaymentRecord) Differences(p *Payment, account string) []Violation {
	c := checking()
	c.same("payment.payment_id", r.PaymentID, p.PaymentID)
	c.same("payment.idempotency_key", r.Key, p.IdempotencyKey)
	requiref(&c, r.Amount == Money{} || p.Amount == r.Amount, "payment.amount", "must be %s as in the record, not %s", r.Amount, p.Amount)
	c.same("payment.method", r.Method, p.Method)
	c.mode("payment.live", r.Mode, p.Live)
	c.same("account", r.Account, account)
	return c.violations
}

// RefundRecord is what a host knows of a refund that it wanted, as PaymentRecord is
// of a payment.
type RefundRecord struct {
	RefundID  string
	Key       string // the idempotency key
	PaymentID string
	Amount    Money
	Mode      Mode
	Account   string // identifies the account in which the refund was made
}

// Differences returns the fields in which a refund that was read in an account is not
// the one of the record; none if it is. An account that is not known is "".
func (r *RefundRecord) Differences(refund *Refund, account string) []Violation {
	c := checking()
	c.same("refund.refund_id", r.RefundID, refund.RefundID)
	c.same("refund.idempotency_key", r.Key, refund.IdempotencyKey)
	c.same("refund.payment_id", r.PaymentID, refund.PaymentID)
	requiref(&c, r.Amount == Money{} || refund.Amount == r.Amount, "refund.amount", "must be %s as in the record, not %s", r.Amount, refund.Amount)
	c.mode("refund.live", r.Mode, refund.Live)
	c.same("account", r.Account, account)
	return c.violations
}

// same requires a value to be the one of a record. The values may be chosen by
// somebody else, and are quoted.
func (c *check) same(field, recorded, value string) {
	requiref(c, recorded == "" || value == recorded, field, "must be %q as in the record, not %q", recorded, value)
}

// mode requires an answer to be in the mode of a record.
func (c *check) mode(field string, recorded Mode, live bool) {
	requiref(c, recorded == "" || live == (recorded == ModeLive), field, "must match the mode %s of the record", recorded)
}
