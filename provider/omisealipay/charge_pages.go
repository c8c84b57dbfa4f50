package omisealipay

import (
	"context"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

const (
	// lookupLanes is how many pages all look-ups of a session read at once. A client has 32 requests under way at most:
	// payments keep the others.
	lookupLanes = 12
	// fewCharges is how many charges are read rather than believe the dates of answers.
	fewCharges = 10 * omise.MaxPageSize
)

// chargePages reads the charges of a window page by page, oldest first, so that charges which are made in the meantime come
// at the end and move nothing.
//
// Several pages are read at once. A charge that a list shows late moves those behind it, and one of them would be missed
// between a page that was read after that and the next one, if that was read before it. So each page begins with the last
// charge of the one before it, and is read again if it does not.
type chargePages struct {
	session *session
	ctx     context.Context // of the look-up
	cancel  context.CancelFunc
	window  window
	attempt *contract.Attempt // nil: the window stays as it is
	era     int               // of the clock that narrowed the window; 0 if none did

	overlap int // 1 if several pages are read at once
	last    *omise.List[omise.Charge]
	ahead   []*aheadPage
	start   int // of the next page to read ahead
	total   int // when the look-up began
	running sync.WaitGroup
}

// An aheadPage is a page that is being read.
type aheadPage struct {
	start int
	done  chan struct{}
	page  *omise.List[omise.Charge]
	err   error
}

func (s *session) chargePages(ctx context.Context, w window, attempt *contract.Attempt) *chargePages {
	p := &chargePages{session: s, window: w, attempt: attempt}
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p
}

// close ends what is still being read.
func (p *chargePages) close() {
	p.cancel()
	p.running.Wait()
}

// next returns the page behind the first so many charges.
func (p *chargePages) next(offset int) (*omise.List[omise.Charge], error) {
	if offset == 0 {
		return p.first()
	}
	start := offset - p.overlap
	page, err := p.await(start)
	if err == nil && (page == nil || p.overlap > 0 && !haveCommon(p.last, page)) {
		page, err = p.read(start)
	}
	p.last = page
	return page, err
}

// end returns how many charges of the list have been read with the page behind the first so many.
func (p *chargePages) end(offset int, page *omise.List[omise.Charge]) int {
	if offset == 0 {
		return page.Len()
	}
	return offset - p.overlap + page.Len()
}

// first reads the first page. If the window has many charges and Omise's clock says where those of the attempt begin, it is
// the first page of what is left.
func (p *chargePages) first() (*omise.List[omise.Charge], error) {
	page, err := p.read(0)
	if err == nil && p.attempt != nil && page.Total > fewCharges && !page.Response.Date.IsZero() {
		if from, era, certain := p.session.clock.since(p.attempt); certain && from.After(p.window.from) {
			p.window.from, p.era = from.Truncate(time.Second), era
			page, err = p.read(0)
		}
	}
	if err == nil && page.Len() == omise.MaxPageSize && page.Total > page.Len() {
		p.overlap = 1
		p.start, p.total = page.Len()-p.overlap, page.Total
	}
	p.last = page
	return page, err
}

// await returns the page that is being read from there; nil if none is. It begins to read further pages.
func (p *chargePages) await(start int) (*omise.List[omise.Charge], error) {
	if p.overlap == 0 {
		return nil, nil
	}
	for len(p.ahead) < lookupLanes && p.start+p.overlap < p.total {
		p.readAhead()
	}
	for len(p.ahead) > 0 && p.ahead[0].start < start {
		p.ahead = p.ahead[1:]
	}
	if len(p.ahead) == 0 || p.ahead[0].start != start {
		return nil, nil
	}
	found := p.ahead[0]
	p.ahead = p.ahead[1:]
	<-found.done
	return found.page, found.err
}

func (p *chargePages) readAhead() {
	page := &aheadPage{start: p.start, done: make(chan struct{})}
	p.ahead = append(p.ahead, page)
	p.start += omise.MaxPageSize - p.overlap
	p.running.Go(func() {
		defer close(page.done)
		page.page, page.err = p.read(page.start)
	})
}

// read reads one page when the look-ups of the session read few enough.
func (p *chargePages) read(start int) (*omise.List[omise.Charge], error) {
	select {
	case p.session.lanes <- struct{}{}:
		defer func() { <-p.session.lanes }()
	case <-p.ctx.Done(): // the client makes an error of it
	}
	return p.session.client.ListCharges(p.ctx, &omise.ListOptions{
		From: p.window.from, To: p.window.until, Limit: omise.MaxPageSize, Offset: start, Order: omise.Chronological,
	})
}

// haveCommon reports whether a charge is on both pages. Then nothing that was in the list when the earlier of them was read
// is between them.
func haveCommon(before, after *omise.List[omise.Charge]) bool {
	ids := make(map[string]struct{}, before.Len())
	for i := range before.Data {
		ids[before.Data[i].ID] = struct{}{}
	}
	for i := range before.Unreadable {
		ids[before.Unreadable[i].ID] = struct{}{}
	}
	delete(ids, "")
	for i := range after.Data {
		if _, common := ids[after.Data[i].ID]; common {
			return true
		}
	}
	for i := range after.Unreadable {
		if _, common := ids[after.Unreadable[i].ID]; common {
			return true
		}
	}
	return false
}
