package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// The gateway's words for where a bill and a refund stand.
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

// order is what a bill is made from.
type order struct {
	Amount      int64             `json:"amount"`
	Currency    string            `json:"currency"`
	Method      string            `json:"method"`
	ReturnURL   string            `json:"return_url"`
	Reference   string            `json:"reference"`
	Description string            `json:"description"`
	Metadata    map[string]string `json:"metadata"`
}

// check refuses what the gateway would.
func (o *order) check() *refusal {
	least := map[string]int64{"THB": 100, "JPY": 50}[o.Currency]
	switch {
	case least == 0:
		return refuse(http.StatusBadRequest, "currency_unknown", "currency must be THB or JPY")
	case o.Amount < least || o.Amount > 5_000_000:
		return refuse(http.StatusBadRequest, "amount_out_of_range", "amount must be from 100 THB or 50 JPY to 5000000")
	case o.Method != "wallet":
		return refuse(http.StatusBadRequest, "method_unknown", "method must be wallet")
	default:
		return nil
	}
}

// bill is a bill, and what the API shows of it.
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

// mayBecome says which moves the gateway makes. Late money may reach a bill
// that was given up.
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

// find returns one of the bill's refunds, and otherwise a refusal.
func (b *bill) find(id string) (*refund, *refusal) {
	at := slices.IndexFunc(b.refunds, func(r *refund) bool { return r.ID == id })
	if at < 0 {
		return nil, refuse(http.StatusNotFound, "refund_unknown", "the bill has no such refund")
	}
	return b.refunds[at], nil
}

// refunded is what was given back, or will be.
func (b *bill) refunded() int64 {
	sum := int64(0)
	for _, r := range b.refunds {
		if r.Status != statusFailed {
			sum += r.Amount
		}
	}
	return sum
}

// shown is the bill as the API shows it now.
func (b *bill) shown() json.RawMessage {
	content, _ := json.Marshal(struct { // of strings, numbers and times: cannot fail
		*bill
		AmountRefunded int64 `json:"amount_refunded"`
	}{b, b.refunded()})
	return content
}

// refundOrder is what a refund is made from.
type refundOrder struct {
	Amount   int64             `json:"amount"`
	Currency string            `json:"currency"`
	Reason   string            `json:"reason"`
	Metadata map[string]string `json:"metadata"`
}

// refund is a refund, and what the API shows of it.
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

func (r *refund) shown() json.RawMessage {
	content, _ := json.Marshal(r) // of strings, numbers and times: cannot fail
	return content
}
