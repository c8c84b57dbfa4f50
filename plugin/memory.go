package plugin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

// ErrMemoryLimit is the cause of a process that has more memory than
// OpenOptions.MemoryLimit: the error of [Client.Health] while it can finish its calls,
// and of [Client.Err] once it was killed for having twice as much.
var ErrMemoryLimit = errors.New("it has more memory than it may")

// memoryLimit is how many bytes of memory a process may have resident; 0 is any
// number.
type memoryLimit int64

// memoryInterval is how often the memory of a process is looked at. What it can allocate
// between is not bounded.
const memoryInterval = 100 * time.Millisecond

// hardLimit is how many times the limit a process is killed with. Until then it may
// finish its calls.
const hardLimit = 2

// environment returns the variable by which a program in Go collects its garbage more
// often near the limit; nil without a limit.
func (l memoryLimit) environment() []string {
	if l <= 0 {
		return nil
	}
	return []string{"GOMEMLIMIT=" + strconv.FormatInt(int64(l)/10*9, 10)} // the rest is not Go's: code and stacks of C
}

// check returns an error if a process has more than so many times the limit.
func (l memoryLimit) check(pid, times int) error {
	if l <= 0 {
		return nil
	}
	resident := residentMemory(pid)
	if resident/int64(times) <= int64(l) {
		return nil
	}
	const mebibyte = 1 << 20
	return fmt.Errorf("%w: %d MiB are resident, and the limit is %d MiB; if it needs that much, set a higher limit",
		ErrMemoryLimit, resident/mebibyte, l/mebibyte)
}

// boundMemory kills the process when it has much more memory than it may. What it has
// cannot be seen on every system.
func (p *process) boundMemory() {
	if residentMemory(p.id()) == 0 && !p.hasExited() {
		p.logger.LogAttrs(context.Background(), slog.LevelWarn,
			"this host cannot see how much memory the provider's process has, so nothing but Go's own limit bounds it")
		return
	}
	ticker := time.NewTicker(memoryInterval)
	defer ticker.Stop()
	for {
		select {
		case <-p.exited:
			return
		case <-ticker.C:
		}
		if err := p.memory.check(p.id(), hardLimit); err != nil {
			p.mu.Lock()
			p.overrun = err
			p.mu.Unlock()
			p.kill()
			return
		}
	}
}

// overran returns why the process was killed for its memory; nil if it was not.
func (p *process) overran() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.overrun
}
