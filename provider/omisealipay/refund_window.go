package omisealipay

import (
	"time"
	_ "time/tzdata" // a machine without time zone files must not shift the last day of a refund

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// graceAtEdge is how long after the window a refund is still sent: Omise decides
// when exactly the last day ends, and a refund that could have worked must not be
// refused here.
const graceAtEdge = 24 * time.Hour

// clockOf returns the time at Omise when it answered with the charge. This
// machine's clock may be wrong by more than the grace.
func (s *session) clockOf(charge *omise.Charge) time.Time {
	if date := charge.Response.Date; !date.IsZero() {
		return date
	}
	return s.now()
}

// pastWindow reports whether now is more than grace past a refund window of the
// charge. It is not if there is none, or none is known.
func pastWindow(window *contract.RefundWindow, charge *omise.Charge, now time.Time, grace time.Duration) bool {
	if window == nil {
		return false
	}
	zone, err := time.LoadLocation(window.Zone)
	if err != nil {
		return false // Omise decides; it cannot happen, because the zone is built in
	}
	return !now.Before(windowEnd(window, charge.CreatedAt.In(zone)).Add(grace))
}

// windowEnd returns the first instant after the window: the end of the day that
// many months, and then days, after the charge's. A day that its month does not
// have becomes the month's last, where time.AddDate would go on into the next
// month.
func windowEnd(window *contract.RefundWindow, made time.Time) time.Time {
	firstOfMonth := time.Date(made.Year(), made.Month()+time.Month(window.Months), 1, 0, 0, 0, 0, made.Location())
	lastDay := firstOfMonth.AddDate(0, 1, -1).Day()
	return firstOfMonth.AddDate(0, 0, min(made.Day(), lastDay)+window.Days)
}
