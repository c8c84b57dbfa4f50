package wire

import (
	"context"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// ServerOptions change how [Register] serves a provider. Nil means the defaults.
type ServerOptions struct {
	// Logger gets a line for every call, at level debug, and one at level
	// error for a provider that panics. Nil discards them.
	Logger *slog.Logger

	// MaxCallDuration bounds calls whose caller set no deadline, or one
	// further away. The default is a minute.
	MaxCallDuration time.Duration

	// Interceptors stand around the provider, inside of the gate: they see the
	// calls that it lets through, the first of them first.
	Interceptors []contract.Interceptor

	// Unchecked serves without the gate: every call reaches the provider. It is for a
	// program whose provider is a client that sends requests as they are.
	Unchecked bool

	// Headers passes the headers of calls to interceptors, which costs a copy of each.
	Headers bool
}

const defaultMaxCallDuration = time.Minute

// Register serves the provider at the registrar, behind the gate that the
// documentation of contract.PaymentProvider guarantees.
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
	handler := contract.Chain(contract.HandlerOf(provider), o.Interceptors...)
	s := &server{
		gate:            gate{provider: provider, handler: handler},
		handler:         handler,
		unchecked:       o.Unchecked,
		headers:         o.Headers,
		logger:          o.Logger,
		maxCallDuration: o.MaxCallDuration,
	}
	service := grpc.ServiceDesc{
		ServiceName: v1.PaymentProvider_ServiceDesc.ServiceName, Metadata: v1.PaymentProvider_ServiceDesc.Metadata,
		HandlerType: (*any)(nil),
	}
	for i := range operations {
		service.Methods = append(service.Methods, operations[i].describe(s))
	}
	registrar.RegisterService(&service, s)
}

// describe returns the description by which gRPC serves the operation.
func (o *operation) describe(s *server) grpc.MethodDesc {
	serve := func(ctx context.Context, in any) (any, error) { return s.serve(ctx, o, in.(message)) }
	return grpc.MethodDesc{
		MethodName: o.method[strings.LastIndex(o.method, "/")+1:],
		Handler: func(_ any, ctx context.Context, read func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
			in := o.newRequest()
			if err := read(in); err != nil {
				return nil, err
			}
			if intercept == nil {
				return serve(ctx, in)
			}
			return intercept(ctx, in, &grpc.UnaryServerInfo{Server: s, FullMethod: o.method}, serve)
		},
	}
}

// server is the other end of a Client.
type server struct {
	gate            gate
	handler         contract.Handler
	unchecked       bool
	headers         bool
	logger          *slog.Logger
	maxCallDuration time.Duration
}

// serve handles one call: it decodes the request, checks it at the gate, calls the
// provider, and encodes the answer. A panic becomes an error.
func (s *server) serve(ctx context.Context, o *operation, in message) (out any, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.maxCallDuration)
	defer cancel()
	call, started := contract.Call{Operation: o.name}, time.Now()
	defer func() {
		if recovered := recover(); recovered != nil {
			out, err = nil, s.refuse(ctx, call, started, s.panicked(ctx, call))
		}
	}()

	var r reader
	call.Request = o.decode(&r, in)
	if !s.unchecked {
		if err := s.gate.admit(ctx, call.Operation, in.GetAccount(), r.request(), call.Request); err != nil {
			return nil, s.refuse(ctx, call, started, asContractError(err).ForAttempt(call.Attempt()))
		}
	}
	if s.headers {
		call.Header = headerOf(ctx)
	}
	next := s.handler
	if call.Operation == contract.OperationConfigure {
		next = s.gate.configure
	}
	answer, err := next(ctx, call)
	if err != nil {
		return nil, s.refuse(ctx, call, started, asContractError(err))
	}
	message, ok := o.encodeAnswer(answer)
	if !ok {
		return nil, s.refuse(ctx, call, started, contract.NewError(contract.ProviderBug,
			"the provider gave neither an answer nor an error; report it to the provider's author"))
	}
	s.log(ctx, call.Operation, started, nil)
	return message, nil
}

// refuse returns the error of a call in the form that gRPC carries.
func (s *server) refuse(ctx context.Context, call contract.Call, started time.Time, e *contract.Error) error {
	s.log(ctx, call.Operation, started, e)
	return encodeError(call.Operation, e)
}

// panicked returns the error of a call in which the provider panicked. The text of
// the panic can contain anything, so only the stack goes to the provider's log.
func (s *server) panicked(ctx context.Context, call contract.Call) *contract.Error {
	s.logger.LogAttrs(ctx, slog.LevelError, "the provider panicked",
		slog.String("operation", string(call.Operation)), slog.String("stack", string(debug.Stack())))
	return contract.NewError(contract.ProviderBug, "the provider panicked; its log has the stack, report it to the provider's author")
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
