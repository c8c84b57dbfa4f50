package faults

import (
	"net/http"
	"sync/atomic"

	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// Counter counts how often a fault happened. The zero value is ready to use.
type Counter struct{ n atomic.Int64 }

// Of counts the requests that meet a fault of a sandbox's front.
func (c *Counter) Of(fault kittest.Fault) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		c.Happened()
		fault(w, r, next)
	}
}

// Happened counts a fault that happened elsewhere.
func (c *Counter) Happened() { c.n.Add(1) }

// Times returns how often it happened.
func (c *Counter) Times() int { return int(c.n.Load()) }

// Observed returns how many of the conditions hold by which a test sees that a fault has
// happened.
func Observed(conditions ...bool) int {
	n := 0
	for _, holds := range conditions {
		if holds {
			n++
		}
	}
	return n
}
