package checks

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// crashes holds the checks of group RST.
func crashes() map[string]Check {
	return map[string]Check{
		"RST-001": paysOnceInSpiteOfACrash,
		"RST-002": remembersAfterARestart,
		"RST-003": survivesMalformedCalls,
		"RST-004": recoversWithTheGateway,
	}
}

func paysOnceInSpiteOfACrash(t *harness.T, e *harness.Env) {
	for what, late := range inOrder(map[string]bool{"at once": false, "after the settle time": true}) {
		s := e.Scenario(t, &harness.ScenarioOptions{Fresh: true})
		purchase := s.Purchase(nil)
		held := s.Arm(proxy.Fault{Operation: manifest.OpCreate, Phase: proxy.AfterCommit, Kind: proxy.FaultHold})
		began := time.Now()
		ended := make(chan error, 1)
		go func() {
			_, err := purchase.Send(t)
			ended <- err
		}()
		reached(t, held, "CreatePayment")
		kill(t, s)
		if err := <-ended; err != nil {
			harness.Equal(t, "outcome of a call whose provider was killed", contract.Indeterminate, contract.OutcomeOf(err))
		}
		held.Disarm()
		purchase.Crashed(began)
		s.Restart(t)
		if late {
			purchase.Settle()
		}
		payment, err := purchase.Ask(t)
		onePayment(t, s, "killed before the gateway's answer, and asked again "+what, purchase.Request.Attempt.Key)
		switch {
		case err == nil:
			harness.Equal(t, "id of the payment that was asked for again "+what, madeWith(t, s, purchase.Request.Attempt.Key).ID, payment.PaymentID)
		case late:
			t.Errorf("asked again %s, the payment is there and the call failed: %v", what, err)
		default:
			failedWith(t, "asked again "+what, err, contract.AttemptUnsettled, contract.Indeterminate)
		}
	}
}

// kill kills the provider's process, like a power cut.
func kill(t *harness.T, s *harness.Scenario) {
	process, err := os.FindProcess(s.Client.Process().PID)
	if err == nil {
		err = process.Kill()
	}
	t.SetupFailed("kill the provider", err)
	select {
	case <-s.Client.Done():
	case <-t.Context().Done():
	}
}

func remembersAfterARestart(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Fresh: true})
	request := e.CreateRequest()
	payment := s.MustCreate(t, request)
	s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
	var first *contract.Refund
	refunds := e.RefundTerms() != nil
	refunding := s.Refunding(refundRequest(e, payment.PaymentID, payment.Amount.MinorUnits))
	if refunds {
		var err error
		first, err = refunding.Ask(t)
		harness.True(t, err == nil, "Refund failed with no fault injected: %v", err)
	}
	other := paid(t, e, s)
	s.Restart(t)
	read := s.MustStatus(t, payment.PaymentID)
	harness.Equal(t, "status after a restart", contract.PaymentSucceeded, read.Status)
	harness.Equal(t, "amount after a restart", request.Amount, read.Amount)
	harness.Equal(t, "key after a restart", request.Attempt.Key, read.IdempotencyKey)
	harness.Equal(t, "reference after a restart", request.Reference, read.Reference)
	if !refunds || first == nil {
		return
	}
	if e.Descriptor.Has(contract.OperationGetRefund) {
		refund, err := s.GetRefund(t, &contract.GetRefundRequest{PaymentID: payment.PaymentID, RefundID: first.RefundID})
		if harness.True(t, err == nil, "after a restart, GetRefund of an earlier refund failed: %v", err) {
			harness.Equal(t, "amount of the refund after a restart", first.Amount, refund.Amount)
		}
	}
	again, err := refunding.Ask(t)
	if harness.True(t, err == nil, "after a restart, an earlier refund repeated failed: %v", err) {
		harness.Equal(t, "id of the repeated refund", first.RefundID, again.RefundID)
	}
	refundsInLedger(t, s, "repeated after a restart", payment.PaymentID, 1)
	_, err = s.Refund(t, refundRequest(e, other.PaymentID, other.Amount.MinorUnits))
	harness.True(t, err == nil, "after a restart, a refund of an earlier payment failed: %v", err)
}

