package standin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"time"
)

const (
	maxWaiting      = 1024 // webhooks, over all accounts; more are given up
	deliveryWorkers = 4
)

// outbox delivers webhooks, a few at a time.
type outbox struct {
	delays []time.Duration
	logger *slog.Logger
	client *http.Client

	slots  chan struct{}  // one for each webhook that waits or is being sent
	queue  chan *delivery // has room for every slot, so a holder never blocks
	cancel context.CancelFunc
	work   sync.WaitGroup
}

type delivery struct {
	account *Account
	id      string
	body    []byte
	tried   int
}

func newOutbox(delays []time.Duration, logger *slog.Logger) *outbox {
	if delays == nil {
		delays = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second}
	}
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := &outbox{
		delays: delays, logger: logger,
		client: newDeliveryClient(),
		slots:  make(chan struct{}, maxWaiting),
		queue:  make(chan *delivery, maxWaiting),
		cancel: cancel,
	}
	for range deliveryWorkers {
		o.work.Go(func() { o.deliverAll(ctx) })
	}
	return o
}

// newDeliveryClient reaches this machine only, whatever a name resolves to.
func newDeliveryClient() *http.Client {
	dialer := &net.Dialer{Timeout: 2 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		if host, _, err := net.SplitHostPort(address); err != nil || !isLoopback(host) {
			return errors.New("webhooks go to loopback only")
		}
		return nil
	}}
	return &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DialContext: dialer.DialContext, IdleConnTimeout: 30 * time.Second},
	}
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// checkWebhookURL refuses what would make a stand-in knock at other people's
// doors.
func checkWebhookURL(address string) error {
	if address == "" {
		return nil
	}
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || !isLoopback(parsed.Hostname()) {
		return errors.New("must be an absolute http or https URL of this machine (127.0.0.1, [::1], localhost)")
	}
	return nil
}

// send never blocks.
func (o *outbox) send(d *delivery) {
	select {
	case o.slots <- struct{}{}:
		o.queue <- d
	default:
		o.logger.Warn("webhook given up: too many are waiting", slog.String("event_id", d.id))
	}
}

func (o *outbox) deliverAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case d := <-o.queue:
			o.deliver(ctx, d)
		}
	}
}

func (o *outbox) deliver(ctx context.Context, d *delivery) {
	if d.account.closed.Load() {
		<-o.slots
		return
	}
	err := o.post(ctx, d)
	if err == nil {
		<-o.slots
		return
	}
	if d.tried >= len(o.delays) {
		o.logger.Warn("webhook given up", slog.String("event_id", d.id), slog.Int("tries", d.tried+1), slog.Any("error", err))
		<-o.slots
		return
	}
	wait := o.delays[d.tried]
	d.tried++
	time.AfterFunc(wait, func() { o.queue <- d })
}

// post signs by the machine's clock: that is the one the receiver compares with.
func (o *outbox) post(ctx context.Context, d *delivery) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.account.WebhookURL, bytes.NewReader(d.body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	signature := d.account.Signature
	request.Header.Set(signature.Header, signature.Sign(d.body, time.Now(), d.account.WebhookSecret))
	response, err := o.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // for the connection to be used again
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return errors.New("the receiver answered " + response.Status)
	}
	return nil
}

func (o *outbox) close() {
	o.cancel()
	o.work.Wait()
	o.client.CloseIdleConnections()
}
