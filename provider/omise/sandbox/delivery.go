package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// A delivery is one attempt to bring an event to the merchant.
type delivery struct {
	id     string
	uri    string
	status int    // of the merchant's answer; 0: none
	err    string // why there is no answer
	at     time.Time
}

// maxDeliveries is how many attempts one event remembers.
const maxDeliveries = 20

// deliveryRecords is the list in the event, as real ones have it, times in a
// form of their own included.
func (e *event) deliveryRecords() []any {
	records := []any{}
	if len(e.deliveries) == 0 {
		return records
	}
	payload := string(e.body())
	for _, d := range e.deliveries {
		var status any
		if d.status != 0 {
			status = d.status
		}
		records = append(records, object{
			{"object", "webhook_delivery"},
			{"id", d.id},
			{"uri", d.uri},
			{"status", status},
			{"key", e.key},
			{"error", orNull(d.err)},
			{"payload", payload},
			{"created_at", d.at.UTC().Format("2006-01-02 15:04:05 UTC")},
		})
	}
	return records
}

// parcel is an event on its way to one address.
type parcel struct {
	event *event
	uri   string
	after time.Time // not to be sent before, by the account's clock
}

// An outbox holds an account's parcels: planned while a request is served,
// queued once it is answered, waiting while they are late or held back. It is
// guarded by its account's lock.
type outbox struct {
	planned []*parcel
	waiting []*parcel
	queue   []*parcel
	idle    chan struct{} // closed when the worker has emptied the queue; nil: no worker
}

// maxParcels bounds what waits for a merchant's slow server.
const maxParcels = 10_000

func (o *outbox) plan(e *event, uri string) {
	if len(o.planned)+len(o.waiting)+len(o.queue) < maxParcels {
		o.planned = append(o.planned, &parcel{event: e, uri: uri})
	}
}

// post queues what is planned, in the way of the dials, and makes sure that
// somebody sends it. Called with the account locked.
func (a *account) post() {
	now := a.clock.now()
	planned := a.outbox.planned
	a.outbox.planned = nil
	for _, p := range planned {
		if a.dials.Webhooks.Lose > 0 {
			turned := *a.dials // events keep the dials they were made with
			turned.Webhooks.Lose--
			a.dials = &turned
			continue
		}
		p.after = p.event.createdAt.Add(time.Duration(a.dials.Webhooks.Late))
		a.outbox.waiting = append(a.outbox.waiting, p)
		if a.dials.Webhooks.Twice {
			a.outbox.waiting = append(a.outbox.waiting, &parcel{event: p.event, uri: p.uri, after: p.after})
		}
	}
	a.outbox.queueDue(now, a.dials.Webhooks.OutOfOrder)
	if len(a.outbox.queue) > 0 && a.outbox.idle == nil {
		idle := make(chan struct{})
		if a.sandbox.work(func() { a.deliverAll(idle) }) {
			a.outbox.idle = idle
		}
	}
}

// queueDue moves what need not wait any longer. Out of order, it takes pairs
// and turns them round, and one alone waits for its fellow.
func (o *outbox) queueDue(now time.Time, outOfOrder bool) {
	due := 0
	for due < len(o.waiting) && !o.waiting[due].after.After(now) {
		due++
	}
	if outOfOrder {
		due -= due % 2
		for i := 0; i+1 < due; i += 2 {
			o.waiting[i], o.waiting[i+1] = o.waiting[i+1], o.waiting[i]
		}
	}
	o.queue = append(o.queue, o.waiting[:due]...)
	o.waiting = o.waiting[due:]
}

// deliverAll sends until nothing is queued, one after the other: what is in
// order must arrive in order.
func (a *account) deliverAll(idle chan struct{}) {
	for {
		a.mu.Lock()
		if len(a.outbox.queue) == 0 {
			a.outbox.idle = nil
			close(idle)
			a.mu.Unlock()
			return
		}
		next := a.outbox.queue[0]
		a.outbox.queue = a.outbox.queue[1:]
		body, headers := a.webhook(next.event)
		a.mu.Unlock()

		done := a.sandbox.send(next.uri, body, headers)

		a.mu.Lock()
		done.id = a.newID("whdl")
		done.at = a.clock.second()
		if len(next.event.deliveries) < maxDeliveries {
			next.event.deliveries = append(next.event.deliveries, done)
		}
		a.tell()
		a.mu.Unlock()
	}
}

// webhook writes an event as it is sent now.
func (a *account) webhook(e *event) (body []byte, headers [][2]string) {
	body = e.body()
	now := a.clock.now()
	if a.dials.Webhooks.Unsigned {
		return body, webhookHeaders(body, now, nil)
	}
	return body, webhookHeaders(body, now, a.secrets.signing(now))
}

func (s *Sandbox) send(uri string, body []byte, headers [][2]string) *delivery {
	d := &delivery{uri: uri}
	request, err := http.NewRequestWithContext(s.running, http.MethodPost, uri, bytes.NewReader(body))
	if err != nil {
		d.err = "the address cannot be used"
		return d
	}
	for _, header := range headers {
		request.Header.Set(header[0], header[1])
	}
	response, err := s.deliverer.Do(request)
	if err != nil {
		d.err = deliveryError(err)
		s.log.Info("webhook_not_delivered", slog.String("event", d.err))
		return d
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // to use the connection again
	d.status = response.StatusCode
	return d
}

// deliveryError is told to the merchant without the address, which he knows.
func deliveryError(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, errNotLoopback):
		return errNotLoopback.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return "execution expired"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	}
	return "the request failed"
}

var errNotLoopback = errors.New("the sandbox delivers to this machine only")

// newDeliverer follows no redirects, as Omise does not, and reaches nobody
// but this machine: a test must not post to a real shop.
func newDeliverer(transport http.RoundTripper) *http.Client {
	if transport == nil {
		dialer := &net.Dialer{Timeout: 5 * time.Second, Control: loopbackOnly}
		transport = &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute}
	}
	return &http.Client{
		Transport:     transport,
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func loopbackOnly(_, address string, _ syscall.RawConn) error {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read the address: %w", err)
	}
	if !parsed.Addr().Unmap().IsLoopback() {
		return errNotLoopback
	}
	return nil
}

// wait returns when everything queued has been sent, or ctx ends.
func (a *account) wait(ctx context.Context) {
	a.mu.Lock()
	idle := a.outbox.idle
	a.mu.Unlock()
	if idle == nil {
		return
	}
	select {
	case <-idle:
	case <-ctx.Done():
	}
}
