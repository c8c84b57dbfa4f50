package sandbox

import (
	"cmp"
	"maps"
	"net/http"
	"time"
)

// The statuses of payments and refunds.
const (
	statusPending   = "pending"
	statusSucceeded = "succeeded"
	statusFailed    = "failed"
	statusExpired   = "expired"
	statusCanceled  = "canceled"
)

// paymentOrder is the body of a request that creates a payment.
type paymentOrder struct {
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	Method      string            `json:"method"`
	PayerPhone  string            `json:"payer_phone,omitempty"`
	ReturnURL   string            `json:"return_url"`
	Reference   string            `json:"reference"`
	Description string            `json:"description"`
	Metadata    map[string]string `json:"metadata"`
}

func (o *paymentOrder) equals(other *paymentOrder) bool {
	return o.Amount == other.Amount && o.Currency == other.Currency && o.Method == other.Method &&
		o.PayerPhone == other.PayerPhone && o.ReturnURL == other.ReturnURL && o.Reference == other.Reference &&
		o.Description == other.Description && maps.Equal(o.Metadata, other.Metadata)
}

// payment is a payment as the API shows it, and its refunds.
type payment struct {
	ID             string `json:"id"`
	Object         string `json:"object"`
	Live           bool   `json:"live"`
	IdempotencyKey string `json:"idempotency_key,omitempty"`
	paymentOrder
	AmountRefunded int64     `json:"amount_refunded"`
	Status         string    `json:"status"`
	FailureCode    string    `json:"failure_code,omitempty"`
	FailureMessage string    `json:"failure_message,omitempty"`
	PayURL         string    `json:"pay_url,omitempty"`
	QRPayload      string    `json:"qr_payload,omitempty"`
	QRImageURL     string    `json:"qr_image_url,omitempty"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
	ExpiresAt      time.Time `json:"expires_at"`
	PaidAt         time.Time `json:"paid_at,omitzero"`

	refunds []*refund // oldest first
	eventID string    // of the latest change
}

// The functions below are called with the account's lock held.

// create makes a payment, or returns the one that has the key. The dashboard's
// payments have an empty key.
func (a *account) create(key string, order *paymentOrder) (created *payment, replayed bool, _ *refusal) {
	if earlier, ok := a.byKey[key]; ok && key != "" {
		if !earlier.equals(order) {
			refused := conflict(codeKeyReused, "this Idempotency-Key was used with another body; use a new key for a new payment")
			refused.PaymentID = earlier.ID
			return nil, false, refused
		}
		return earlier, true, nil
	}
	if len(a.payments) >= maxPayments {
		return nil, false, conflict(codeAccountFull, "this account holds %d payments and takes no more; open another", maxPayments)
	}
	now := a.now()
	p := &payment{
		ID: a.IDs.ID("pay_"), Object: "payment", IdempotencyKey: key, paymentOrder: *order,
		Status: statusPending, CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(paymentLifetime),
		eventID: a.IDs.ID("evt_"),
	}
	if p.Metadata == nil {
		p.Metadata = map[string]string{}
	}
	switch p.Method {
	case methodWallet:
		p.PayURL = a.PayURL(p.ID)
	case methodQR:
		p.QRPayload = a.PayURL(p.ID) // the page is for whoever scans the code
		p.QRImageURL = p.QRPayload + qrImageSuffix
	}
	a.payments = append(a.payments, p)
	a.pendingPayments = append(a.pendingPayments, p)
	a.byID[p.ID] = p
	if key != "" {
		a.byKey[key] = p
	}
	return p, false, nil
}

func (a *account) find(id string) (*payment, *refusal) {
	if p, ok := a.byID[id]; ok {
		return p, nil
	}
	return nil, refuse(http.StatusNotFound, codePaymentNotFound, "there is no payment with this id in this account")
}

// mayBecome reports whether the payment's status may change to another. A payment
// that failed, expired or was canceled may still succeed.
func (p *payment) mayBecome(status string) bool {
	switch status {
	case statusSucceeded:
		return p.Status != statusSucceeded
	case statusFailed, statusExpired, statusCanceled:
		return p.Status == statusPending
	default:
		return false
	}
}

// move changes the status of a payment. The caller has checked mayBecome.
func (a *account) move(p *payment, status, failureCode string, at time.Time) {
	p.Status, p.UpdatedAt, p.PayURL, p.QRPayload, p.QRImageURL = status, at, "", "", ""
	p.FailureCode, p.FailureMessage = "", ""
	switch status {
	case statusFailed:
		p.FailureCode, p.FailureMessage = failureCode, failureMessage(failureCode)
	case statusSucceeded:
		p.PaidAt = at
	}
	p.eventID = a.IDs.ID("evt_")
	a.send(a.paymentEvent(p))
}

func failureMessage(code string) string {
	messages := map[string]string{
		"declined":           "the payer's wallet declined the payment",
		"insufficient_funds": "the payer's balance is too low",
		"payer_canceled":     "the payer canceled the payment",
		"payer_timeout":      "the payer took too long",
		"limit_exceeded":     "the amount is above what the payer may spend",
		"fraud_suspected":    "the payment was suspected to be fraudulent",
		"processing_error":   "the wallet could not process the payment",
	}
	return cmp.Or(messages[code], "the payment failed")
}

// cancel cancels a payment. Repeating it does no harm.
func (a *account) cancel(p *payment) *refusal {
	if p.Status == statusCanceled {
		return nil
	}
	if !p.mayBecome(statusCanceled) {
		refused := conflict(codePaymentNotCancelable, "only a pending payment can be canceled; this one is %s", p.Status)
		refused.PaymentID = p.ID
		return refused
	}
	a.move(p, statusCanceled, "", a.now())
	return nil
}
