package checks

import (
	"context"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
)

// deadlines holds the checks of group DLN that the sweep over deadlines does not have.
func deadlines() map[string]Check {
	return map[string]Check{"DLN-004": asksNothingAfterAQueue}
}

const (
	// grace is how much longer than its deadline a call may take.
	grace = 500 * time.Millisecond

	// shortLimit is a deadline within which money may be moved: the manifests
	// ask for a second.
	shortLimit = 2 * time.Second

	// tooShort is one within which it may not, whatever the provider asks for.
	tooShort = 300 * time.Millisecond

	// alreadyOver is the shortest deadline that the wire can express. gRPC clients
	// end such a call before they send it, but a call that was delayed on its way
	// arrives like this.
	alreadyOver = time.Nanosecond
)

// asksNothingAfterAQueue lets a call wait behind another one of the same key
// until its deadline has passed. The provider must not begin it afterwards.
func asksNothingAfterAQueue(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	request := e.CreateRequest()
	held := s.Arm(proxy.Fault{Operation: manifest.OpCreate, Kind: proxy.FaultHold})
	defer held.Disarm()
	first := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
		defer cancel()
		_, err := s.Provider.CreatePayment(ctx, request)
		first <- err
	}()
	reached(t, held, "CreatePayment")
	ctx, cancel := context.WithTimeout(t.Context(), e.Within(shortLimit))
	defer cancel()
	again := *request
	_, _ = s.Provider.CreatePayment(ctx, &again) // it may be answered: the hold is on one request
	<-ctx.Done()
	before := s.Writes()
	held.Release()
	if err := <-first; err != nil { // another clause checks whether it succeeds
		t.Logf("the first call failed: %v", err)
	}
	letHappen(t, e, s, before+1)
	harness.Equal(t, "requests that can move money, of a call that waited behind another until its deadline had passed", 0, s.Writes()-before)
}

// givenUp reports whether the requests of an operation end with the call.
func givenUp(t *harness.T, e *harness.Env, s *harness.Scenario, operation string) bool {
	ctx, cancel := context.WithTimeout(t.Context(), e.Within(grace))
	defer cancel()
	return s.Proxy.Await(ctx, func(journal []proxy.Exchange) bool {
		return !slices.ContainsFunc(journal, func(x proxy.Exchange) bool { return x.Operation == operation && !x.Done })
	}) == nil
}
