package contract

// CheckAnswer checks that p answers the request: it has the same key, amount and
// method. It fails with [ProviderBug], with the payment's id in its metadata.
func (r *CreatePaymentRequest) CheckAnswer(p *Payment) error {
	var c check
	c.require(p.IdempotencyKey == r.Attempt.Key, "payment.idempotency_key", "must be the key of the request")
	c.require(p.Amount == r.Amount, "payment.amount", "must be %s as in the request, not %s", r.Amount, p.Amount)
	c.require(p.Method == r.Method, "payment.method", "must be %q as in the request, not %q", r.Method, p.Method)
	return withID(c.answer("a payment that does not match the request"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that p is the payment that the request names. It fails with
// [ProviderBug], with the payment's id in its metadata.
func (r *GetStatusRequest) CheckAnswer(p *Payment) error {
	var c check
	c.require(r.PaymentID == "" || p.PaymentID == r.PaymentID, "payment.payment_id", "must be the id of the request")
	c.require(r.Attempt == nil || p.IdempotencyKey == r.Attempt.Key, "payment.idempotency_key", "must be the key of the request")
	return withID(c.answer("a payment that does not match the request"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that p is the payment that the request names, and that it is
// no longer pending. It fails with [ProviderBug], with the payment's id in its
// metadata.
func (r *CancelPaymentRequest) CheckAnswer(p *Payment) error {
	var c check
	c.require(p.PaymentID == r.PaymentID, "payment.payment_id", "must be the id of the request")
	c.require(p.Status != PaymentPending, "payment.status",
		"must not be PENDING; if the payment cannot be canceled, the error is PAYMENT_NOT_CANCELABLE")
	return withID(c.answer("a payment that does not match the request"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that refund answers the request: it has the same key,
// payment and amount. It fails with [ProviderBug], with the refund's id in its
// metadata.
func (r *RefundRequest) CheckAnswer(refund *Refund) error {
	var c check
	c.require(refund.IdempotencyKey == r.Attempt.Key, "refund.idempotency_key", "must be the key of the request")
	c.require(refund.PaymentID == r.PaymentID, "refund.payment_id", "must be the id of the request")
	c.require(refund.Amount == r.Amount, "refund.amount", "must be %s as in the request, not %s", r.Amount, refund.Amount)
	return withID(c.answer("a refund that does not match the request"), MetaRefundID, refund.RefundID)
}

// CheckAnswer checks that refund is the refund that the request names. It fails
// with [ProviderBug], with the refund's id in its metadata.
func (r *GetRefundRequest) CheckAnswer(refund *Refund) error {
	var c check
	c.require(refund.PaymentID == r.PaymentID, "refund.payment_id", "must be the id of the request")
	c.require(r.RefundID == "" || refund.RefundID == r.RefundID, "refund.refund_id", "must be the id of the request")
	c.require(r.Attempt == nil || refund.IdempotencyKey == r.Attempt.Key, "refund.idempotency_key", "must be the key of the request")
	return withID(c.answer("a refund that does not match the request"), MetaRefundID, refund.RefundID)
}

// withID adds the id of the payment or refund, which exists in spite of the
// error, for the person who has to look into it.
func withID(err error, key, id string) error {
	e, ok := err.(*Error) //nolint:errorlint // check.answer returns *Error or nil, never a wrapped one.
	if !ok {
		return nil
	}
	return e.With(key, id)
}

// CheckAnswer checks that account is in the mode of the configuration. It fails
// with [ProviderBug].
func (c *Configuration) CheckAnswer(account *Account) error {
	var k check
	k.require(account.Live == (c.Mode == ModeLive), "account.live", "must match the mode %s", c.Mode)
	return k.answer("an account in the wrong mode")
}
