package wire_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/wire"
)

func TestAnErrorIsTheSameValueAtBothEnds(t *testing.T) {
	t.Parallel()
	for _, e := range []*contract.Error{
		contract.NewError(contract.ProviderRejected, "the gateway refused").With(contract.MetaProviderCode, "invalid_charge"),
		contract.NewError(contract.ProviderRateLimited, "wait").WithRetryAfter(7500 * time.Millisecond),
		contract.NewError(contract.AttemptUnsettled, "not settled — 等").WithRetryAfter(time.Minute),
		contract.NewError(contract.InvalidRequest, "the gateway refused").WithOutcome(contract.Rejected),
		{
			Reason: contract.AmountOutOfRange, Outcome: contract.NotAttempted, Message: "too much",
			Violations: []contract.Violation{{Field: "amount.minor_units", Description: "is 5"}, {Field: "x", Description: "y"}},
			Metadata:   map[string]string{"a": "b", "c": ""},
		},
		contract.NewError("A_REASON_OF_LATER", "new").WithOutcome(contract.NotAttempted),
	} {
		client := configured(t, failing{e})
		_, err := client.CreatePayment(t.Context(), create())
		assert.Equal(t, e, asError(t, err))

		_, err = client.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "p1"})
		assert.Equal(t, e.WithOutcome(""), asError(t, err), "reads carry no outcome")
	}
}

func TestCertaintyThatContradictsItsReasonIsTakenAway(t *testing.T) {
	t.Parallel()
	for _, e := range []error{
		contract.NewError(contract.ProviderTimeout, "").WithOutcome(contract.Rejected),
		contract.NewError(contract.ProviderFault, "").WithOutcome(contract.NotAttempted),
		contract.NewError(contract.ProviderRejected, "").WithOutcome(""),
		errors.New("an error of nobody's, with a secret: skey_canary"),
		context.DeadlineExceeded,
		context.Canceled,
		status.Error(codes.OK, "success with nothing in it"),
	} {
		_, err := configured(t, failing{e}).CreatePayment(t.Context(), create())
		assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "%v", e)
		assert.NotContains(t, err.Error(), "canary")
	}
}

func TestWhatIsNotDeclaredIsUnimplementedEvenBeforeConfigure(t *testing.T) {
	t.Parallel()
	provider := &scripted{}
	client, _, _ := serve(t, provider)
	_, err := client.CancelPayment(t.Context(), &contract.CancelPaymentRequest{PaymentID: "p1"})
	assert.Equal(t, contract.CapabilityUnsupported, contract.ReasonOf(err))
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	_, err = client.CreatePayment(t.Context(), create())
	assert.Equal(t, contract.NotConfigured, contract.ReasonOf(err))
	assert.Zero(t, provider.calls)
}

func TestAFailedConfigureLeavesTheProviderUnconfigured(t *testing.T) {
	t.Parallel()
	client, _, _ := serve(t, &scripted{err: contract.NewError(contract.ProviderAuthFailed, "wrong key")})
	_, err := client.Configure(t.Context(), &contract.Configuration{Mode: contract.ModeTest, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("x")}})
	assert.Equal(t, contract.ProviderAuthFailed, contract.ReasonOf(err))
	_, err = client.CreatePayment(t.Context(), create())
	assert.Equal(t, contract.NotConfigured, contract.ReasonOf(err))
}

func TestTheServerRefusesWhatAForeignHostSends(t *testing.T) {
	t.Parallel()
	provider := &scripted{payment: paid()}
	client, conn, _ := serve(t, provider)
	configure(t, client)
	valid := func() *v1.CreatePaymentRequest {
		return &v1.CreatePaymentRequest{
			Attempt: &v1.Attempt{Key: "k1"}, Reference: "r", Method: "wallet", ReturnUrl: "https://shop.example/",
			Amount: &v1.Money{Currency: "THB", MinorUnits: 100000, Exponent: new(int32(2))},
		}
	}
	raw := v1.NewPaymentProviderClient(conn)
	_, err := raw.CreatePayment(t.Context(), valid())
	require.NoError(t, err)
	for want, change := range map[codes.Code][]func(*v1.CreatePaymentRequest){
		codes.Unimplemented: {func(m *v1.CreatePaymentRequest) { m.Account = "a1" }},
		codes.InvalidArgument: {
			func(m *v1.CreatePaymentRequest) { m.Amount.Exponent = new(int32(0)) },
			func(m *v1.CreatePaymentRequest) { m.Amount = nil },
			func(m *v1.CreatePaymentRequest) { m.Attempt = nil },
			func(m *v1.CreatePaymentRequest) { m.Payer = &v1.Payer{Platform: 77} },
			func(m *v1.CreatePaymentRequest) { m.Amount.MinorUnits = 1999 },
			func(m *v1.CreatePaymentRequest) { m.Amount = &v1.Money{Currency: "USD", MinorUnits: 5000} },
			func(m *v1.CreatePaymentRequest) { m.Method = "cash" },
		},
	} {
		for i, c := range change {
			m := valid()
			c(m)
			_, err := raw.CreatePayment(t.Context(), m)
			assert.Equal(t, want, status.Code(err), "%d: %v", i, err)
		}
	}
	assert.Equal(t, 1, provider.calls, "only the valid request may reach the provider")
}

