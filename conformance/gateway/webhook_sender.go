package gateway

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// Delivery is a webhook to send.
type Delivery struct {
	EventID string // for the log
	Body    []byte
	URL     string // empty: the account's WebhookURL

	// Tried is called after each try, with the account locked. It receives the
	// status of the answer, or the error if there was none. nil: not called.
	Tried func(status int, err error)

	tries int
}

// Send queues a webhook, unless it has no URL. The webhooks of an account are sent
// one after the other, in the order of Send. If the answer is not 2xx, the webhook is
// sent again after each of the RetryDelays of [ServerOptions]. Send never blocks. The
// caller holds the lock.
func (a *AccountBase) Send(d *Delivery) {
	d.URL = cmp.Or(d.URL, a.WebhookURL)
	if d.URL == "" || a.closed {
		return
	}
	if !a.server.sender.admit() {
		a.server.sender.logger.Warn("webhook given up: too many are queued", slog.String("event_id", d.EventID))
		return
	}
	a.enqueue(d)
}

// AwaitDeliveries returns when no webhook is queued, or when ctx ends. A webhook that
// waits for its next try is not queued. The caller does not hold the lock.
func (a *AccountBase) AwaitDeliveries(ctx context.Context) {
	a.mu.Lock()
	emptying := a.emptying
	a.mu.Unlock()
	if emptying == nil {
		return
	}
	select {
	case <-emptying:
	case <-ctx.Done():
	}
}

func (a *AccountBase) enqueue(d *Delivery) {
	a.queue = append(a.queue, d)
	if a.emptying == nil {
		emptying := make(chan struct{})
		if a.server.sender.work(func() { a.deliverAll(emptying) }) {
			a.emptying = emptying
		}
	}
}

// deliverAll sends webhooks until none is queued.
func (a *AccountBase) deliverAll(emptied chan struct{}) {
	for {
		a.mu.Lock()
		if len(a.queue) == 0 {
			a.emptying = nil
			close(emptied)
			a.mu.Unlock()
			return
		}
		next := a.queue[0]
		a.queue = a.queue[1:]
		headers := a.own.DeliveryHeaders(next.Body)
		a.mu.Unlock()

		status, err := a.server.sender.post(next, headers)

		a.mu.Lock()
		if next.Tried != nil {
			next.Tried(status, err)
		}
		a.mu.Unlock()
		if err == nil && status/100 != 2 {
			err = fmt.Errorf("the receiver answered %d %s", status, http.StatusText(status))
		}
		a.finish(next, err)
	}
}

// finish ends a delivery, or schedules its next try.
func (a *AccountBase) finish(d *Delivery, err error) {
	s := a.server.sender
	if err == nil || s.ctx.Err() != nil {
		s.drop(1)
		return
	}
	if d.tries >= len(s.delays) {
		s.drop(1)
		s.logger.Warn("webhook given up", slog.String("event_id", d.EventID), slog.Int("tries", d.tries+1), slog.Any("error", err))
		return
	}
	wait := s.delays[d.tries]
	d.tries++
	time.AfterFunc(wait, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.closed {
			s.drop(1)
			return
		}
		a.enqueue(d)
	})
}

// maxWaiting is how many webhooks of all accounts may wait; more are given up.
const maxWaiting = 10_000

// webhookSender is the part that the deliveries of all accounts share.
type webhookSender struct {
	client *http.Client
	delays []time.Duration
	logger *slog.Logger
	ctx    context.Context //nolint:containedctx // ends with the server
	cancel context.CancelFunc

	mu      sync.Mutex
	closed  bool
	waiting int
	workers sync.WaitGroup
}

func newWebhookSender(o *ServerOptions) *webhookSender {
	s := &webhookSender{
		client: &http.Client{
			Transport:     o.Transport,
			Timeout:       cmp.Or(o.WebhookTimeout, 5*time.Second),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		delays: o.RetryDelays,
		logger: cmp.Or(o.Logger, slog.New(slog.DiscardHandler)),
	}
	if s.client.Transport == nil {
		dialer := &net.Dialer{Timeout: 2 * time.Second, Control: loopbackOnly}
		s.client.Transport = &http.Transport{DialContext: dialer.DialContext, IdleConnTimeout: 30 * time.Second}
	}
	if s.delays == nil {
		s.delays = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second}
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// ErrNotLoopback means that a webhook was not sent because its URL is that of
// another machine.
var ErrNotLoopback = errors.New("the sandbox delivers to this machine only")

// loopbackOnly refuses connections to other machines, whatever a name resolves to,
// because a test must not send webhooks to a real shop.
func loopbackOnly(_, address string, _ syscall.RawConn) error {
	if host, _, err := net.SplitHostPort(address); err != nil || !isLoopback(host) {
		return ErrNotLoopback
	}
	return nil
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// checkLoopbackURL refuses URLs of other machines.
func checkLoopbackURL(address string) error {
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || !isLoopback(parsed.Hostname()) {
		return errors.New("must be an absolute http or https URL of this machine (127.0.0.1, [::1], localhost)")
	}
	return nil
}

// admit counts a webhook, and reports false if too many are waiting.
func (s *webhookSender) admit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting >= maxWaiting {
		return false
	}
	s.waiting++
	return true
}

// drop subtracts n webhooks from the count.
func (s *webhookSender) drop(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting -= n
}

// work runs a function in a goroutine that close waits for. It reports false if
// close was called.
func (s *webhookSender) work(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.workers.Go(f)
	return true
}

func (s *webhookSender) post(d *Delivery, headers [][2]string) (status int, err error) {
	request, err := http.NewRequestWithContext(s.ctx, http.MethodPost, d.URL, bytes.NewReader(d.Body))
	if err != nil {
		return 0, err
	}
	for _, header := range withContentType(headers) {
		request.Header.Set(header[0], header[1])
	}
	response, err := s.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // so that the connection can be used again
	return response.StatusCode, nil
}

func (s *webhookSender) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.workers.Wait()
	s.client.CloseIdleConnections()
}
