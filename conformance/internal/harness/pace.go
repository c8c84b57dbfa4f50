package harness

import (
	"context"
	"time"
)

// Pace is how fast a provider is while nothing is in its way, and the gateway answers
// at once.
type Pace struct {
	// Start is how long its process needs until it can be called.
	Start time.Duration

	// Call is how long it needs for a call; 0 if that is not known.
	Call time.Duration
}

// MeasurePace calls the provider a few times. The pace of calls stays unknown if they
// fail, or take more than half of the time that they have: such a provider may well
// use what it gets.
func (r *Suite) MeasurePace(ctx context.Context) {
	worker := r.NewWorker()
	defer worker.Close()
	var took time.Duration
	result, _ := worker.Check(ctx, "PACE-000", r.Manifest.Timeouts.Check, func(t *T, e *Env) { //nolint:contextcheck // it has one
		s := e.Scenario(t, nil)
		for range paceCalls {
			s.MustStatus(t, s.MustCreate(t, e.CreateRequest()).PaymentID)
		}
		took = max(fastest(s.Calls(), "CreatePayment"), fastest(s.Calls(), "GetStatus"))
	})
	if len(result.Failures) == 0 && result.SetupErr == nil && took <= r.Manifest.Timeouts.RPC/2 {
		r.Pace.Call = took
	}
}

// paceCalls is how many calls of a kind are made to measure the pace: the fastest
// counts, because a machine can be busy with other things.
const paceCalls = 3

func fastest(calls []Call, method string) time.Duration {
	var least time.Duration
	for i := range calls {
		if calls[i].Method == method && (least == 0 || calls[i].Took < least) {
			least = calls[i].Took
		}
	}
	return least
}

// CallLimit returns how long a call may take: what the manifest says, and for a slow
// provider as much more as the calls need that are made while one is held up.
func (r *Suite) CallLimit() time.Duration {
	const meanwhile = 12
	return r.Manifest.Timeouts.RPC + meanwhile*r.Pace.Call
}

// Within returns a time in which something happens that the provider does while it
// answers a call. It is longer than usual if the provider is slow, or the machine busy.
func (r *Suite) Within(usual time.Duration) time.Duration {
	return usual + 2*r.Pace.Call + r.Machine.patience()
}
