package staff

import (
	"slices"
	"time"

	"github.com/paysocket/paysocket/host"
)

// entry is a line of a sale's timeline as people read it.
type entry struct {
	At   time.Time
	What string // which kind of thing has happened
	Who  string // the payment or refund that it is about; empty for the whole order
	Text string
}

// kinds has what the engine's kinds of entries are called here. One that is not known
// keeps its name.
var kinds = map[string]string{
	"order": "Order", "call": "Request to the gateway", "answer": "Answer", "look-up": "Looked up", "status": "State",
	"webhook": "Webhook", "event": "Event", "person": "Person", "attention": "Needs a person", "refund": "Refund",
	"refunded": "Refunded", "released": "Given up", "failover": "Next provider", "cancel": "Canceled", "adopted": "Adopted",
}

// timelineOf returns what happened with a sale and what the staff asked for, newest first,
// as people look for it.
func timelineOf(sale *host.Sale, actions []action) []entry {
	names := map[string]string{}
	for i := range sale.Payments {
		names[sale.Payments[i].Key] = "payment " + number(sale.Payments[i].N)
	}
	for i := range sale.Refunds {
		names[sale.Refunds[i].Key] = "refund " + sale.Refunds[i].OrderID
	}
	entries := make([]entry, len(sale.Timeline))
	for i, e := range sale.Timeline {
		what, known := kinds[e.Kind]
		if !known {
			what = e.Kind
		}
		entries[i] = entry{At: e.At, What: what, Who: names[e.Key], Text: e.Text}
	}
	for _, a := range actions {
		entries = append(entries, entry{At: a.At, What: "Staff", Text: a.Name + " asked for " + a.What + ": " + a.Why})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return a.At.Compare(b.At) })
	slices.Reverse(entries)
	return entries
}
