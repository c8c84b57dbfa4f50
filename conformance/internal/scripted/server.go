package scripted

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/conformance/internal/scripted/link"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

const maxMessage = 64 << 20

// Server answers the plugins of its accounts.
type Server struct {
	listener net.Listener
	grpc     *grpc.Server
	served   chan struct{}

	mu       sync.Mutex
	accounts []*Account
	sessions map[string]*session // by nonce
	last     int                 // the last call's number
}

// NewServer starts a server on loopback. Close it.
func NewServer() (*Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the scripted plugins: %w", err)
	}
	s := &Server{listener: listener, served: make(chan struct{}), sessions: make(map[string]*session)}
	s.grpc = grpc.NewServer(
		grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage),
		grpc.ForceServerCodecV2(link.Codec()), grpc.UnaryInterceptor(s.serve), grpc.StatsHandler(connections{}),
	)
	v1.RegisterPaymentProviderServer(s.grpc, v1.UnimplementedPaymentProviderServer{}) // serve calls none of it
	go func() {
		defer close(s.served)
		_ = s.grpc.Serve(listener) // ends with Close
	}()
	return s, nil
}

// Address returns the server's host and port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends all calls and the server. The plugins go on, and reach nobody.
func (s *Server) Close() {
	s.grpc.Stop()
	<-s.served
}

// serve is a grpc.UnaryServerInterceptor, and the end of all calls.
func (s *Server) serve(ctx context.Context, request any, info *grpc.UnaryServerInfo, _ grpc.UnaryHandler) (any, error) {
	session, err := s.session(ctx)
	if err != nil {
		return nil, err
	}
	call := session.begin(ctx, info.FullMethod, request)
	answer, err := call.run()
	if trailer := call.trailer(); trailer != "" && err == nil {
		_ = grpc.SetTrailer(ctx, metadata.Pairs(trailer, "1")) // a plugin that is gone needs none
	}
	return answer, err
}

// session returns the session of the process that called.
func (s *Server) session(ctx context.Context) (*session, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	one := func(key string) string {
		if values := md.Get(key); len(values) == 1 {
			return values[0]
		}
		return ""
	}
	pid, err := strconv.Atoi(one(link.PID))
	host, _ := strconv.Atoi(one(link.Host)) // 0 would be none
	nonce, token := one(link.Nonce), one(link.Token)
	if err != nil || pid <= 1 || nonce == "" {
		return nil, status.Error(codes.Unauthenticated, "this is no plugin of the suite's")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.sessions[nonce]; known != nil {
		return known, nil
	}
	for _, a := range s.accounts {
		if a.token == token {
			made := newSession(a, connectionOf(ctx), &Process{PID: pid, Host: host, Nonce: nonce, Version: one(link.Version)})
			s.sessions[nonce] = made
			return made, nil
		}
	}
	return nil, status.Error(codes.Unauthenticated, "the plugin's account is not one of this run")
}

// accountOf returns the account with the secret key; nil if there is none.
func (s *Server) accountOf(key string) *Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.accounts {
		if a.secretKey == key {
			return a
		}
	}
	return nil
}

// next returns the number of the next call.
func (s *Server) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	return s.last
}

// connection is that of one process.
type connection struct {
	lost chan struct{} // closed when it has ended
	at   time.Time     // when that was; to be read after lost
}

type connectionKey struct{}

func connectionOf(ctx context.Context) *connection {
	c, _ := ctx.Value(connectionKey{}).(*connection)
	return c
}

// connections is a stats.Handler that watches for the ends of connections.
type connections struct{}

var _ stats.Handler = connections{}

// TagConn implements stats.Handler.
func (connections) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context {
	return context.WithValue(ctx, connectionKey{}, &connection{lost: make(chan struct{})})
}

// HandleConn implements stats.Handler.
func (connections) HandleConn(ctx context.Context, s stats.ConnStats) {
	if _, ended := s.(*stats.ConnEnd); ended {
		c := connectionOf(ctx)
		c.at = time.Now()
		close(c.lost)
	}
}

// TagRPC implements stats.Handler.
func (connections) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC implements stats.Handler.
func (connections) HandleRPC(context.Context, stats.RPCStats) {}
