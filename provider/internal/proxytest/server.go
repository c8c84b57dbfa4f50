package proxytest

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
)

// marker makes a test binary the proxy, by the environment.
const marker = "PAYSOCKET_PROXYTEST"

// order is a line from the test to the process.
type order struct {
	Fault   *Fault `json:"fault,omitempty"`   // from now on
	Journal bool   `json:"journal,omitempty"` // asks for what was seen
}

// setup is the first line from the test to the process.
type setup struct {
	Credentials      string            `json:"credentials"`
	Routes           map[string]string `json:"routes"`     // host:port to where it really is
	Certificate, Key string            `json:",omitempty"` // PEM; TLS if given
}

// report is a line from the process to the test.
type report struct {
	Address string `json:"address,omitempty"` // the first one
	Journal []Seen `json:"journal,omitempty"`
}

// Seen is a request that came to the proxy.
type Seen struct {
	Method, Target string
	Header         http.Header
	Tunnelled      []byte // what was sent into the tunnel
}

// Main is the proxy, and returns true at its end, if the process was started to be
// one.
func Main() bool {
	if os.Getenv(marker) == "" {
		return false
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "proxytest:", err)
		os.Exit(1)
	}
	return true
}

// serve serves until in ends.
func serve(in io.Reader, out io.Writer) error {
	orders, answers := json.NewDecoder(in), json.NewEncoder(out)
	s := &server{}
	if err := orders.Decode(&s.setup); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // until the process ends
	if err != nil {
		return err
	}
	go s.accept(listener)
	if err := answers.Encode(report{Address: listener.Addr().String()}); err != nil {
		return err
	}
	for {
		var o order
		err := orders.Decode(&o)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := answers.Encode(s.obey(o)); err != nil {
			return err
		}
	}
}

type server struct {
	setup setup

	mu      sync.Mutex
	fault   Fault
	journal []*Seen
}

func (s *server) obey(o order) report {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.Fault != nil {
		s.fault = *o.Fault
	}
	var r report
	if o.Journal {
		for _, seen := range s.journal {
			r.Journal = append(r.Journal, *seen)
		}
	}
	return r
}

func (s *server) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			s.handle(conn)
		}()
	}
}

func (s *server) handle(conn net.Conn) {
	if s.setup.Certificate != "" {
		pair, err := tls.X509KeyPair([]byte(s.setup.Certificate), []byte(s.setup.Key))
		if err != nil {
			return
		}
		// It would speak HTTP/2 if it was asked to, as some proxies do.
		conn = tls.Server(conn, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}})
	}
	reader := bufio.NewReader(conn)
	request, err := http.ReadRequest(reader)
	if err != nil {
		return
	}
	seen := &Seen{Method: request.Method, Target: request.RequestURI, Header: request.Header}
	s.mu.Lock()
	s.journal = append(s.journal, seen)
	fault := s.fault
	s.mu.Unlock()
	switch want := "Basic " + base64.StdEncoding.EncodeToString([]byte(s.setup.Credentials)); {
	case fault.Bytes != "":
		_, _ = io.WriteString(conn, strings.ReplaceAll(fault.Bytes, "{credentials}", request.Header.Get("Proxy-Authorization")+" "+s.setup.Credentials))
	case fault.Mute:
		_, _ = io.Copy(io.Discard, reader)
	case fault.Close:
	case request.Header.Get("Proxy-Authorization") != want:
		_, _ = io.WriteString(conn, "HTTP/1.1 407 Who are you?\r\nProxy-Authenticate: Basic realm=\"tests\"\r\nContent-Length: 0\r\n\r\n")
	case request.Method != http.MethodConnect || s.setup.Routes[request.RequestURI] == "":
		_, _ = io.WriteString(conn, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
	default:
		s.tunnel(conn, reader, seen, cmp.Or(fault.Tunnel, s.setup.Routes[request.RequestURI]))
	}
}

// maxTunnelled bounds what the journal keeps of a tunnel.
const maxTunnelled = 1 << 16

func (s *server) tunnel(conn net.Conn, reader io.Reader, seen *Seen, address string) {
	target, err := net.Dial("tcp", address) //nolint:noctx // until the process ends
	if err != nil {
		_, _ = io.WriteString(conn, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
		return
	}
	defer func() { _ = target.Close() }()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\nVia: proxytest\r\n\r\n")
	go func() {
		_, _ = io.Copy(conn, target)
		_ = conn.Close()
	}()
	_, _ = io.Copy(io.MultiWriter(target, writer(func(sent []byte) {
		s.mu.Lock()
		defer s.mu.Unlock()
		seen.Tunnelled = append(seen.Tunnelled, sent[:min(len(sent), maxTunnelled-len(seen.Tunnelled))]...)
	})), reader)
}

type writer func([]byte)

// Write implements io.Writer.
func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }
