package wire

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"

	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// ServerOptions change how a provider is served. Nil means the defaults.
type ServerOptions struct {
	// Logger gets a line for every call, at level debug, and one at level
	// error for a provider that panics. Nil discards them.
	Logger *slog.Logger

	// MaxCallDuration bounds calls whose caller set no deadline, or one
	// further away. The default is a minute.
	MaxCallDuration time.Duration
}

const defaultMaxCallDuration = time.Minute

// Register serves the provider at the registrar, behind the gate that
// PaymentProvider's documentation guarantees.
func Register(registrar grpc.ServiceRegistrar, provider contract.PaymentProvider, options *ServerOptions) {
	var o ServerOptions
	if options != nil {
		o = *options
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxCallDuration <= 0 {
		o.MaxCallDuration = defaultMaxCallDuration
	}
	v1.RegisterPaymentProviderServer(registrar, &server{
		gate:            gate{provider: provider},
		provider:        provider,
		logger:          o.Logger,
		maxCallDuration: o.MaxCallDuration,
	})
}

// server is the far end of Client.
type server struct {
	v1.UnimplementedPaymentProviderServer

	gate            gate
	provider        contract.PaymentProvider
	logger          *slog.Logger
	maxCallDuration time.Duration
}

// handling is how one operation goes from message to message.
type handling[In message, Req, Ans, Out any] struct {
	operation contract.Operation
	decode    func(*reader, In) Req
	call      func(context.Context, Req) (*Ans, error)
	encode    func(*Ans) Out
}

// message is a request on the wire.
type message interface {
	GetAccount() string
}

// handle runs one call: read, gate, call, answer.
func handle[In message, Req, Ans, Out any](ctx context.Context, s *server, in In, h handling[In, Req, Ans, Out]) (Out, error) {
	ctx, cancel := context.WithTimeout(ctx, s.maxCallDuration)
	defer cancel()
	started := time.Now()

	var none Out
	var r reader
	request := h.decode(&r, in)
	if err := s.gate.admit(ctx, h.operation, in.GetAccount(), r.request(), request); err != nil {
		e := asContractError(err).ForAttempt(attemptOf(request))
		s.log(ctx, h.operation, started, e)
		return none, encodeError(h.operation, e)
	}
	answer, err := guarded(ctx, s, h.operation, func() (*Ans, error) { return h.call(ctx, request) })
	if err == nil && answer == nil {
		err = contract.NewError(contract.ProviderBug, "the provider gave neither an answer nor an error; report it to the provider's author")
	}
	if err != nil {
		e := asContractError(err)
		s.log(ctx, h.operation, started, e)
		return none, encodeError(h.operation, e)
	}
	s.log(ctx, h.operation, started, nil)
	return h.encode(answer), nil
}

// guarded turns a panic into an error. Its text may hold anything, so it goes
// to the provider's own log only as a stack.
func guarded[Ans any](ctx context.Context, s *server, operation contract.Operation, call func() (*Ans, error)) (answer *Ans, err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			s.logger.LogAttrs(ctx, slog.LevelError, "the provider panicked",
				slog.String("operation", string(operation)), slog.String("stack", string(debug.Stack())))
			answer, err = nil, contract.NewError(contract.ProviderBug,
				"the provider panicked; its log has the stack, report it to the provider's author")
		}
	}()
	return call()
}

func (s *server) log(ctx context.Context, operation contract.Operation, started time.Time, e *contract.Error) {
	attrs := []slog.Attr{
		slog.String("operation", string(operation)),
		slog.Duration("duration", time.Since(started)),
	}
	if e != nil {
		attrs = append(attrs, slog.String("reason", string(e.Reason)), slog.String("outcome", string(e.Outcome)))
	}
	s.logger.LogAttrs(ctx, slog.LevelDebug, "call", attrs...)
}

// Describe implements the service.
func (s *server) Describe(ctx context.Context, in *v1.DescribeRequest) (*v1.DescribeResponse, error) {
	return handle(ctx, s, in, handling[*v1.DescribeRequest, nothing, contract.Descriptor, *v1.DescribeResponse]{
		operation: contract.OperationDescribe,
		decode:    func(*reader, *v1.DescribeRequest) nothing { return nothing{} },
		call:      func(ctx context.Context, _ nothing) (*contract.Descriptor, error) { return s.provider.Describe(ctx) },
		encode: func(d *contract.Descriptor) *v1.DescribeResponse {
			return &v1.DescribeResponse{Descriptor_: encodeDescriptor(d)}
		},
	})
}

// nothing is the request of Describe.
type nothing struct{}

