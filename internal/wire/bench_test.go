package wire_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/wire"
)

// scripted is a provider whose answers a test chooses. It counts the calls that
// reach it, so that a test sees which calls the gate kept back.
type scripted struct {
	contract.UnimplementedPaymentProvider

	payment *contract.Payment
	refund  *contract.Refund
	err     error
	panics  any
	block   chan struct{}
	calls   int
}

func descriptor() *contract.Descriptor {
	return &contract.Descriptor{
		ProviderID: "scripted", DisplayName: "Scripted", Version: "0.1.0", SpecVersion: contract.SpecVersion,
		Operations: []contract.Operation{contract.OperationCreatePayment, contract.OperationGetStatus, contract.OperationRefund},
		PaymentMethods: []contract.PaymentMethod{{
			Code: "wallet", Flow: contract.FlowRedirect, PayerAction: contract.PayerActionRequired,
			Currencies: []contract.CurrencyLimits{{Currency: "THB", MinMinorUnits: 2000}},
		}},
		Refunds:           &contract.RefundTerms{Full: true},
		CreateIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour},
		RefundIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour},
		Modes:             []contract.Mode{contract.ModeTest},
		ConfigFields:      []contract.ConfigField{{Name: "secret_key", Kind: contract.ConfigString, Required: true, Secret: true, Description: "the key"}},
	}
}

func (s *scripted) Describe(context.Context) (*contract.Descriptor, error) { return descriptor(), nil }

func (s *scripted) Configure(context.Context, *contract.Configuration) (*contract.Account, error) {
	if s.err != nil {
		return nil, s.err
	}
	return &contract.Account{PaymentMethods: descriptor().PaymentMethods}, nil
}

func (s *scripted) CreatePayment(ctx context.Context, _ *contract.CreatePaymentRequest) (*contract.Payment, error) {
	s.calls++
	if s.panics != nil {
		panic(s.panics)
	}
	if s.block != nil {
		close(s.block)
		<-ctx.Done()
	}
	return s.payment, s.err
}

func (s *scripted) GetStatus(context.Context, *contract.GetStatusRequest) (*contract.Payment, error) {
	s.calls++
	return s.payment, s.err
}

func (s *scripted) Refund(context.Context, *contract.RefundRequest) (*contract.Refund, error) {
	s.calls++
	return s.refund, s.err
}

// serve returns a client of the provider over real gRPC, and the log of its
// server.
func serve(t *testing.T, provider contract.PaymentProvider, around ...contract.Interceptor) (*wire.Client, *grpc.ClientConn, *bytes.Buffer) {
	t.Helper()
	var logged bytes.Buffer
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	wire.Register(server, provider, &wire.ServerOptions{
		Logger:       slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Interceptors: around, Headers: len(around) > 0,
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	conn, err := grpc.NewClient("passthrough:///provider", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = conn.Close()
		server.Stop()
		<-done
	})
	return wire.NewClient(conn, nil), conn, &logged
}

func configured(t *testing.T, provider contract.PaymentProvider) *wire.Client {
	t.Helper()
	client, _, _ := serve(t, provider)
	configure(t, client)
	return client
}

func configure(t *testing.T, client *wire.Client) {
	t.Helper()
	_, err := client.Configure(t.Context(), &contract.Configuration{
		Mode: contract.ModeTest, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("canary-5fzcso1ns6")},
	})
	require.NoError(t, err)
}

func create() *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: "k1"}, Reference: "order 1", Method: "wallet",
		Amount: contract.Money{Currency: "THB", MinorUnits: 100000}, ReturnURL: "https://shop.example/back",
	}
}

func repeated(r *contract.CreatePaymentRequest) *contract.CreatePaymentRequest {
	now := time.Now()
	r.Attempt.FirstAt, r.Attempt.LastUnknownAt = now.Add(-time.Minute), now
	return r
}

func paid() *contract.Payment {
	return &contract.Payment{
		PaymentID: "p1", IdempotencyKey: "k1", Method: "wallet", Status: contract.PaymentSucceeded,
		Amount: contract.Money{Currency: "THB", MinorUnits: 100000}, AmountRefunded: contract.Money{Currency: "THB"},
		CreatedAt: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
	}
}

// asError returns the error of the contract without its cause, which stays where it
// was made.
func asError(t *testing.T, err error) *contract.Error {
	t.Helper()
	e, ok := errors.AsType[*contract.Error](err)
	require.True(t, ok, "%v", err)
	return e.WithCause(nil)
}

// failing is a provider that is configured and whose every call fails.
type failing struct{ err error }

func (failing) Describe(context.Context) (*contract.Descriptor, error) { return descriptor(), nil }

func (failing) Configure(context.Context, *contract.Configuration) (*contract.Account, error) {
	return &contract.Account{PaymentMethods: descriptor().PaymentMethods}, nil
}

func (f failing) CreatePayment(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return nil, f.err
}

func (f failing) GetStatus(context.Context, *contract.GetStatusRequest) (*contract.Payment, error) {
	return nil, f.err
}

func (f failing) CancelPayment(context.Context, *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return nil, f.err
}

func (f failing) Refund(context.Context, *contract.RefundRequest) (*contract.Refund, error) {
	return nil, f.err
}

func (f failing) GetRefund(context.Context, *contract.GetRefundRequest) (*contract.Refund, error) {
	return nil, f.err
}

func (f failing) ListPayments(context.Context, *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return nil, f.err
}

func (f failing) ParseWebhook(context.Context, *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return nil, f.err
}
