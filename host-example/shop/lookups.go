package shop

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// lookups are the sales that wait to be looked up, in a lane for each provider.
// Asking twice for one sale that waits is asking once, so a flood of webhooks
// is no flood of look-ups, and the lanes are never longer than the record.
type lookups struct {
	mu    sync.Mutex
	lanes map[string]*lane // by provider
	some  chan struct{}    // holds one token while a lane may have to be opened
}

type lane struct {
	waiting map[string]string // sale id: hint
	order   []string
	open    bool // somebody works on it
}

func newLookups() *lookups {
	return &lookups{lanes: map[string]*lane{}, some: make(chan struct{}, 1)}
}

// ask wants a sale to be looked up. The hint is the payment's id, as far as it
// is known.
func (l *lookups) ask(sale *Sale, hint string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := l.lanes[sale.Provider]
	if of == nil {
		of = &lane{waiting: map[string]string{}}
		l.lanes[sale.Provider] = of
	}
	if known, waits := of.waiting[sale.ID]; !waits {
		of.order = append(of.order, sale.ID)
		of.waiting[sale.ID] = hint
	} else if known == "" {
		of.waiting[sale.ID] = hint
	}
	select {
	case l.some <- struct{}{}:
	default:
	}
}

// openLanes opens the lanes that have work, and gives those that were closed.
func (l *lookups) openLanes() []*lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	var opened []*lane
	for _, of := range l.lanes {
		if !of.open && len(of.order) > 0 {
			of.open = true
			opened = append(opened, of)
		}
	}
	return opened
}

// next takes the next sale of a lane. If there is none, the lane is closed.
func (l *lookups) next(of *lane) (saleID, hint string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(of.order) == 0 {
		of.open = false
		return "", "", false
	}
	saleID, of.order = of.order[0], of.order[1:]
	hint = of.waiting[saleID]
	delete(of.waiting, saleID)
	return saleID, hint, true
}

// Run makes the look-ups that webhooks and returning buyers ask for, until ctx
// ends: for each provider one after the other, so that one that does not answer
// holds up nobody else's. A look-up that fails is repeated after the shop's
// pauses; after the last one the sale waits for the next thing that happens, or
// for the next sweep.
func (s *Shop) Run(ctx context.Context) {
	var working sync.WaitGroup
	defer working.Wait()
	timer := time.NewTimer(s.untilSweep())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.lookups.some:
		case <-timer.C:
			s.sweep()
			timer.Reset(s.untilSweep())
		}
		for _, of := range s.lookups.openLanes() {
			working.Go(func() { s.work(ctx, of) })
		}
	}
}

// untilSweep is a wait that differs by a fifth, so that hosts that began
// together do not ask together.
func (s *Shop) untilSweep() time.Duration {
	every := s.options.SweepEvery
	return every - every/5 + rand.N(every*2/5+1) //nolint:gosec // chance, not a secret
}

// sweep asks for a look-up of every sale that is still open and has been for a
// while. A webhook that came while the provider was away may never come again,
// so without it a paid order could look unpaid for good. A real shop asks less
// and less often, and until the gateway's word is final.
func (s *Shop) sweep() {
	settled := s.now().Add(-s.options.SweepEvery / 2)
	for _, sale := range s.book.all() {
		if sale.State.Open() && sale.UpdatedAt.Before(settled) {
			s.lookups.ask(&sale, "")
		}
	}
}

// work makes the look-ups of a lane until there are none.
func (s *Shop) work(ctx context.Context, of *lane) {
	for ctx.Err() == nil {
		saleID, hint, ok := s.lookups.next(of)
		if !ok {
			return
		}
		s.lookUp(ctx, saleID, hint)
	}
}

func (s *Shop) lookUp(ctx context.Context, saleID, hint string) {
	var sale Sale
	err := s.repeated(ctx, func() (certain contract.Outcome, err error) {
		sale, err = s.confirm(ctx, saleID, hint)
		if _, refused := errors.AsType[*contract.Error](err); refused {
			return contract.Indeterminate, err // a read moves nothing and may be repeated
		}
		return contract.Rejected, err
	})
	if err == nil {
		sale, err = s.confirmRefunds(ctx, saleID)
	}
	s.observe(Notice{Provider: sale.Provider, Sale: &sale, Looked: &LookedNotice{Err: err}})
}
