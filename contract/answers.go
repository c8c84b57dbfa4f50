package contract

// CheckAnswer checks that a payment answers this request: same key, amount and
// method. Its error is a ProviderBug with the payment's id.
func (r *CreatePaymentRequest) CheckAnswer(p *Payment) error {
	var c check
	c.require(p.IdempotencyKey == r.Attempt.Key, "payment.idempotency_key", "is not the key of the request")
	c.require(p.Amount == r.Amount, "payment.amount", "is %s, and %s was asked for", p.Amount, r.Amount)
	c.require(p.Method == r.Method, "payment.method", "is %q, and %q was asked for", p.Method, r.Method)
	return withID(c.answer("another payment than was asked for"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that a payment is the one that the request names.
func (r *GetStatusRequest) CheckAnswer(p *Payment) error {
	var c check
	c.require(r.PaymentID == "" || p.PaymentID == r.PaymentID, "payment.payment_id", "is not the id of the request")
	c.require(r.Attempt == nil || p.IdempotencyKey == r.Attempt.Key, "payment.idempotency_key", "is not the key of the request")
	return withID(c.answer("another payment than was asked for"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that a payment is the one that the request names, and no
// longer pending.
func (r *CancelPaymentRequest) CheckAnswer(p *Payment) error {
	var c check
	c.require(p.PaymentID == r.PaymentID, "payment.payment_id", "is not the id of the request")
	c.require(p.Status != PaymentPending, "payment.status", "is PENDING after a cancellation; that is PAYMENT_NOT_CANCELABLE")
	return withID(c.answer("another payment than was asked for"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that a refund answers this request: same key, payment and
// amount.
func (r *RefundRequest) CheckAnswer(refund *Refund) error {
	var c check
	c.require(refund.IdempotencyKey == r.Attempt.Key, "refund.idempotency_key", "is not the key of the request")
	c.require(refund.PaymentID == r.PaymentID, "refund.payment_id", "is not the id of the request")
	c.require(refund.Amount == r.Amount, "refund.amount", "is %s, and %s was asked for", refund.Amount, r.Amount)
	return withID(c.answer("another refund than was asked for"), MetaRefundID, refund.RefundID)
}

// CheckAnswer checks that a refund is the one that the request names.
func (r *GetRefundRequest) CheckAnswer(refund *Refund) error {
	var c check
	c.require(refund.PaymentID == r.PaymentID, "refund.payment_id", "is not the id of the request")
	c.require(r.RefundID == "" || refund.RefundID == r.RefundID, "refund.refund_id", "is not the id of the request")
	c.require(r.Attempt == nil || refund.IdempotencyKey == r.Attempt.Key, "refund.idempotency_key", "is not the key of the request")
	return withID(c.answer("another refund than was asked for"), MetaRefundID, refund.RefundID)
}

// withID names the object that exists all the same, for the person who has to
// look into it.
func withID(err error, key, id string) error {
	e, ok := err.(*Error) //nolint:errorlint // check.answer gives *Error or nil, never a wrapped one.
	if !ok {
		return nil
	}
	return e.With(key, id)
}

// CheckAnswer checks that an account is in the mode that was asked for.
func (c *Configuration) CheckAnswer(account *Account) error {
	var k check
	k.require(account.Live == (c.Mode == ModeLive), "account.live", "does not fit the mode %s", c.Mode)
	return k.answer("an account of the other mode")
}
