package shop

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// store holds the shop's sales and the webhook events that were accepted. Each
// method is one transaction, and none calls a provider, so that a database can
// take its place. Everything it returns is a copy.
type store struct {
	mu     sync.Mutex
	now    func() time.Time
	sales  map[string]Sale
	events map[eventKey]time.Time
}

// eventKey identifies a webhook event. Each gateway numbers its own events, so
// the provider is part of the key.
type eventKey struct{ provider, dedupeKey string }

func newStore(now func() time.Time) *store {
	return &store{now: now, sales: map[string]Sale{}, events: map[eventKey]time.Time{}}
}

// add stores a new sale.
func (s *store) add(sale *Sale) Sale {
	s.mu.Lock()
	defer s.mu.Unlock()
	sale.CreatedAt = s.now().UTC()
	sale.UpdatedAt = sale.CreatedAt
	s.sales[sale.ID] = sale.clone()
	return sale.clone()
}

// sale returns one sale.
func (s *store) sale(id string) (Sale, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sale, ok := s.sales[id]
	if !ok {
		return Sale{}, &NotFoundError{What: "sale", ID: id}
	}
	return sale.clone(), nil
}

// update commits what change does to a sale, and returns the sale as it is
// afterwards. If change fails, nothing is committed.
func (s *store) update(id string, change func(*Sale) error) (Sale, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, ok := s.sales[id]
	if !ok {
		return Sale{}, &NotFoundError{What: "sale", ID: id}
	}
	sale := before.clone()
	if err := change(&sale); err != nil {
		return before.clone(), err
	}
	sale.UpdatedAt = s.now().UTC()
	s.sales[id] = sale
	return sale.clone(), nil
}

// findByPayment returns the sale that a payment belongs to. It matches the
// gateway's id of the payment or, if the answer with that id was lost, the
// idempotency key.
func (s *store) findByPayment(provider, paymentID, key string) (Sale, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sale := range s.sales {
		if sale.Provider != provider {
			continue
		}
		if sale.PaymentID == paymentID || sale.PaymentID == "" && key != "" && sale.Attempt.Key == key {
			return sale.clone(), true
		}
	}
	return Sale{}, false
}

// addEvent stores an event, and reports whether it is new. Events are kept for
// ever: one that is replayed after the tolerance of its signature must do
// nothing either.
func (s *store) addEvent(provider, dedupeKey string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := eventKey{provider, dedupeKey}
	if _, known := s.events[key]; known {
		return false
	}
	s.events[key] = s.now().UTC()
	return true
}

// all returns every sale, oldest first.
func (s *store) all() []Sale {
	s.mu.Lock()
	defer s.mu.Unlock()
	sales := make([]Sale, 0, len(s.sales))
	for sale := range maps.Values(s.sales) {
		sales = append(sales, sale.clone())
	}
	slices.SortFunc(sales, func(a, b Sale) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return sales
}
