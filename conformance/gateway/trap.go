package gateway

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Trap is an HTTP proxy that passes nothing on. Named in HTTP_PROXY and
// HTTPS_PROXY of a provider's process, it finds out whom the provider talks to
// besides the address that it was configured with. It may be used by many
// goroutines at once.
type Trap struct {
	server  *http.Server
	address string
	serving sync.WaitGroup

	mu    sync.Mutex
	hosts []string
}

// NewTrap opens a trap on loopback.
func NewTrap() (*Trap, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &Trap{address: listener.Addr().String()}
	t.server = &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(t.serve)}
	t.serving.Go(func() { _ = t.server.Serve(listener) }) // it ends with Close
	return t, nil
}

func (t *Trap) serve(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	t.hosts = append(t.hosts, r.Host)
	t.mu.Unlock()
	http.Error(w, "this proxy passes nothing on", http.StatusBadGateway)
}

// Env are the variables that lead a process into the trap. Loopback addresses
// are left out of it, since the provider's own gateway is there.
func (t *Trap) Env() []string {
	var env []string
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		env = append(env, name+"=http://"+t.address)
	}
	return append(env, "NO_PROXY=127.0.0.1,localhost,::1", "no_proxy=127.0.0.1,localhost,::1")
}

// Hosts are those that were asked for, in order.
func (t *Trap) Hosts() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.hosts)
}

// Close ends the trap.
func (t *Trap) Close() error {
	err := t.server.Close()
	t.serving.Wait()
	return err
}
