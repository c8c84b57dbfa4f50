package roundtrip_test

import (
	"bufio"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// A server answers with raw bytes, so that it can do to a connection what
// net/http would not. Each request takes the next reply of the script; the last
// one serves all that follow.
type server struct {
	base string

	mu       sync.Mutex
	script   []reply
	requests []seen
	conns    int
}

// A reply answers one request; false closes the connection.
type reply func(conn net.Conn) (keep bool)

type seen struct {
	method, target, body string
	header               http.Header
	conn                 int
}

func listen(tb testing.TB, script ...reply) *server {
	tb.Helper()
	s := &server{script: script}
	s.base = "http://" + serve(tb, s.serve)
	return s
}

// serve runs a handler for each connection to the address that it returns.
func serve(tb testing.TB, handle func(conn net.Conn)) string {
	tb.Helper()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(tb.Context(), func() { _ = conn.Close() })
			served.Go(func() {
				defer stop()
				defer func() { _ = conn.Close() }()
				handle(conn)
			})
		}
	})
	tb.Cleanup(func() { _ = listener.Close(); served.Wait() })
	return listener.Addr().String()
}

func (s *server) serve(conn net.Conn) {
	s.mu.Lock()
	s.conns++
	number := s.conns
	s.mu.Unlock()
	reader := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.requests = append(s.requests, seen{request.Method, request.RequestURI, string(body), request.Header, number})
		reply := s.script[min(len(s.requests), len(s.script))-1]
		s.mu.Unlock()
		if !reply(conn) {
			return
		}
	}
}

func (s *server) seen() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.requests...)
}

// answer is a complete answer; header lines end with \r\n.
func answer(status int, headers, body string) reply {
	return raw(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\n%s\r\n%s", status, http.StatusText(status), len(body), headers, body))
}

// raw writes bytes and keeps the connection.
func raw(bytes string) reply {
	return func(conn net.Conn) bool { _, err := io.WriteString(conn, bytes); return err == nil }
}

// cut writes bytes and closes the connection.
func cut(bytes string) reply {
	return func(conn net.Conn) bool { _, _ = io.WriteString(conn, bytes); return false }
}

// reset breaks the connection with an RST.
func reset(conn net.Conn) bool {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	return false
}

// hold writes bytes, tells that it has, and then waits until the client has
// gone.
func hold(bytes string, told chan<- struct{}) reply {
	return func(conn net.Conn) bool {
		_, _ = io.WriteString(conn, bytes)
		close(told)
		_, _ = conn.Read(make([]byte, 1))
		return false
	}
}

// closedAddress is an address of this machine where nobody listens: our own end
// of a connection, so that no other test gets it.
func closedAddress(tb testing.TB) string {
	tb.Helper()
	conn, err := new(net.Dialer).DialContext(tb.Context(), "tcp", serve(tb, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }))
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = conn.Close() })
	return conn.LocalAddr().String()
}

// secure is a server of net/http's over TLS, and the pool that vouches for it.
func secure(tb testing.TB, http2 bool, handler http.HandlerFunc) (base string, pool *x509.CertPool) {
	tb.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.EnableHTTP2 = http2
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	tb.Cleanup(s.Close)
	pool = x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return s.URL, pool
}

func transport(tb testing.TB, options *roundtrip.Options) *roundtrip.Transport {
	tb.Helper()
	made := roundtrip.NewTransport(options)
	tb.Cleanup(made.CloseIdleConnections)
	return made
}

// request is one with a body, unless the method is GET or the body empty.
func request(ctx context.Context, tb testing.TB, method, address, body string, headers ...string) *http.Request {
	tb.Helper()
	var reader io.Reader
	if method != http.MethodGet {
		reader = strings.NewReader(body)
	}
	made, err := http.NewRequestWithContext(ctx, method, address, reader)
	require.NoError(tb, err)
	for i := 0; i < len(headers); i += 2 {
		made.Header.Set(headers[i], headers[i+1])
	}
	return made
}
