package contract

// CheckAnswer checks that p answers the request: it has the same key, amount and
// method. It fails with [ProviderBug], with the payment's id in its metadata.
func (r *CreatePaymentRequest) CheckAnswer(p *Payment) error {
	asked := PaymentRecord{Key: r.Attempt.Key, Amount: r.Amount, Method: r.Method}
	c := check{findings: &findings{violations: asked.Differences(p, "")}}
	return withID(c.answer("a payment that does not match the request"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that p is the payment that the request names. It fails with
// [ProviderBug], with the payment's id in its metadata.
func (r *GetStatusRequest) CheckAnswer(p *Payment) error {
	asked := PaymentRecord{PaymentID: r.PaymentID, Key: r.Attempt.key()}
	c := check{findings: &findings{violations: asked.Differences(p, "")}}
	return withID(c.answer("a payment that does not match the request"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that p is the payment that the request names, and that it is
// no longer pending. It fails with [ProviderBug], with the payment's id in its
// metadata.
func (r *CancelPaymentRequest) CheckAnswer(p *Payment) error {
	c := checking()
	c.same("payment.payment_id", r.PaymentID, p.PaymentID)
	c.require(p.Status != PaymentPending, "payment.status",
		"must not be PENDING; if the payment cannot be canceled, the error is PAYMENT_NOT_CANCELABLE")
	return withID(c.answer("a payment that does not match the request"), MetaPaymentID, p.PaymentID)
}

// CheckAnswer checks that refund answers the request: it has the same key,
// payment and amount. It fails with [ProviderBug], with the refund's id in its
// metadata.
func (r *RefundRequest) CheckAnswer(refund *Refund) error {
	asked := RefundRecord{Key: r.Attempt.Key, PaymentID: r.PaymentID, Amount: r.Amount}
	c := check{findings: &findings{violations: asked.Differences(refund, "")}}
	return withID(c.answer("a refund that does not match the request"), MetaRefundID, refund.RefundID)
}

// CheckAnswer checks that refund is the refund that the request names. It fails
// with [ProviderBug], with the refund's id in its metadata.
func (r *GetRefundRequest) CheckAnswer(refund *Refund) error {
	asked := RefundRecord{RefundID: r.RefundID, Key: r.Attempt.key(), PaymentID: r.PaymentID}
	c := check{findings: &findings{violations: asked.Differences(refund, "")}}
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
	k := checking()
	requiref(&k, account.Live == (c.Mode == ModeLive), "account.live", "must match the mode %s", c.Mode)
	return k.answer("an account in the wrong mode")
}
