package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The statuses of bills and refunds.
const (
	statusOpen     = "open"
	statusPaid     = "paid"
	statusDeclined = "declined"
	statusLapsed   = "lapsed"
	statusVoid     = "void"

	statusStarted = "started"
	statusDone    = "done"
	statusFailed  = "failed"
)

const (
	billLife    = 30 * time.Minute
	refundDelay = time.Minute
)

// order is the body of a request that creates a bill.
type order struct {
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	Method      string            `json:"method"`
	ReturnURL   string            `json:"return_url"`
	Reference   string            `json:"reference"`
	Description string            `json:"description"`
	Metadata    map[string]string `json:"metadata"`
}

// check returns a refusal if the gateway would refuse the order.
func (o *order) check() *refusal {
	least := map[string]int64{"THB": 100, "JPY": 50}[o.Currency]
	switch {
	case least == 0:
		return refuse(http.StatusBadRequest, "currency_unknown", "currency must be THB or JPY")
	case o.Amount < least || o.Amount > 5_000_000:
		return refuse(http.StatusBadRequest, "amount_out_of_range", "amount must be from 100 THB or 50 JPY to 5000000")
	case strings.ContainsFunc(o.ReturnURL, func(r rune) bool { return r <= ' ' || r > '~' }):
		return refuse(http.StatusBadRequest, "return_url_invalid", "return_url must be percent-encoded")
	case o.Method != "wallet":
		return refuse(http.StatusBadRequest, "method_unknown", "method must be wallet")
	default:
		return nil
	}
}

// bill is a bill as the API shows it, and its refunds.
type bill struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	Live   bool   `json:"live"`
	Key    string `json:"key,omitempty"`
	order
	Status      string    `json:"status"`
	DeclineCode string    `json:"decline_code,omitempty"`
	PayURL      string    `json:"pay_url,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	ExpiresAt   time.Time `json:"expires_at"`
	PaidAt      time.Time `json:"paid_at,omitzero"`

	refunds []*refund
	event   string // the id of its latest event
}

// mayBecome reports whether the bill's status may change to another. A bill that
// was declined, lapsed or void may still be paid.
func (b *bill) mayBecome(status string) bool {
	switch status {
	case statusPaid:
		return b.Status != statusPaid
	case statusDeclined, statusLapsed, statusVoid:
		return b.Status == statusOpen
	default:
		return false
	}
}

// find returns the bill's refund with the id, or a refusal.
func (b *bill) find(id string) (*refund, *refusal) {
	at := slices.IndexFunc(b.refunds, func(r *refund) bool { return r.ID == id })
	if at < 0 {
		return nil, refuse(http.StatusNotFound, "refund_unknown", "the bill has no such refund")
	}
	return b.refunds[at], nil
}

// refunded returns the sum of the refunds that did not fail.
func (b *bill) refunded() int64 {
	sum := int64(0)
	for _, r := range b.refunds {
		if r.Status != statusFailed {
			sum += r.Amount
		}
	}
	return sum
}

// json returns the bill as the API shows it.
func (b *bill) json() json.RawMessage {
	content, _ := json.Marshal(struct { // strings, numbers and times cannot fail
		*bill
		AmountRefunded int64 `json:"amount_refunded"`
	}{b, b.refunded()})
	return content
}

// refundOrder is the body of a request that creates a refund.
type refundOrder struct {
	Amount   int64             `json:"amount"`
	Currency string            `json:"currency"`
	Reason   string            `json:"reason"`
	Metadata map[string]string `json:"metadata"`
}

// refund is a refund as the API shows it.
type refund struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	Live   bool   `json:"live"`
	Key    string `json:"key,omitempty"`
	BillID string `json:"bill_id"`
	refundOrder
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"created_at"`

	event string
}

func (r *refund) json() json.RawMessage {
	content, _ := json.Marshal(r) // strings, numbers and times cannot fail
	return content
}
