package sandbox

import (
	"slices"
	"time"
)

// item is an object with an id and a time of creation.
type item interface {
	itemID() string
	itemTime() time.Time
}

// store keeps items in the order of their creation, with an index by id. When it is
// full it drops the oldest, since a sandbox may run for weeks.
type store[T item] struct {
	items  []T
	byID   map[string]T
	limit  int
	onDrop func(T)
}

func newStore[T item](limit int, onDrop func(T)) *store[T] {
	return &store[T]{byID: make(map[string]T), limit: limit, onDrop: onDrop}
}

func (s *store[T]) add(item T) {
	if len(s.items) >= s.limit {
		s.drop(max(1, s.limit/16)) // many at once, so that the rest is rarely copied
	}
	s.items = append(s.items, item)
	s.byID[item.itemID()] = item
}

func (s *store[T]) drop(n int) {
	for _, item := range s.items[:n] {
		delete(s.byID, item.itemID())
		if s.onDrop != nil {
			s.onDrop(item)
		}
	}
	s.items = slices.Clone(s.items[n:])
}

func (s *store[T]) get(id string) (T, bool) {
	item, ok := s.byID[id]
	return item, ok
}

// span returns the items that were created from one time to another, both
// included. The result must not be changed.
func (s *store[T]) span(from, to time.Time) []T {
	low, _ := slices.BinarySearchFunc(s.items, from, func(item T, at time.Time) int {
		return item.itemTime().Compare(at)
	})
	high, _ := slices.BinarySearchFunc(s.items, to, func(item T, at time.Time) int {
		if item.itemTime().After(at) {
			return 1
		}
		return -1
	})
	return s.items[min(low, high):high]
}
