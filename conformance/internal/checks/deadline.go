package checks

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// deadlines holds the checks of group DLN.
func deadlines() map[string]Check {
	return map[string]Check{
		"DLN-001": keepsToDeadlines,
		"DLN-002": stopsWhenTheCallerDoes,
		"DLN-004": asksNothingTooLate,
	}
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

// slow are the ways in which a gateway keeps a caller waiting.
func slow(operation string) []trouble {
	return []trouble{
		{name: "the headers drip", fault: proxy.Fault{Operation: operation, Phase: proxy.AfterCommit, Kind: proxy.FaultSlowHeaders, Times: -1}},
		{name: "the body drips", fault: proxy.Fault{Operation: operation, Phase: proxy.AfterCommit, Kind: proxy.FaultDrip, Bytes: 8, Times: -1}},
	}
}

// keepsToDeadlines waits longer than the deadline that it sends, because gRPC
// clients end their calls themselves, whatever the provider does.
func keepsToDeadlines(t *harness.T, e *harness.Env) {
	c, end := openCounter(t, e)
	defer end()
	made := c.mustCreate(t, e)
	for _, trouble := range slow(manifest.OpGet) {
		armed := c.Arm(trouble.fault)
		c.endsInTime(t, e, "GetStatus while "+trouble.name, "GetStatus", statusMessage(made.PaymentID), e.Within(shortLimit))
		// Many servers of gRPC break the call off by themselves, and what they
		// called goes on behind it.
		givenUp(t, e, c.Scenario, manifest.OpGet, "GetStatus while "+trouble.name)
		armed.Disarm()
	}
	for _, trouble := range slow(manifest.OpCreate) {
		c.createsInTime(t, e, trouble)
	}
	c.preparesTooLong(t, e)
	c.beginsNothingTooLate(t, e, made)
}

// preparesTooLong lets what comes before a payment take so long that too little
// time is left for the payment itself.
func (c *counter) preparesTooLong(t *harness.T, e *harness.Env) {
	if !e.Manifest.HasOperation(manifest.OpPrepare) {
		return
	}
	limit := e.Within(shortLimit)
	armed := c.Arm(proxy.Fault{Operation: manifest.OpPrepare, Kind: proxy.FaultDelay, Delay: limit - tooShort, Times: -1, Optional: true})
	defer armed.Disarm()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	before := c.Writes()
	_, err := c.provider.CreatePayment(ctx, e.CreateRequest())
	c.beganNothing(t, e, "CreatePayment that was prepared until "+tooShort.String()+" were left", before, err, "")
}

// beganNothing fails the check unless a call that had too little time left was refused
// with the reason, if there is one, and sent no request that moves money. A provider
// that needs longer than that for any call need not have answered.
func (c *counter) beganNothing(t *harness.T, e *harness.Env, what string, before int, err error, reason contract.Reason) {
	switch unanswered := errors.Is(err, contract.ProviderTimeout); {
	case unanswered && e.Pace.Call > tooShort/2:
		c.quiet(t, e)
	case unanswered:
		c.quiet(t, e)
		t.Latef("%s: it was not refused before its deadline: %v", what, err)
	default:
		failedWith(t, what, err, reason, contract.NotAttempted)
	}
	harness.Equal(t, what+": requests that can move money", 0, c.Writes()-before)
}

// beginsNothingTooLate makes each call that moves money with too short a deadline.
func (c *counter) beginsNothingTooLate(t *harness.T, e *harness.Env, pending *contract.Payment) {
	late := func(name string, call func(context.Context) error) {
		ctx, cancel := context.WithTimeout(t.Context(), tooShort)
		defer cancel()
		before := c.Writes()
		err := call(ctx)
		c.beganNothing(t, e, name+" with "+tooShort.String()+" left", before, err, contract.DeadlineTooShort)
	}
	late("CreatePayment", func(ctx context.Context) error {
		_, err := c.provider.CreatePayment(ctx, e.CreateRequest())
		return err
	})
	if e.Descriptor.Has(contract.OperationCancelPayment) {
		late("CancelPayment", func(ctx context.Context) error {
			_, err := c.provider.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: pending.PaymentID})
			return err
		})
	}
	if e.RefundTerms() != nil && e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		c.Transition(t, pending.PaymentID, gateway.StateSucceeded)
		late("Refund", func(ctx context.Context) error {
			_, err := c.provider.Refund(ctx, refundRequest(e, pending.PaymentID, pending.Amount.MinorUnits))
			return err
		})
	}
}

// createsInTime lets a payment be created while the gateway is slow. A provider
// that wants more time before it begins is given as much as calls have.
func (c *counter) createsInTime(t *harness.T, e *harness.Env, trouble trouble) {
	what := "CreatePayment while " + trouble.name
	for _, limit := range []time.Duration{e.Within(shortLimit), e.CallLimit()} {
		last := limit == e.CallLimit()
		fault := trouble.fault
		fault.Optional = !last
		armed := c.Arm(fault)
		before := c.Writes()
		outcome := c.endsInTime(t, e, what, "CreatePayment", createMessage(e), limit)
		armed.Disarm()
		if c.Writes() == before && !last {
			continue
		}
		if outcome != nil {
			harness.Equal(t, "outcome of "+what, v1.Outcome_OUTCOME_INDETERMINATE, outcome.GetOutcome())
		}
		return
	}
}

