package ledger

import (
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Sale is one order to be paid, with everything that was tried for it.
type Sale struct {
	ID           string // the platform's
	Amount       contract.Money
	Method       string
	Status       string
	PaidBy       string // the key of the first payment that succeeded
	CancelWanted bool
	Sequence     int // of the latest change
	CreatedAt    time.Time

	// Attempts are the payments and the refunds, each in the order of their making.
	Attempts []*Attempt

	isNew        bool
	storedStatus string
	entries      int // of the timeline, those that are committed
	timeline     []Entry
	changes      []Change
}

// NewSale returns a sale that is stored by the end of its move.
func NewSale(id string, amount contract.Money, method string, at time.Time) *Sale {
	return &Sale{ID: id, Amount: amount, Method: method, CreatedAt: at, isNew: true}
}

// Attempt is one payment or one refund that is wanted, over all calls with its key.
type Attempt struct {
	Key       string
	Operation contract.Operation
	N         int    // counts the sale's payments, or its refunds, from 1
	OrderID   string // the platform's id of the sale, or of the refund
	Of        string // of a refund: the key of its payment

	Provider    string
	Fallbacks   []string // the providers that come next
	Account     string   // identifies the account in which it is; empty if that is not established
	Mode        contract.Mode
	Method      string
	PayerAction contract.PayerAction
	Amount      contract.Money
	Refunded    int64 // of a payment: minor units, as the gateway says

	GatewayID      string // the payment's, or the refund's
	Status         contract.PaymentStatus
	ProviderStatus string
	Failure        contract.FailureCode
	ExpiresAt      time.Time
	Settlement     *Settlement // of a payment; nil as long as the gateway has not said it

	Request Request
	Payer   []byte // sealed

	NextAction *contract.NextAction
	Shown      bool
	Released   bool
	Cleared    int
	Look       *contract.Look
	Tries      []contract.Try

	Attention   string // why a person should look at it; empty if nobody has to
	Checks      int    // reads in a row that brought nothing new
	Hints       int    // webhooks that came since the latest read began
	Useless     int    // answers in a row that said nothing of it that can be used
	NextCheckAt time.Time
	CreatedAt   time.Time

	stored *Attempt // as it was read; nil for a new one
}

// Settlement is what the merchant will receive for a payment, in minor units of a currency
// of the merchant's.
type Settlement struct {
	Currency string
	Net, Fee int64
}

// Request is what every call of an attempt carries beside what the attempt has.
type Request struct {
	Reference   string            `json:"reference,omitempty"`
	ReturnURL   string            `json:"return_url,omitempty"`
	Description string            `json:"description,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
	WebhookURL  string            `json:"webhook_url,omitempty"`
	Reason      string            `json:"reason,omitempty"`
}

// Entry is one line of a sale's timeline.
type Entry struct {
	N    int
	At   time.Time
	Key  string // of the attempt that it is about; empty if it is about the sale
	Kind string
	Text string
}

// Change is one thing that the platform is told of a sale.
type Change struct {
	SaleID    string
	Sequence  int
	Kind      string
	Key       string
	At        time.Time
	Failures  int
	NextAt    time.Time // when it is delivered next
	Delivered bool
}

// Note appends to the timeline.
func (s *Sale) Note(at time.Time, key, kind, text string) {
	s.timeline = append(s.timeline, Entry{N: s.entries + len(s.timeline) + 1, At: at, Key: key, Kind: kind, Text: text})
}

// Change appends to what the platform is told.
func (s *Sale) Change(at time.Time, key, kind string) {
	s.Sequence++
	s.changes = append(s.changes, Change{SaleID: s.ID, Sequence: s.Sequence, Kind: kind, Key: key, At: at, NextAt: at})
}

// HasNews reports whether this move has appended to the timeline.
func (s *Sale) HasNews() bool { return len(s.timeline) > 0 }

// NewChanges returns what this move appended to what the platform is told.
func (s *Sale) NewChanges() []Change { return s.changes }

// Attempt returns the attempt with a key; nil if the sale has none.
func (s *Sale) Attempt(key string) *Attempt {
	for _, a := range s.Attempts {
		if a.Key == key {
			return a
		}
	}
	return nil
}

// Payments returns the attempts to be paid.
func (s *Sale) Payments() []*Attempt { return s.of(contract.OperationCreatePayment) }

// Refunds returns the attempts to pay back.
func (s *Sale) Refunds() []*Attempt { return s.of(contract.OperationRefund) }

func (s *Sale) of(operation contract.Operation) []*Attempt {
	var found []*Attempt
	for _, a := range s.Attempts {
		if a.Operation == operation {
			found = append(found, a)
		}
	}
	return found
}

// Try returns the call with a number; nil if there is none.
func (a *Attempt) Try(n int) *contract.Try {
	for i := range a.Tries {
		if a.Tries[i].N == n {
			return &a.Tries[i]
		}
	}
	return nil
}

// IsDue reports whether the attempt is to be looked at; nil is not.
func (a *Attempt) IsDue(at time.Time) bool {
	return a != nil && !a.NextCheckAt.IsZero() && !a.NextCheckAt.After(at)
}

// IsCalling reports whether the latest call of the attempt has not ended.
func (a *Attempt) IsCalling() bool {
	n := len(a.Tries)
	return n > 0 && a.Tries[n-1].Ended.IsZero()
}

// StoredNextCheckAt returns NextCheckAt as it was before the move; zero for a new
// attempt.
func (a *Attempt) StoredNextCheckAt() time.Time {
	if a.stored == nil {
		return time.Time{}
	}
	return a.stored.NextCheckAt
}

// History returns what contract.Decide needs of the attempt.
func (a *Attempt) History() *contract.History {
	return &contract.History{
		Operation: a.Operation, Key: a.Key, PayerAction: a.PayerAction, Tries: a.Tries, Look: a.Look,
		Status: a.Status, Shown: a.Shown, Released: a.Released, Cleared: a.Cleared,
	}
}

// remember keeps a copy of the attempt as it is stored, for what has changed.
func (a *Attempt) remember() {
	stored := *a
	stored.stored = nil
	stored.Tries = append([]contract.Try(nil), a.Tries...)
	a.stored = &stored
}
