package hostproc

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
)

// ports finds addresses of this machine at which nobody listens. They stay a process's
// when it is started again, so they are not among those that systems assign to whoever
// asks for any port. A run beside this one finds others: a port is taken for as long as
// its number is bound for UDP, which no host is.
type ports struct {
	mu    sync.Mutex
	taken []net.PacketConn
}

func (p *ports) free(ctx context.Context) (string, error) {
	const lowest, count, tries = 20_000, 12_000, 1000
	for range tries {
		address := fmt.Sprintf("127.0.0.1:%d", lowest+rand.N(count)) //nolint:gosec // It guards no secret.
		if p.take(ctx, address) {
			return address, nil
		}
	}
	return "", errors.New("no port is free on this machine")
}

// take takes an address, and reports whether it was free.
func (p *ports) take(ctx context.Context, address string) bool {
	number, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp", address)
	if err != nil {
		return false
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		_ = number.Close()
		return false
	}
	_ = listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = append(p.taken, number)
	return true
}

// release ends what free has taken.
func (p *ports) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, number := range p.taken {
		_ = number.Close()
	}
	p.taken = nil
}
