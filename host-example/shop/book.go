package shop

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// book is the shop's record: sales, and the webhooks that were taken. Each
// method is one commit, and none calls a provider, so that a database can take
// its place. Everything it gives away is a copy.
type book struct {
	mu    sync.Mutex
	now   func() time.Time
	sales map[string]Sale
	inbox map[inboxKey]time.Time
}

// inboxKey names an event: gateways count for themselves, so the provider
// belongs to it.
type inboxKey struct{ provider, dedupeKey string }

func newBook(now func() time.Time) *book {
	return &book{now: now, sales: map[string]Sale{}, inbox: map[inboxKey]time.Time{}}
}

// add keeps a new sale.
func (b *book) add(sale *Sale) Sale {
	b.mu.Lock()
	defer b.mu.Unlock()
	sale.CreatedAt = b.now().UTC()
	sale.UpdatedAt = sale.CreatedAt
	b.sales[sale.ID] = sale.clone()
	return sale.clone()
}

// sale reads one sale.
func (b *book) sale(id string) (Sale, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	sale, ok := b.sales[id]
	if !ok {
		return Sale{}, &NotFoundError{What: "sale", ID: id}
	}
	return sale.clone(), nil
}

// change commits what change does to a sale, and gives the sale as it is
// afterwards. If change fails, nothing is committed.
func (b *book) change(id string, change func(*Sale) error) (Sale, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before, ok := b.sales[id]
	if !ok {
		return Sale{}, &NotFoundError{What: "sale", ID: id}
	}
	sale := before.clone()
	if err := change(&sale); err != nil {
		return before.clone(), err
	}
	sale.UpdatedAt = b.now().UTC()
	b.sales[id] = sale
	return sale.clone(), nil
}

// find gives the sale that a payment belongs to: by the gateway's id, or by
// the key where the answer that told the id was lost.
func (b *book) find(provider, paymentID, key string) (Sale, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, sale := range b.sales {
		if sale.Provider != provider {
			continue
		}
		if sale.PaymentID == paymentID || sale.PaymentID == "" && key != "" && sale.Attempt.Key == key {
			return sale.clone(), true
		}
	}
	return Sale{}, false
}

// receive keeps that an event was taken, and reports whether it is the first
// time. Events are kept for ever, so that one that is replayed after the
// signature's tolerance does nothing either.
func (b *book) receive(provider, dedupeKey string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := inboxKey{provider, dedupeKey}
	if _, known := b.inbox[key]; known {
		return false
	}
	b.inbox[key] = b.now().UTC()
	return true
}

// all gives every sale, oldest first.
func (b *book) all() []Sale {
	b.mu.Lock()
	defer b.mu.Unlock()
	sales := make([]Sale, 0, len(b.sales))
	for sale := range maps.Values(b.sales) {
		sales = append(sales, sale.clone())
	}
	slices.SortFunc(sales, func(a, b Sale) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return sales
}