func TestAnErrorOfTheGateDuringAnUnknownAttemptIsIndeterminate(t *testing.T) {
	t.Parallel()
	client, _, _ := serve(t, &scripted{})
	_, err := client.CreatePayment(t.Context(), create())
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	_, err = client.CreatePayment(t.Context(), repeated(create()))
	assert.Equal(t, contract.NotConfigured, contract.ReasonOf(err))
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))

	invalid := repeated(create())
	invalid.Amount.MinorUnits = 0
	_, err = client.CreatePayment(t.Context(), invalid)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "refused at the client's end")
}

func TestAPanicIsAnErrorWithoutItsText(t *testing.T) {
	t.Parallel()
	provider := &scripted{panics: "skey_canary"}
	client, _, logged := serve(t, provider)
	configure(t, client)
	_, err := client.CreatePayment(t.Context(), create())
	e := asError(t, err)
	assert.Equal(t, contract.ProviderBug, e.Reason)
	assert.Equal(t, contract.Indeterminate, e.Outcome)
	assert.NotContains(t, e.Error(), "canary")
	assert.Contains(t, logged.String(), "(*scripted).CreatePayment", "the log has the stack")
	assert.NotContains(t, logged.String(), "skey_canary")

	provider.panics, provider.payment = nil, paid()
	_, err = client.CreatePayment(t.Context(), create())
	require.NoError(t, err, "the process goes on")
}

func TestNeitherAnswerNorErrorIsAProviderBug(t *testing.T) {
	t.Parallel()
	_, err := configured(t, &scripted{}).CreatePayment(t.Context(), create())
	assert.Equal(t, contract.ProviderBug, contract.ReasonOf(err))
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
}

func TestAnswersThatAreNotLegalOrBelongElsewhereAreDistrusted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*contract.Payment){
		"empty":             func(p *contract.Payment) { *p = contract.Payment{} },
		"another amount":    func(p *contract.Payment) { p.Amount.MinorUnits = 1 },
		"another currency":  func(p *contract.Payment) { p.Amount.Currency, p.AmountRefunded.Currency = "JPY", "JPY" },
		"another key":       func(p *contract.Payment) { p.IdempotencyKey = "k2" },
		"status of nobody":  func(p *contract.Payment) { p.Status = "PAID" },
		"failed, no reason": func(p *contract.Payment) { p.Status = contract.PaymentFailed },
	} {
		p := paid()
		change(p)
		_, err := configured(t, &scripted{payment: p}).CreatePayment(t.Context(), create())
		assert.Equal(t, contract.ProviderBug, contract.ReasonOf(err), name)
		assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), name)
	}
	_, err := configured(t, &scripted{payment: paid()}).GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "p2"})
	assert.Equal(t, contract.ProviderBug, contract.ReasonOf(err), "another payment")
}

func TestCallsWithoutAnAnswerAreIndeterminate(t *testing.T) {
	t.Parallel()
	provider := &scripted{block: make(chan struct{})}
	client := configured(t, provider)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-provider.block
		cancel()
	}()
	_, err := client.CreatePayment(ctx, create())
	assert.Equal(t, contract.ConnectionLost, contract.ReasonOf(err))
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))

	_, err = client.CreatePayment(ctx, create())
	assert.Equal(t, contract.DeadlineTooShort, contract.ReasonOf(err))
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err), "a call that never began")
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, provider.calls)
}

func TestAServiceThatDoesNotKnowTheOperationIsIndeterminate(t *testing.T) {
	t.Parallel()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer() // of some other protocol
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///x", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = wire.NewClient(conn, nil).CreatePayment(t.Context(), create())
	assert.Equal(t, contract.CapabilityUnsupported, contract.ReasonOf(err))
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
}

func TestHugeErrorsAreCutAndTheConnectionGoesOn(t *testing.T) {
	t.Parallel()
	e := contract.NewError(contract.ProviderRejected, strings.Repeat("é", 3<<20)+"\xff")
	for range 1000 {
		e.Violations = append(e.Violations, contract.Violation{Field: strings.Repeat("f", 10000), Description: "\xff"})
	}
	client := configured(t, failing{e})
	for range 2 {
		_, err := client.CreatePayment(t.Context(), create())
		got := asError(t, err)
		assert.Equal(t, contract.Rejected, got.Outcome)
		assert.LessOrEqual(t, len(got.Message), contract.MaxMessageLength)
		assert.True(t, strings.HasPrefix(got.Message, "éé"))
		assert.Len(t, got.Violations, 64)
	}
}

func TestTheLogHasALineForEveryCallAndNoSecret(t *testing.T) {
	t.Parallel()
	client, conn, logged := serve(t, &scripted{payment: paid()})
	configure(t, client)
	withPhone := create()
	withPhone.Payer = &contract.Payer{Phone: contract.NewSecret("+66819064572")}
	_, err := client.CreatePayment(t.Context(), withPhone)
	require.NoError(t, err)
	_, refused := v1.NewPaymentProviderClient(conn).CreatePayment(t.Context(), &v1.CreatePaymentRequest{Payer: &v1.Payer{Phone: "66819064572"}})
	require.Error(t, refused)
	assert.NotContains(t, fmt.Sprint(refused, status.Convert(refused).Details(), logged), "819064572")
	assert.Equal(t, 3, strings.Count(logged.String(), `"msg":"call"`))
	assert.Contains(t, logged.String(), `"operation":"CREATE_PAYMENT"`)
	assert.NotContains(t, logged.String(), "canary")
}
