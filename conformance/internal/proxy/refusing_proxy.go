package proxy

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// RefusingProxy is an HTTP proxy that passes nothing on. In HTTP_PROXY and HTTPS_PROXY
// of a provider's process, it shows which hosts the provider contacts besides the
// address that it was configured with. It is safe for concurrent use.
type RefusingProxy struct {
	server  *http.Server
	address string
	serving sync.WaitGroup

	mu    sync.Mutex
	hosts []string
}

// NewRefusingProxy opens a refusing proxy on loopback.
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

// Env returns the environment variables that make a process use the proxy. It is not
// used for loopback addresses, where the provider's gateway is.
func (p *RefusingProxy) Env() []string {
	var env []string
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		env = append(env, name+"=http://"+p.address)
	}
	return append(env, "NO_PROXY=127.0.0.1,localhost,::1", "no_proxy=127.0.0.1,localhost,::1")
}

// Hosts returns the hosts that were requested, in order.
func (p *RefusingProxy) Hosts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.hosts)
}

// Close closes the proxy.
func (p *RefusingProxy) Close() error {
	err := p.server.Close()
	p.serving.Wait()
	return err
}