// endsInTime makes a call that the provider cannot complete within its deadline,
// and returns the reported outcome, if any.
func (c *counter) endsInTime(t *harness.T, e *harness.Env, what, method string, request proto.Message, limit time.Duration) *v1.OperationOutcome {
	patience := e.Within(grace)
	ctx, cancel := context.WithTimeout(t.Context(), limit+patience)
	defer cancel()
	ended, err := c.said.call(ctx, method, request, limit)
	if ctx.Err() != nil {
		t.Latef("%s had a deadline of %s and still runs %s later", what, limit, patience)
		return nil
	}
	t.SetupFailed("call "+method, err)
	harness.OneOf(t, "code of "+what, ended.Code(), codes.DeadlineExceeded, codes.Canceled)
	return operationOutcome(ended)
}

func stopsWhenTheCallerDoes(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	made, other := s.MustCreate(t, e.CreateRequest()), s.MustCreate(t, e.CreateRequest())
	held := s.Arm(proxy.Fault{Operation: manifest.OpGet, Kind: proxy.FaultHold})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := s.Provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: made.PaymentID})
		ended <- err
	}()
	reached(t, held, "GetStatus")
	s.MustStatus(t, other.PaymentID) // while the first is held
	cancel()
	err := <-ended
	harness.True(t, err != nil, "a call that was canceled was answered")
	givenUp(t, e, s, manifest.OpGet, "GetStatus that the caller canceled")
	s.MustStatus(t, other.PaymentID)
	if e.Descriptor.Has(contract.OperationListPayments) && e.Manifest.HasOperation(manifest.OpList) {
		stopsListing(t, e, s)
	}
}

func stopsListing(t *harness.T, e *harness.Env, s *harness.Scenario) {
	held := s.Arm(proxy.Fault{Operation: manifest.OpList, Kind: proxy.FaultHold})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := s.Provider.ListPayments(ctx, recently())
		ended <- err
	}()
	reached(t, held, "ListPayments")
	cancel()
	err := <-ended
	harness.True(t, err != nil, "a call that was canceled was answered")
	givenUp(t, e, s, manifest.OpList, "ListPayments that the caller canceled")
}

// givenUp fails the check unless the request to the gateway ends with the call.
func givenUp(t *harness.T, e *harness.Env, s *harness.Scenario, operation, what string) {
	ctx, cancel := context.WithTimeout(t.Context(), e.Within(grace))
	defer cancel()
	err := s.Proxy.Await(ctx, func(journal []proxy.Exchange) bool {
		for i := range journal {
			if journal[i].Operation == operation && !journal[i].Done {
				return false
			}
		}
		return true
	})
	if err != nil {
		t.Latef("%s ended, but its request to the gateway goes on", what)
	}
}

func asksNothingTooLate(t *harness.T, e *harness.Env) {
	c, end := openCounter(t, e)
	defer end()
	made := c.mustCreate(t, e)
	before := c.Requests()
	for method, request := range inOrder(map[string]proto.Message{
		"CreatePayment": createMessage(e), "GetStatus": statusMessage(made.PaymentID),
	}) {
		ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
		ended, err := c.said.call(ctx, method, request, alreadyOver)
		cancel()
		t.SetupFailed("call "+method+" with a deadline that has passed", err)
		harness.True(t, ended.Code() != codes.OK, "%s was answered although its deadline had passed on arrival", method)
	}
	c.quiet(t, e)
	harness.Equal(t, "requests to the gateway by calls whose deadline has passed", 0, c.Requests()-before)
	c.asksNothingAfterAQueue(t, e)
}

// asksNothingAfterAQueue lets a call wait behind another one of the same key
// until its deadline has passed. The provider must not begin it afterwards.
func (c *counter) asksNothingAfterAQueue(t *harness.T, e *harness.Env) {
	request := e.CreateRequest()
	held := c.Arm(proxy.Fault{Operation: manifest.OpCreate, Kind: proxy.FaultHold})
	defer held.Disarm()
	first := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
		defer cancel()
		_, err := c.provider.CreatePayment(ctx, request)
		first <- err
	}()
	reached(t, held, "CreatePayment")
	ctx, cancel := context.WithTimeout(t.Context(), e.Within(shortLimit))
	defer cancel()
	again := *request
	_, _ = c.provider.CreatePayment(ctx, &again) // it may be answered: the hold is on one request
	<-ctx.Done()
	before := c.Writes()
	held.Release()
	if err := <-first; err != nil { // another clause checks whether it succeeds
		t.Logf("the first call failed: %v", err)
	}
	c.quiet(t, e)
	harness.Equal(t, "requests that can move money, of a call that waited behind another until its deadline had passed", 0, c.Writes()-before)
}

// quiet waits for requests that an ended call may still send.
func (c *counter) quiet(t *harness.T, e *harness.Env) {
	ctx, cancel := context.WithTimeout(t.Context(), e.Within(grace))
	defer cancel()
	seen := c.Writes()
	_ = c.Proxy.Await(ctx, func([]proxy.Exchange) bool { return c.Writes() > seen })
}
