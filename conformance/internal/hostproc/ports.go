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
// when it is started again, so they are not among those that systems give to whoever
// asks for any port.
type ports struct {
	mu    sync.Mutex
	given map[string]bool
}

func (p *ports) free(ctx context.Context) (string, error) {
	const lowest, count, tries = 20_000, 12_000, 1000
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.given == nil {
		p.given = map[string]bool{}
	}
	for range tries {
		address := fmt.Sprintf("127.0.0.1:%d", lowest+rand.N(count)) //nolint:gosec // It guards no secret.
		if p.given[address] {
			continue
		}
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err != nil {
			continue
		}
		if err := listener.Close(); err != nil {
			return "", fmt.Errorf("finding a free port: %w", err)
		}
		p.given[address] = true
		return address, nil
	}
	return "", errors.New("no port is free on this machine")
}
