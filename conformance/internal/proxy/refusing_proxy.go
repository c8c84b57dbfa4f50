package proxy

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// RefusingProxy is an HTTP proxy that passes nothing on. Named in HTTP_PROXY and
// HTTPS_PROXY of a provider's process, it finds out whom the provider talks to
// besides the address that it was configured with. It may be used by many
// goroutines at once.
type RefusingProxy struct {
	server  *http.Server
	address string
	serving sync.WaitGroup

	mu    sync.Mutex
	hosts []string
}

// NewRefusingProxy opens one on loopback.
func NewRefusingProxy() (*RefusingProxy, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &RefusingProxy{address: listener.Addr().String()}
	p.server = &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(p.serve)}
	p.serving.Go(func() { _ = p.server.Serve(listener) }) // it ends with Close
	return p, nil
}

func (p *RefusingProxy) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.hosts = append(p.hosts, r.Host)
	p.mu.Unlock()
	http.Error(w, "this proxy passes nothing on", http.StatusBadGateway)
}

// Env are the variables that lead a process to the proxy. Loopback addresses
// are left out of it, since the provider's own gateway is there.
func (p *RefusingProxy) Env() []string {
	var env []string
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		env = append(env, name+"=http://"+p.address)
	}
	return append(env, "NO_PROXY=127.0.0.1,localhost,::1", "no_proxy=127.0.0.1,localhost,::1")
}

// Hosts are those that were asked for, in order.
func (p *RefusingProxy) Hosts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.hosts)
}

// Close ends the proxy.
func (p *RefusingProxy) Close() error {
	err := p.server.Close()
	p.serving.Wait()
	return err
}
