package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	maxProxied   = 4 << 20 // of a body, in bytes
	proxyTimeout = 30 * time.Second
)

// Route describes the requests of one operation of the gateway's API.
type Route struct {
	Name   string
	Method string
	Path   *regexp.Regexp
	Commit bool // such a request can move money
}

// Proxy is an HTTP proxy between a provider and the sandbox of its gateway. It passes
// each request on once and unchanged, records everything, and injects faults. It is
// safe for concurrent use.
type Proxy struct {
	upstream *url.URL
	routes   []Route
	journal  *journal
	client   *http.Client
	options  Options
	server   *http.Server
	address  string
	port     *reservation
	serving  sync.WaitGroup

	ctx  context.Context // ends with Close
	stop context.CancelFunc

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]struct{}
	armed    []*ArmedFault
	heard    int
	err      error
	closed   bool
}

// Options say how a proxy is reached. The zero value means plain HTTP/1.1.
type Options struct {
	// TLS, if not nil, makes it an https proxy.
	TLS *TLS

	// HTTP2 offers HTTP/2 besides HTTP/1.1, which needs TLS.
	HTTP2 bool
}

// New opens a proxy on loopback in front of the gateway's API at upstream. The first
// route that matches a request names its operation.
func New(upstream string, routes []Route, options Options) (*Proxy, error) {
	parsed, err := url.Parse(upstream)
	if err != nil || parsed.Host == "" {
		return nil, fmt.Errorf("the gateway's base URL is not valid: %.80q", upstream)
	}
	p := &Proxy{
		upstream: parsed, routes: routes, options: options, journal: newJournal(), conns: make(map[net.Conn]struct{}),
		client: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			// net/http repeats a request only on a connection that was kept
			// open.
			Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		},
	}
	p.ctx, p.stop = context.WithCancel(context.Background())
	port, err := reservePort()
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("opening a proxy: %w", err)
	}
	p.port, p.address = port, port.address
	if err := p.listen(); err != nil {
		p.stop()
		return nil, errors.Join(fmt.Errorf("opening a proxy: %w", err), port.Close())
	}
	return p, nil
}

// listen begins to accept connections.
func (p *Proxy) listen() error {
	listener, err := p.port.listen(p.ctx)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: http.HandlerFunc(p.serve), ReadHeaderTimeout: proxyTimeout, ConnState: p.track,
		ConnContext: withConnection, ErrorLog: log.New(io.Discard, "", 0), Protocols: &http.Protocols{},
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(p.options.HTTP2 && p.options.TLS != nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener, p.server = listener, server
	p.serving.Go(func() {
		// Serving ends with Close, and then that is no error.
		if p.options.TLS == nil {
			_ = server.Serve(listener)
			return
		}
		server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS10, GetConfigForClient: p.identity} //nolint:gosec // see FaultOldTLS
		_ = server.ServeTLS(listener, "", "")
	})
	return nil
}

// track records the connections, also hijacked ones, for FaultRefuse and Close, and
// counts the requests of HTTP/1 that begin.
func (p *Proxy) track(conn net.Conn, state http.ConnState) {
	begins := state == http.StateActive && !speaksHTTP2(conn)
	p.mu.Lock()
	defer p.mu.Unlock()
	if state == http.StateClosed {
		delete(p.conns, conn)
		return
	}
	if begins {
		p.heard++
	}
	p.conns[conn] = struct{}{}
}

// URL returns the URL at which the provider finds its gateway.
func (p *Proxy) URL() string {
	scheme := "http://"
	if p.options.TLS != nil {
		scheme = "https://"
	}
	return scheme + p.address + strings.TrimRight(p.upstream.Path, "/")
}

// Journal returns copies of all exchanges, in the order of arrival.
func (p *Proxy) Journal() []Exchange {
	exchanges, _ := p.journal.copy()
	return exchanges
}

// Heard returns how many requests began to arrive: with HTTP/1 those of which a byte
// came, with HTTP/2 those whose headers came.
func (p *Proxy) Heard() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard
}

// Await waits until the journal is as wanted, or ctx ends.
func (p *Proxy) Await(ctx context.Context, wanted func([]Exchange) bool) error {
	return p.journal.await(ctx, wanted)
}

// Err returns an error if the gateway did not answer the proxy, which is the fault of
// the sandbox.
func (p *Proxy) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Arm prepares a fault. A request that matches several faults meets the one that was
// armed first.
func (p *Proxy) Arm(fault Fault) *ArmedFault {
	p.mu.Lock()
	armed := newArmed(fmt.Sprintf("f%d", len(p.armed)+1), fault)
	p.armed = append(p.armed, armed)
	p.mu.Unlock()
	switch {
	case fault.Kind == FaultRefuse:
		p.refuse(armed)
	case fault.Kind.provesNothing():
		p.closeConnections() // the next ones meet it
		armed.lift = sync.OnceFunc(p.closeConnections)
	}
	return armed
}

// Armed returns every fault that was armed, in order.
func (p *Proxy) Armed() []*ArmedFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.armed)
}

