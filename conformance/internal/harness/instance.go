package harness

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/grpcseam"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
)

// Instance is one process of the provider, or an in-process provider.
type Instance struct {
	// Client is the plugin runtime's client for it.
	Client *plugin.Client

	// Provider calls it. Requests are sent as they are, valid or not.
	Provider contract.PaymentProvider

	// Conn is the connection to it, for calls that are not in the contract.
	Conn grpc.ClientConnInterface

	// Raw calls it with protobuf messages.
	Raw v1.PaymentProviderClient

	log   *logTail
	calls *callLog
}

// Open starts an instance that is not configured. It is configured later without
// plugin.Client, which would redact the secrets in its output, where a clause has to
// search for them.
func (r *Suite) Open(ctx context.Context, confinement plugin.Confinement, env []string) (*Instance, error) {
	instance := &Instance{log: &logTail{}, calls: &callLog{opened: time.Now()}}
	options := r.openOptions(confinement, env)
	options.Stderr = instance.log
	options.Logger = slog.New(slog.DiscardHandler)
	if r.Subject.Binary() == "" { // there is no output but this
		options.Logger = slog.New(slog.NewJSONHandler(instance.log, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))
	}
	seam := &grpcseam.Seam{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(instance.calls.intercept)}}
	client, err := r.Subject.Open(grpcseam.With(ctx, seam), options)
	if err != nil {
		return nil, err
	}
	instance.Client = client
	instance.Conn = seam.Conn
	instance.Provider = wire.NewClient(seam.Conn, &wire.ClientOptions{Unchecked: true})
	instance.Raw = v1.NewPaymentProviderClient(seam.Conn)
	return instance, nil
}

// dead reports whether the instance has ended.
func (i *Instance) dead() bool {
	select {
	case <-i.Client.Done():
		return true
	default:
		return false
	}
}

func (i *Instance) close() { _ = i.Client.Close() }

// Log returns the end of what the instance printed.
func (i *Instance) Log() string { return i.log.text() }

// Calls returns the calls to the instance, in the order in which they ended.
func (i *Instance) Calls() []Call { return i.calls.all() }

// Recorder adds the calls of another connection to those of the instance.
func (i *Instance) Recorder() grpc.DialOption {
	return grpc.WithChainUnaryInterceptor(i.calls.intercept)
}

// Call is one call of the provider.
type Call struct {
	Began    time.Time
	Took     time.Duration
	Method   string // such as "CreatePayment"
	Status   *status.Status
	Request  proto.Message
	Response proto.Message
	Metadata metadata.MD // headers and trailers
}

// series counts the calls that were made one after another: the most of which no two were
// under way at once. A nil series counts nothing.
type series struct {
	mu    sync.Mutex
	count int
	ended time.Time // of the last that counts
}

// add adds a call that has just ended.
func (s *series) add(began, ended time.Time) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !began.Before(s.ended) {
		s.count, s.ended = s.count+1, ended
	}
}

// take returns the count, and begins anew.
func (s *series) take() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := s.count
	s.count = 0
	return count
}

// callLog records calls. It is bounded, like everything that a provider under test
// can make grow.
type callLog struct {
	answered *atomic.Int64 // the sum of the nanoseconds of calls that were answered; may be nil
	series   *series       // of the check; may be nil

	mu     sync.Mutex
	opened time.Time
	calls  []Call
}

const maxCalls = 10_000

func (l *callLog) intercept(
	ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	began := time.Now()
	var header, trailer metadata.MD
	err := invoke(ctx, method, request, reply, conn, append(options, grpc.Header(&header), grpc.Trailer(&trailer))...)
	l.series.add(began, time.Now())
	call := Call{Began: began, Took: time.Since(began), Method: method[bytes.LastIndexByte([]byte(method), '/')+1:], Status: status.Convert(err)}
	call.Metadata = metadata.Join(header, trailer)
	if l.answered != nil && ctx.Err() == nil {
		l.answered.Add(call.Took.Nanoseconds())
	}
	call.Request, _ = request.(proto.Message)
	if err == nil {
		call.Response, _ = reply.(proto.Message)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) < maxCalls {
		l.calls = append(l.calls, call)
	}
	return err
}

func (l *callLog) all() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Call(nil), l.calls...)
}

// logTail keeps the end of what was printed.
type logTail struct {
	mu   sync.Mutex
	kept []byte
}

// maxLog bounds what is kept of the output of one instance.
const maxLog = 4 << 20

// Write implements io.Writer and never fails.
func (l *logTail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, p...)
	if len(l.kept) > maxLog {
		l.kept = append([]byte(nil), l.kept[len(l.kept)-maxLog/2:]...)
	}
	return len(p), nil
}

func (l *logTail) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept)
}
