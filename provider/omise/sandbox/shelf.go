package sandbox

import (
	"slices"
	"time"
)

// A kept thing has an id and a time at which it was made.
type kept interface {
	ident() string
	made() time.Time
}

// A shelf keeps things in the order they were made, finds one by id at once
// and a span of time by halving, and gives up its oldest when it is full: the
// sandbox may run for weeks.
type shelf[T kept] struct {
	items  []T
	byID   map[string]T
	limit  int
	onDrop func(T)
}

func newShelf[T kept](limit int, onDrop func(T)) *shelf[T] {
	return &shelf[T]{byID: make(map[string]T), limit: limit, onDrop: onDrop}
}

func (s *shelf[T]) add(item T) {
	if len(s.items) >= s.limit {
		s.drop(max(1, s.limit/16)) // by the batch: the copy is then seldom
	}
	s.items = append(s.items, item)
	s.byID[item.ident()] = item
}

func (s *shelf[T]) drop(n int) {
	for _, item := range s.items[:n] {
		delete(s.byID, item.ident())
		if s.onDrop != nil {
			s.onDrop(item)
		}
	}
	s.items = slices.Clone(s.items[n:])
}

func (s *shelf[T]) get(id string) (T, bool) {
	item, ok := s.byID[id]
	return item, ok
}

// span is what was made from one time to another, both included. The result
// must not be changed.
func (s *shelf[T]) span(from, to time.Time) []T {
	low, _ := slices.BinarySearchFunc(s.items, from, func(item T, at time.Time) int {
		return item.made().Compare(at)
	})
	high, _ := slices.BinarySearchFunc(s.items, to, func(item T, at time.Time) int {
		if item.made().After(at) {
			return 1
		}
		return -1
	})
	return s.items[min(low, high):high]
}
