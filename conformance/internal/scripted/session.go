package scripted

import (
	"context"
	"path"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/wire"
)

// session is what the suite has of one process of the plugin: as a provider that runs
// in a process, it is unconfigured at first, and forgets all with the process.
type session struct {
	stamped    *Account // of the binary
	process    *Process
	shape      *Shape // of the version
	connection *connection
	provider   *provider
	checked    map[string]grpc.MethodDesc // behind the gate of each provider in Go
	unchecked  map[string]grpc.MethodDesc

	mu         sync.Mutex
	configured *Account // of the secret key; nil before Configure
}

func newSession(a *Account, c *connection, p *Process) *session {
	s := &session{stamped: a, process: p, connection: c, shape: a.shapeOf(p.Version)}
	s.provider = &provider{session: s}
	s.checked = methods(s.provider, &wire.ServerOptions{Interceptors: []contract.Interceptor{keepAnswer}})
	s.unchecked = methods(s.provider, &wire.ServerOptions{Interceptors: []contract.Interceptor{replace}, Unchecked: true})
	return s
}

// account returns the account that the process works for.
func (s *session) account() *Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.configured != nil {
		return s.configured
	}
	return s.stamped
}

func (s *session) configure(a *Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.configured = a
}

// lost returns when the process was gone; zero if it is there.
func (s *session) lost() time.Time {
	select {
	case <-s.connection.lost:
		return s.connection.at
	default:
		return time.Time{}
	}
}

// signal sends the process a signal, if it is still there. A process whose connection
// is open has its PID.
func (s *session) signal(signal syscall.Signal) bool {
	select {
	case <-s.connection.lost:
		return false
	default:
		return syscall.Kill(s.process.PID, signal) == nil
	}
}

// methods returns the methods of the contract's service, as package wire serves them.
func methods(p contract.PaymentProvider, options *wire.ServerOptions) map[string]grpc.MethodDesc {
	taken := &registrar{methods: make(map[string]grpc.MethodDesc)}
	wire.Register(taken, p, options)
	return taken.methods
}

type registrar struct {
	methods map[string]grpc.MethodDesc
}

// RegisterService implements grpc.ServiceRegistrar.
func (r *registrar) RegisterService(service *grpc.ServiceDesc, _ any) {
	for _, m := range service.Methods {
		r.methods[m.MethodName] = m
	}
}

// invoke calls a method with a request.
func invoke(ctx context.Context, methods map[string]grpc.MethodDesc, method string, request any) (proto.Message, error) {
	m, ok := methods[path.Base(method)]
	if !ok {
		return nil, contract.Unsupported(contract.Operation(path.Base(method)))
	}
	read := func(into any) error {
		proto.Merge(into.(proto.Message), request.(proto.Message))
		return nil
	}
	answer, err := m.Handler(nil, ctx, read, nil)
	if err != nil {
		return nil, err
	}
	return answer.(proto.Message), nil
}

// exchange is how a call's request and answer get out of package wire, and another answer
// into it.
type exchange struct {
	call   contract.Call // as it was decoded
	answer any           // of the provider's
	err    error         // likewise
}

type exchangeKey struct{}

// keepAnswer is a contract.Interceptor that keeps what the provider answered.
func keepAnswer(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
	answer, err := next(ctx, call)
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		x.call, x.answer, x.err = call, answer, err
	}
	return answer, err
}

// replace is a contract.Interceptor that answers with what the exchange has.
func replace(ctx context.Context, call contract.Call, _ contract.Handler) (any, error) {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, contract.NewError(contract.ProviderBug, "there is no answer")
	}
	x.call = call
	return x.answer, x.err
}

// decode returns the call that a message is.
func (s *session) decode(ctx context.Context, method string, request any) contract.Call {
	x := &exchange{err: contract.NewError(contract.ProviderBug, "this only reads the request")}
	_, _ = invoke(context.WithValue(ctx, exchangeKey{}, x), s.unchecked, method, request)
	return x.call
}

// encode returns the message or status with which an answer or error travels. It is not
// checked.
func (s *session) encode(ctx context.Context, method string, request, answer any, err error) (proto.Message, error) {
	x := &exchange{answer: answer, err: err}
	return invoke(context.WithValue(ctx, exchangeKey{}, x), s.unchecked, method, request)
}
