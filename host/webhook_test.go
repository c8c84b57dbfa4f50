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
}
