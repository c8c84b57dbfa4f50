package hostchecks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
)

// evidence returns what happened in the check: the calls about its orders, what the host
// said of them, and what was done to it.
func (t *T) evidence() *harness.Evidence {
	t.mu.Lock()
	notes, orders := slices.Clone(t.notes), slices.Clone(t.orders)
	t.mu.Unlock()
	for _, o := range orders {
		for _, c := range o.Calls("") {
			notes = append(notes, noted{c.Began, "→ " + DescribeCall(&c)})
		}
		for _, p := range o.Payments() {
			notes = append(notes, noted{p.CreatedAt, fmt.Sprintf("ledger: %s of order %s, key %s, now %s", p.ID, o.ID, p.IdempotencyKey, p.Status)})
		}
	}
	slices.SortStableFunc(notes, func(a, b noted) int { return a.at.Compare(b.at) })
	e := &harness.Evidence{}
	for _, n := range notes {
		e.Timeline = append(e.Timeline, t.world.suite.Canaries.Redact(fmt.Sprintf("%7.3f %s", n.at.Sub(t.began).Seconds(), n.text)))
	}
	return e
}

// DescribeCall returns a call in one line.
func DescribeCall(c *scripted.CallRecord) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", c.Operation)
	if c.Amount.MinorUnits != 0 {
		fmt.Fprintf(&b, " %d", c.Amount.MinorUnits)
	}
	if c.PaymentID != "" {
		b.WriteString(" " + c.PaymentID)
	}
	if c.Attempt != nil {
		fmt.Fprintf(&b, " key=%s%s%s", c.Key(), moment(" first=", c.Attempt.FirstAt, c.Began), moment(" unknown=", c.Attempt.LastUnknownAt, c.Began))
	}
	fmt.Fprintf(&b, " by process %d", c.Process.PID)
	if !c.Deadline.IsZero() {
		fmt.Fprintf(&b, ", %.1f s left", c.Deadline.Sub(c.Began).Seconds())
	}
	switch c.Ended {
	case scripted.InFlight:
		b.WriteString(", in flight")
	case scripted.EndedAnswer, scripted.EndedError, scripted.EndedUnheard, scripted.EndedDeath:
		fmt.Fprintf(&b, ": %s", c.Ended)
		if c.Reason != "" {
			fmt.Fprintf(&b, " %s %s", c.Reason, c.Outcome)
		}
		fmt.Fprintf(&b, " after %.3f s", c.EndedAt.Sub(c.Began).Seconds())
	}
	if !c.CommittedAt.IsZero() {
		b.WriteString(", executed")
	}
	return b.String()
}

// moment returns a time as seconds from another; empty if it is absent.
func moment(name string, at, from time.Time) string {
	if at.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s%+.3fs", name, at.Sub(from).Seconds())
}