// Unfired returns the faults that should have happened and did not, and those that
// could not be injected.
func (p *Proxy) Unfired() []*ArmedFault {
	return slices.DeleteFunc(p.Armed(), func(a *ArmedFault) bool {
		return a.Err() == nil && (a.Fired() > 0 || a.Fault().Optional)
	})
}

// refuse stops listening until the fault is disarmed.
func (p *Proxy) refuse(armed *ArmedFault) {
	p.mu.Lock()
	listener, server := p.listener, p.server
	p.mu.Unlock()
	_ = listener.Close() // the server may not have begun with it
	_ = server.Close()
	p.closeConnections()
	armed.mu.Lock()
	armed.fired = 1
	armed.mu.Unlock()
	armed.reach()
	armed.lift = sync.OnceFunc(p.listenAgain)
}

func (p *Proxy) listenAgain() {
	err := p.listen()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil && !p.closed {
		p.err = fmt.Errorf("listen at %s again: %w", p.address, err)
	}
}

func (p *Proxy) closeConnections() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		_ = bare(conn).Close()
	}
}

// Close closes the proxy and all its connections, and waits for its goroutines.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	server := p.server
	p.mu.Unlock()
	p.stop()
	for _, armed := range p.Armed() {
		armed.Release()
	}
	err := server.Close()
	p.closeConnections()
	p.serving.Wait()
	p.client.CloseIdleConnections()
	return errors.Join(err, p.port.Close())
}

func (p *Proxy) operation(r *http.Request) Route {
	path := strings.TrimPrefix(r.URL.EscapedPath(), strings.TrimRight(p.upstream.Path, "/")) // an id may hold a slash
	for _, route := range p.routes {
		if route.Method == r.Method && route.Path.MatchString(path) {
			return route
		}
	}
	return Route{}
}

// faultFor returns the fault for a request of the operation; nil if there is none.
func (p *Proxy) faultFor(operation string) *ArmedFault {
	for _, armed := range p.Armed() {
		if armed.applies(operation) {
			return armed
		}
	}
	return nil
}

// answer is an answer that has not been sent yet.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// serve handles one request.
func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	p.serving.Add(1)
	defer p.serving.Done()
	if r.ProtoMajor == 2 {
		p.mu.Lock()
		p.heard++
		p.mu.Unlock()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxProxied))
	if err != nil {
		http.Error(w, "the proxy could not read the request", http.StatusBadRequest)
		return
	}
	route := p.operation(r)
	x := &Exchange{
		Operation: route.Name, Commit: route.Commit, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		RequestHeader: r.Header.Clone(), RequestBody: recorded(body),
	}
	armed := p.faultFor(route.Name)
	if armed != nil {
		x.Fault = armed.id
	}
	p.journal.add(x)
	defer p.journal.update(func() { x.Done, x.ClientGone = true, r.Context().Err() != nil })
	if armed == nil {
		if got, ok := p.forward(w, r, body, x); ok {
			p.send(w, x, got)
		}
		return
	}
	p.inject(w, r, body, x, armed)
}

// forward passes a request on and reads the whole answer. It does so even if the
// provider closes the connection: what was sent cannot be taken back.
func (p *Proxy) forward(w http.ResponseWriter, r *http.Request, body []byte, x *Exchange) (*answer, bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), proxyTimeout)
	defer cancel()
	target := *r.URL
	target.Scheme, target.Host = p.upstream.Scheme, p.upstream.Host
	request, err := http.NewRequestWithContext(ctx, r.Method, target.String(), bytes.NewReader(body))
	if err != nil {
		p.failed(w, x, err)
		return nil, false
	}
	request.GetBody = nil // see the transport
	request.Header = endToEnd(r.Header)
	if _, says := request.Header["User-Agent"]; !says {
		request.Header["User-Agent"] = []string{""} // net/http would say its own
	}
	p.journal.update(func() { x.Forwarded = true })
	response, err := p.client.Do(request)
	if err != nil {
		p.failed(w, x, err)
		return nil, false
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxProxied))
	if err != nil {
		p.failed(w, x, err)
		return nil, false
	}
	got := &answer{status: response.StatusCode, header: endToEnd(response.Header), body: content}
	p.journal.update(func() {
		x.GatewayStatus, x.ResponseHeader, x.ResponseBody = got.status, got.header.Clone(), recorded(content)
	})
	return got, true
}

// failed handles a gateway that does not answer.
func (p *Proxy) failed(w http.ResponseWriter, x *Exchange, err error) {
	p.mu.Lock()
	if p.err == nil && !p.closed {
		p.err = fmt.Errorf("the gateway's sandbox does not answer: %w", err)
	}
	p.mu.Unlock()
	p.journal.update(func() { x.Status = http.StatusBadGateway })
	http.Error(w, "the gateway's sandbox does not answer", http.StatusBadGateway)
}

// send sends an answer to the provider.
func (p *Proxy) send(w http.ResponseWriter, x *Exchange, a *answer) {
	p.journal.update(func() { x.Status = a.status })
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// endToEnd returns the headers without those of one connection.
func endToEnd(header http.Header) http.Header {
	clean := header.Clone()
	for _, list := range header["Connection"] {
		for name := range strings.SplitSeq(list, ",") {
			clean.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length"} {
		clean.Del(name)
	}
	return clean
}

var errGone = errors.New("the provider closed the connection")
