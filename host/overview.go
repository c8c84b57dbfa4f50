package host

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// Overview is what an operator has to know of all sales. It is made for metrics and
// pages that refresh: reading it costs the same however many sales there are.
type Overview struct {
	At time.Time // by the ledger's clock

	// Open are how many payments are not over, by status. Those without a status are
	// being made, or it is being found out whether there is one.
	Open map[contract.PaymentStatus]int

	// LastHour are how many payments that were begun within an hour before At have
	// which status by now.
	LastHour map[contract.PaymentStatus]int

	// Unknown is how many payments and refunds have a call whose result is not known,
	// and OldestUnknown when the first of these calls began.
	Unknown       int
	OldestUnknown time.Time // zero if there are none

	// Due is how many payments and refunds are to be looked at now, and OldestDue when
	// the first of them was. Run keeps both small.
	Due       int
	OldestDue time.Time

	// Undelivered is how many changes OnChange has not taken, and OldestUndelivered
	// when the first of them happened.
	Undelivered       int
	OldestUndelivered time.Time

	// Attention is how many payments and refunds a person should look at, and
	// NeedAttention are the oldest of them, at most 100, each as OnChange was told.
	Attention     int
	NeedAttention []Change

	// Unmatched is how many webhooks of the last 180 days were about no payment of the
	// ledger, at most 10,000, and UnmatchedWebhooks are the latest of them, at most 100:
	// first those of Kind "attention", such as disputes, which a person should look at,
	// then the others, of Kind "webhook". Their Key is what the gateway says that it is.
	Unmatched         int
	UnmatchedWebhooks []Entry
}

// maxShown bounds the lists of an overview.
const maxShown = 100

// Overview returns what an operator has to know of all sales.
func (e *Engine) Overview(ctx context.Context) (_ *Overview, err error) {
	if err := e.mayUse(ctx); err != nil {
		return nil, err
	}
	defer func() { err = busy(err, false) }()
	o := &Overview{At: e.now(ctx)}
	if err := e.count(ctx, o); err != nil {
		return nil, err
	}
	n, attention, err := e.store.Attention(ctx, maxShown)
	if err != nil {
		return nil, err
	}
	o.Attention = n
	for i := range attention {
		a := &attention[i]
		o.NeedAttention = append(o.NeedAttention, Change{
			SaleID: a.SaleID, Sequence: a.Sequence, Kind: ChangeAttention, At: a.At, Attempt: attemptView(a.Attempt),
		})
	}
	n, events, err := e.store.Unmatched(ctx, maxShown)
	if err != nil {
		return nil, err
	}
	o.Unmatched = n
	for i := range events {
		o.UnmatchedWebhooks = append(o.UnmatchedWebhooks, entryOf(&events[i]))
	}
	return o, nil
}

func (e *Engine) count(ctx context.Context, o *Overview) (err error) {
	if o.Open, err = e.store.Open(ctx); err != nil {
		return err
	}
	if o.LastHour, err = e.store.Begun(ctx, o.At.Add(-time.Hour), o.At); err != nil {
		return err
	}
	if o.Unknown, o.OldestUnknown, err = e.store.Unknown(ctx); err != nil {
		return err
	}
	if o.Due, o.OldestDue, err = e.store.Queue(ctx, o.At); err != nil {
		return err
	}
	o.Undelivered, o.OldestUndelivered, err = e.store.UndeliveredChanges(ctx)
	return err
}

// entryOf returns an event that belongs to no sale as a line for people.
func entryOf(e *ledger.Event) Entry {
	entry := Entry{At: e.ReceivedAt, Key: e.Key, Kind: "webhook", Text: sprintf("%s of %s", e.Kind, e.Provider)}
	if e.PaymentID != "" {
		entry.Text += sprintf(" about payment %s", e.PaymentID)
	}
	if e.RefundID != "" {
		entry.Text += sprintf(", refund %s", e.RefundID)
	}
	if e.Attention {
		entry.Kind = "attention"
		entry.Text += ": see the gateway's dashboard"
	}
	return entry
}
