package staff

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// limiter bounds how often something may be tried for each of many keys. Its memory is
// bounded as well: keys that fall on one slot share it, and nobody outside knows which do.
type limiter struct {
	every time.Duration // one more may be tried after so long
	burst int           // so many may be tried at once

	seed maphash.Seed
	mu   sync.Mutex
	free [slots]time.Time // when all that may be tried at once may be tried again
}

const slots = 4096

func newLimiter(burst int, every time.Duration) *limiter {
	return &limiter{every: every, burst: burst, seed: maphash.MakeSeed()}
}

// allow counts a try, and reports whether it may be made. One that may not is not counted.
func (l *limiter) allow(key string, now time.Time) bool {
	slot := l.slot(key)
	l.mu.Lock()
	defer l.mu.Unlock()
	free := l.free[slot]
	if free.Before(now) {
		free = now
	}
	free = free.Add(l.every)
	if free.Sub(now) > time.Duration(l.burst)*l.every {
		return false
	}
	l.free[slot] = free
	return true
}

// forget ends what was counted of a key.
func (l *limiter) forget(key string) {
	slot := l.slot(key)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free[slot] = time.Time{}
}

func (l *limiter) slot(key string) uint64 { return maphash.String(l.seed, key) % slots }

// addressKey returns what the logins from an address are counted under: of IPv6 the
// network, since one machine may have all addresses of one.
func addressKey(remote string) string {
	const network = 64
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	address := at.Addr().Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	prefix, err := address.Prefix(network)
	if err != nil {
		return remote
	}
	return prefix.String()
}