// Configure implements the service. The account it gets is what later requests
// are checked against.
func (s *server) Configure(ctx context.Context, in *v1.ConfigureRequest) (*v1.ConfigureResponse, error) {
	return handle(ctx, s, in, handling[*v1.ConfigureRequest, *contract.Configuration, contract.Account, *v1.ConfigureResponse]{
		operation: contract.OperationConfigure,
		decode:    decodeConfiguration,
		call:      s.gate.configure,
		encode: func(a *contract.Account) *v1.ConfigureResponse {
			return &v1.ConfigureResponse{Account: encodeAccount(a)}
		},
	})
}

// CreatePayment implements the service.
func (s *server) CreatePayment(ctx context.Context, in *v1.CreatePaymentRequest) (*v1.CreatePaymentResponse, error) {
	return handle(ctx, s, in, handling[*v1.CreatePaymentRequest, *contract.CreatePaymentRequest, contract.Payment, *v1.CreatePaymentResponse]{
		operation: contract.OperationCreatePayment,
		decode:    decodeCreatePaymentRequest,
		call:      s.provider.CreatePayment,
		encode: func(p *contract.Payment) *v1.CreatePaymentResponse {
			return &v1.CreatePaymentResponse{Payment: encodePayment(p)}
		},
	})
}

// GetStatus implements the service.
func (s *server) GetStatus(ctx context.Context, in *v1.GetStatusRequest) (*v1.GetStatusResponse, error) {
	return handle(ctx, s, in, handling[*v1.GetStatusRequest, *contract.GetStatusRequest, contract.Payment, *v1.GetStatusResponse]{
		operation: contract.OperationGetStatus,
		decode:    decodeGetStatusRequest,
		call:      s.provider.GetStatus,
		encode: func(p *contract.Payment) *v1.GetStatusResponse {
			return &v1.GetStatusResponse{Payment: encodePayment(p)}
		},
	})
}

// CancelPayment implements the service.
func (s *server) CancelPayment(ctx context.Context, in *v1.CancelPaymentRequest) (*v1.CancelPaymentResponse, error) {
	return handle(ctx, s, in, handling[*v1.CancelPaymentRequest, *contract.CancelPaymentRequest, contract.Payment, *v1.CancelPaymentResponse]{
		operation: contract.OperationCancelPayment,
		decode:    decodeCancelPaymentRequest,
		call:      s.provider.CancelPayment,
		encode: func(p *contract.Payment) *v1.CancelPaymentResponse {
			return &v1.CancelPaymentResponse{Payment: encodePayment(p)}
		},
	})
}

// Refund implements the service.
func (s *server) Refund(ctx context.Context, in *v1.RefundRequest) (*v1.RefundResponse, error) {
	return handle(ctx, s, in, handling[*v1.RefundRequest, *contract.RefundRequest, contract.Refund, *v1.RefundResponse]{
		operation: contract.OperationRefund,
		decode:    decodeRefundRequest,
		call:      s.provider.Refund,
		encode: func(f *contract.Refund) *v1.RefundResponse {
			return &v1.RefundResponse{Refund: encodeRefund(f)}
		},
	})
}

// GetRefund implements the service.
func (s *server) GetRefund(ctx context.Context, in *v1.GetRefundRequest) (*v1.GetRefundResponse, error) {
	return handle(ctx, s, in, handling[*v1.GetRefundRequest, *contract.GetRefundRequest, contract.Refund, *v1.GetRefundResponse]{
		operation: contract.OperationGetRefund,
		decode:    decodeGetRefundRequest,
		call:      s.provider.GetRefund,
		encode: func(f *contract.Refund) *v1.GetRefundResponse {
			return &v1.GetRefundResponse{Refund: encodeRefund(f)}
		},
	})
}

// ListPayments implements the service.
func (s *server) ListPayments(ctx context.Context, in *v1.ListPaymentsRequest) (*v1.ListPaymentsResponse, error) {
	return handle(ctx, s, in, handling[*v1.ListPaymentsRequest, *contract.ListPaymentsRequest, contract.PaymentPage, *v1.ListPaymentsResponse]{
		operation: contract.OperationListPayments,
		decode:    decodeListPaymentsRequest,
		call:      s.provider.ListPayments,
		encode:    encodePage,
	})
}

// ParseWebhook implements the service.
func (s *server) ParseWebhook(ctx context.Context, in *v1.ParseWebhookRequest) (*v1.ParseWebhookResponse, error) {
	return handle(ctx, s, in, handling[*v1.ParseWebhookRequest, *contract.WebhookRequest, contract.WebhookResult, *v1.ParseWebhookResponse]{
		operation: contract.OperationParseWebhook,
		decode:    decodeWebhookRequest,
		call:      s.provider.ParseWebhook,
		encode:    encodeWebhookResult,
	})
}