// rawMessage is a message of the wire as bytes.
type rawMessage []byte

// rawCodec sends bytes as they are.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(message any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(message.(rawMessage))}, nil //nolint:forcetypeassert // only this file uses it
}

func (rawCodec) Unmarshal(mem.BufferSlice, any) error { return nil }

// unreadable returns requests that no generated client sends.
func unreadable() map[string]rawMessage {
	return map[string]rawMessage{
		"empty":                       {},
		"no protobuf":                 []byte("\xff\xff\xff\xff{\"amount\": 1}"),
		"cut off":                     {0x0a, 0x7f, 'x'},
		"of the wrong wire types":     {0x08, 0x01, 0x10, 0x01, 0x18, 0x01, 0x20, 0x01, 0x28, 0x01},
		"no valid UTF-8":              {0x0a, 0x02, 0xc3, 0x28, 0x12, 0x02, 0xc3, 0x28, 0x1a, 0x02, 0xc3, 0x28},
		"nested deeper than readable": bytes.Repeat([]byte{0x12, 0x7f}, 4096),
		"larger than a message may be": append(
			[]byte{0x1a, 0x80, 0x80, 0x80, 0x02}, bytes.Repeat([]byte{'x'}, 4<<20)...), // one field of 4 MiB
	}
}

// oddMessage is a well-formed request with values that no host sends.
type oddMessage struct {
	method  string
	request proto.Message
}

func oddRequests(e *harness.Env) map[string]oddMessage {
	never := &timestamppb.Timestamp{Seconds: math.MaxInt64, Nanos: -1}
	exponent := int32(math.MinInt32)
	money := &v1.Money{Currency: e.Manifest.Fixtures.Currency, MinorUnits: math.MinInt64, Exponent: &exponent}
	attempt := &v1.Attempt{Key: e.Key(), FirstAt: never, LastUnknownAt: never}
	return map[string]oddMessage{
		"with a header without a name": {"ParseWebhook", &v1.ParseWebhookRequest{Method: "POST", Headers: []*v1.Header{{}}, ReceivedAt: timestamppb.Now()}},
		"at no time":                   {"ParseWebhook", &v1.ParseWebhookRequest{Method: "POST", Body: []byte("{}"), ReceivedAt: never}},
		"by an attempt at no time":     {"GetStatus", &v1.GetStatusRequest{By: &v1.GetStatusRequest_Attempt{Attempt: attempt}}},
		"with times and money that are none": {"CreatePayment", &v1.CreatePaymentRequest{
			Attempt: attempt, Amount: money, Metadata: map[string]string{"": "\x00"}, Payer: &v1.Payer{Ip: "::", Platform: 99},
		}},
		"of money that is none":        {"Refund", &v1.RefundRequest{Attempt: attempt, PaymentId: "\x00", Amount: money}},
		"in a window at no time":       {"ListPayments", &v1.ListPaymentsRequest{CreatedFrom: never, CreatedUntil: never, PageSize: math.MinInt32, PageToken: "\x00"}},
		"for a mode that nobody knows": {"Configure", &v1.ConfigureRequest{Mode: 99, Settings: map[string]string{"": ""}, Secrets: map[string]string{"": ""}}},
	}
}

