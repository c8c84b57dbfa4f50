package sandbox

import "context"

// Sign is exported for a test against a vector made elsewhere.
var Sign = sign

// Settle waits until every queued webhook has been sent.
func Settle(ctx context.Context, s *Sandbox) error {
	for _, a := range s.Accounts() {
		a.flushNow()
		a.AwaitDeliveries(ctx)
	}
	return ctx.Err()
}
