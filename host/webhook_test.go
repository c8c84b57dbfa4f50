package host_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/internal/faults"
)

// dripping is a body that never comes to its end, on a connection with a deadline.
type dripping struct {
	*httptest.ResponseRecorder

	limited chan struct{}
	once    sync.Once
}

func (d *dripping) SetReadDeadline(at time.Time) error {
	if !at.IsZero() && at.Before(time.Now().Add(time.Minute)) {
		d.once.Do(func() { close(d.limited) })
	}
	return nil
}

func (d *dripping) Read([]byte) (int, error) {
	<-d.limited
	return 0, os.ErrDeadlineExceeded
}

func TestWebhooks_WaitForABodyForALimitedTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := &dripping{ResponseRecorder: httptest.NewRecorder(), limited: make(chan struct{})}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/wallet-a", io.NopCloser(d))
	request.Header.Set("Content-Type", "application/json")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.engine.Webhooks().ServeHTTP(d, request)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("the body is waited for without end")
	}
	assert.Equal(t, http.StatusRequestTimeout, d.Code)
	faults.Proved(t, faults.Injected{How: "a body that never ends", Times: faults.Observed(d.Code == http.StatusRequestTimeout), Engine: stored()}, "GW09")
}

// waiting is a body that comes when it is told to.
type waiting struct {
	asked chan<- struct{}
	end   <-chan struct{}
}

func (b *waiting) Read([]byte) (int, error) {
	b.asked <- struct{}{}
	<-b.end
	return 0, io.ErrUnexpectedEOF
}

func (*waiting) Close() error { return nil }

// TestWebhooks_OfOneProviderKeepNoOthersOut has a provider whose webhooks take long.
func TestWebhooks_OfOneProviderKeepNoOthersOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	webhooks := w.engine.Webhooks()
	asked, end := make(chan struct{}), make(chan struct{})
	send := func(request *http.Request) int {
		answer := httptest.NewRecorder()
		webhooks.ServeHTTP(answer, request)
		return answer.Code
	}
	var running sync.WaitGroup
	for range 64 {
		running.Go(func() {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/wallet-a", &waiting{asked, end})
			request.Header.Set("Content-Type", "application/json")
			send(request)
		})
		<-asked
	}
	w.checkout(alone("3947"))
	id := w.wallets["wallet-a"].ledger()[0].ID
	of := func(name string) *http.Request {
		return w.webhook(name, &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: id})
	}
	assert.Equal(t, http.StatusServiceUnavailable, send(of("wallet-a")), "it comes again")
	other := order("3948")
	other.Providers = other.Providers[1:]
	w.checkout(other)
	id = w.wallets["wallet-b"].ledger()[0].ID
	assert.Equal(t, http.StatusOK, send(of("wallet-b")))
	close(end)
	running.Wait()
	id = w.wallets["wallet-a"].ledger()[0].ID
	assert.Equal(t, http.StatusOK, send(of("wallet-a")))
}