func survivesMalformedCalls(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Fresh: true})
	made := s.MustCreate(t, e.CreateRequest())
	before := s.Writes()
	for _, method := range v1.PaymentProvider_ServiceDesc.Methods {
		if method.MethodName == "Describe" {
			continue // there is nothing in its request to get wrong
		}
		for name, message := range inOrder(unreadable()) {
			ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
			var answer rawMessage
			err := s.Conn.Invoke(ctx, fmt.Sprintf("/%s/%s", v1.PaymentProvider_ServiceDesc.ServiceName, method.MethodName),
				message, &answer, grpc.ForceCodecV2(rawCodec{}), grpc.MaxCallSendMsgSize(64<<20))
			cancel()
			what := fmt.Sprintf("%s with a request that is %s", method.MethodName, name)
			harness.True(t, err != nil, "%s was answered", what)
			answeredInTime(t, err, what)
		}
	}
	for name, odd := range oddRequests(e) {
		ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
		err := s.Conn.Invoke(ctx, fmt.Sprintf("/%s/%s", v1.PaymentProvider_ServiceDesc.ServiceName, odd.method), odd.request, &emptypb.Empty{})
		cancel()
		harness.True(t, err != nil, "%s %s was answered", odd.method, name)
		answeredInTime(t, err, odd.method+" "+name)
	}
	harness.Equal(t, "requests that can move money, of malformed calls", 0, s.Writes()-before)
	select {
	case <-s.Client.Done():
		t.Fatalf("the process ended; its last output was %q", lastLine(s.Log()))
	default:
	}
	read, err := s.Status(t, made.PaymentID)
	if harness.True(t, err == nil, "GetStatus after malformed calls failed: %v", err) {
		harness.Equal(t, "payment id after malformed calls", made.PaymentID, read.PaymentID)
	}
}

func answeredInTime(t *harness.T, err error, what string) {
	if status.Code(err) == codes.DeadlineExceeded {
		t.Latef("%s was not answered in time", what)
	}
}

func lastLine(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	return lines[len(lines)-1]
}

// withoutProbe returns the configuration, with which the gateway is not asked.
func withoutProbe(configuration *contract.Configuration) *contract.Configuration {
	changed := *configuration
	changed.Probe = false
	return &changed
}

// recovery is how long a provider may take to notice that its gateway has recovered.
const recovery = 15 * time.Second

func recoversWithTheGateway(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	down := s.Arm(proxy.Fault{Kind: proxy.FaultRefuse})
	if _, err := s.Describe(t); err != nil {
		t.Errorf("with the gateway down, Describe failed: %v", err)
	}
	if _, err := s.Configure(t, withoutProbe(s.Configuration)); err != nil {
		t.Fatalf("with the gateway down, Configure without a probe failed: %v", err)
	}
	if s.Configuration.Probe { // without one, the account does not have the run's method
		_, err := s.Configure(t, s.Configuration)
		failedWith(t, "Configure with a probe, with the gateway down", err, contract.ProviderUnreachable, "")
	} else {
		_, err := s.Create(t, e.CreateRequest())
		failedWith(t, "CreatePayment with the gateway down", err, contract.ProviderUnreachable, contract.NotAttempted)
	}
	_, err := s.Status(t, "any-1")
	harness.True(t, err != nil, "GetStatus with the gateway down was answered")
	down.Disarm()
	ctx, cancel := context.WithTimeout(t.Context(), recovery)
	defer cancel()
	if s.Configuration.Probe {
		recovers(ctx, t, "Configure with a probe", func() error {
			_, err := s.Configure(t, s.Configuration)
			return err
		})
	}
	recovers(ctx, t, "CreatePayment", func() error {
		payment, err := s.Create(t, e.CreateRequest())
		if err == nil {
			s.InLedger(t, payment.PaymentID)
		}
		return err
	})
}

// recovers repeats a call until it succeeds.
func recovers(ctx context.Context, t *harness.T, what string, call func() error) {
	for {
		err := call()
		if err == nil {
			return
		}
		select {
		case <-time.After(retryAfter(err)):
		case <-ctx.Done():
			t.Latef("%s still fails %s after the gateway recovered: %v", what, recovery, err)
			t.FailNow()
		}
	}
}

// retryAfter is how long the provider asks its caller to wait.
func retryAfter(err error) time.Duration {
	const least, most = 50 * time.Millisecond, 5 * time.Second
	if e := asError(err); e != nil {
		return min(max(e.RetryAfter, least), most)
	}
	return least
}
