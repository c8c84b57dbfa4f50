package sandbox

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// others makes the charges that others have made with a busy merchant's account since the request before. They cause no
// webhooks. The account's lock is held.
func (a *account) others() {
	now := a.second()
	if a.dials.Others <= 0 || a.othersUntil.IsZero() {
		a.othersUntil = now
		return
	}
	pause := time.Second / time.Duration(a.dials.Others)
	if kept := now.Add(-pause * time.Duration(a.charges.limit)); a.othersUntil.Before(kept) {
		a.othersUntil = kept // what is older would be dropped
	}
	amount := gateway.Money{Amount: 100_000, Currency: a.dials.currency()}
	for ; a.othersUntil.Before(now); a.othersUntil = a.othersUntil.Add(pause) {
		a.runAsOf(a.othersUntil.Truncate(time.Second), func() {
			if made, err := a.dashboardCharge("", amount); err == nil { // an account without methods sells nothing
				a.addCharge(made)
			}
		})
	}
}

// take waits for as long as the dials say that lists take. The account is not locked: many are answered at once.
func take(ctx context.Context, long time.Duration) {
	if long <= 0 {
		return
	}
	wait := time.NewTimer(long)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
}
