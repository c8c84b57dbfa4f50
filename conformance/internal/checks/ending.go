package checks

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// ending is a way in which a program is made to end.
type ending struct {
	name   string
	clause string
	held   bool // whether the gateway keeps a call waiting meanwhile
	begin  func(*harness.T, *counter)
}

// endings are the ways in which a program must end, with and without a call in flight.
// After SIGTERM it may wait for the call: see answersBeforeItEnds.
func endings() []ending {
	shutdown := func(t *harness.T, c *counter) {
		ctx, cancel := context.WithTimeout(t.Context(), endLimit)
		defer cancel()
		// It may end before it answers.
		_ = c.conn.Invoke(ctx, "/plugin.GRPCController/Shutdown", &emptypb.Empty{}, &emptypb.Empty{})
	}
	terminate := func(_ *harness.T, c *counter) { _ = c.program.command.Process.Signal(syscall.SIGTERM) }
	abandon := func(_ *harness.T, c *counter) { c.program.abandon() }
	return []ending{
		{name: "Shutdown", clause: "HSK-005", begin: shutdown},
		{name: "Shutdown with a call in flight", clause: "HSK-005", held: true, begin: shutdown},
		{name: "SIGTERM", clause: "HSK-005", begin: terminate},
		{name: "the end of its host", clause: "HSK-009", begin: abandon},
		{name: "the end of its host with a call in flight", clause: "HSK-009", held: true, begin: abandon},
	}
}

// endsBy checks that a program ends in the ways of a clause, and leaves nothing behind.
func endsBy(clause string) Check {
	return func(t *harness.T, e *harness.Env) {
		for _, way := range endings() {
			if way.clause == clause {
				t.Part(func(t *harness.T) { way.check(t, e) })
			}
		}
	}
}

func (w *ending) check(t *harness.T, e *harness.Env) {
	c, end := openCounter(t, e)
	defer end()
	if w.held {
		c.holdPayment(t, e, time.Minute)
	}
	began := time.Now()
	w.begin(t, c)
	switch {
	case !c.program.endsWithin(endLimit):
		t.Latef("the program still runs %s after %s", endLimit, w.name)
	case c.program.leavesProcesses():
		t.Errorf("the program ended after %s, but processes that it started still run", w.name)
	default:
		t.Logf("after %s it ended within %d ms", w.name, time.Since(began).Milliseconds())
		harness.Equal(t, "processes that still run after "+w.name, "", strings.Join(c.program.orphans(), " "))
	}
	harness.Equal(t, "files left in the socket's folder after "+w.name, "", strings.Join(c.program.leftFiles(), " "))
	if w.clause == "HSK-009" { // nobody else can remove it
		harness.True(t, !c.program.hasFolder(), "after %s, the empty PLUGIN_UNIX_SOCKET_DIR is still there", w.name)
	}
}

// heldPayment is a call that creates a payment, which the gateway has made and does not
// answer yet.
type heldPayment struct {
	fault *proxy.ArmedFault
	ended chan error
}

func (c *counter) holdPayment(t *harness.T, e *harness.Env, limit time.Duration) *heldPayment {
	held := &heldPayment{
		fault: c.Arm(proxy.Fault{Operation: manifest.OpCreate, Phase: proxy.AfterCommit, Kind: proxy.FaultHold}), ended: make(chan error, 1),
	}
	request := e.CreateRequest()
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		_, err := c.provider.CreatePayment(ctx, request)
		held.ended <- err
	}()
	reached(t, held.fault, "CreatePayment")
	return held
}

// answered lets the gateway answer, and fails the check unless the provider does.
func (h *heldPayment) answered(t *harness.T, when string) {
	h.fault.Disarm()
	err := <-h.ended
	harness.True(t, err == nil, "CreatePayment, in flight %s, was not answered although the gateway answered: %v", when, err)
}

// answersBeforeItEnds sends SIGTERM while a payment is made, and calls until the gateway
// answers.
func answersBeforeItEnds(t *harness.T, e *harness.Env) {
	c, end := openCounter(t, e)
	defer end()
	made := c.mustCreate(t, e)
	held := c.holdPayment(t, e, e.CallLimit())
	_ = c.program.command.Process.Signal(syscall.SIGTERM)
	c.awaitNotServing(t, e)
	before := c.Requests()
	later := func(name string, outcome contract.Outcome, call func(context.Context) error) {
		ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
		defer cancel()
		failedWith(t, name+" after SIGTERM, with a call in flight", call(ctx), contract.ProviderUnreachable, outcome)
	}
	later("CreatePayment", contract.NotAttempted, func(ctx context.Context) error {
		_, err := c.provider.CreatePayment(ctx, e.CreateRequest())
		return err
	})
	if e.RefundTerms() != nil {
		later("Refund", contract.NotAttempted, func(ctx context.Context) error {
			_, err := c.provider.Refund(ctx, refundRequest(e, made.PaymentID, made.Amount.MinorUnits))
			return err
		})
	}
	if e.Descriptor.Has(contract.OperationCancelPayment) {
		later("CancelPayment", contract.NotAttempted, func(ctx context.Context) error {
			_, err := c.provider.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: made.PaymentID})
			return err
		})
	}
	// An error of a read has no outcome: OutcomeOf calls it indeterminate.
	later("GetStatus", "", func(ctx context.Context) error {
		_, err := c.provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: made.PaymentID})
		return err
	})
	harness.Equal(t, "requests to the gateway by calls after SIGTERM", 0, c.Requests()-before)
	held.answered(t, "at SIGTERM")
	if !c.program.endsWithin(endLimit) {
		t.Latef("the program still runs %s after its last call was answered", endLimit)
	}
}

// awaitNotServing waits until the health service says that the end has begun.
func (c *counter) awaitNotServing(t *harness.T, e *harness.Env) {
	ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
	defer cancel()
	for {
		answer, err := health(ctx, c.conn)
		if err != nil {
			t.Fatalf("after SIGTERM, with a call in flight, the health service does not say NOT_SERVING: %v", err)
		}
		if answer == grpc_health_v1.HealthCheckResponse_NOT_SERVING.String() {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
}

// heeded sees to it that programs that are started do not ignore a signal only because
// nohup, or a shell, has the suite ignore it. The caller must call what it returns.
func heeded(number syscall.Signal) func() {
	if !signal.Ignored(number) {
		return func() {}
	}
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, number)
	return func() { signal.Stop(caught) }
}

// leavesSignalsToItsHost sends what a terminal and systemd send to all processes of a
// host.
func leavesSignalsToItsHost(t *harness.T, e *harness.Env) {
	for _, sent := range []struct {
		name   string
		number syscall.Signal
	}{{"SIGINT", syscall.SIGINT}, {"SIGHUP", syscall.SIGHUP}} {
		t.Part(func(t *harness.T) {
			defer heeded(sent.number)()
			c, end := openCounter(t, e)
			defer end()
			held := c.holdPayment(t, e, e.CallLimit())
			_ = syscall.Kill(-c.program.command.Process.Pid, sent.number)
			if c.program.endsWithin(e.Within(grace)) {
				t.Fatalf("the program ended after %s, with a call in flight; its last output was %q", sent.name, c.program.said.tail())
			}
			held.answered(t, "at "+sent.name)
			c.mustCreate(t, e)
			ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
			defer cancel()
			answer, err := health(ctx, c.conn)
			if harness.True(t, err == nil, "after %s the health service does not answer: %v", sent.name, err) {
				harness.Equal(t, "health after "+sent.name, grpc_health_v1.HealthCheckResponse_SERVING.String(), answer)
			}
		})
	}
}
