package omisealipay_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// A spool keeps what is written to it.
type spool struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *spool) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *spool) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// saysBack is a gateway that repeats the key in everything it answers.
func saysBack(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	key, _, _ := r.BasicAuth()
	text, _ := json.Marshal(map[string]string{"object": "error", "code": key, "message": "your key " + key + " is wrong"})
	w.Header().Set("X-Request-Id", key)
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write(text)
}

// TestProvider_LogsNoSecretAtAnyLevel searches the provider's own log, without a
// host in between that strikes secrets out.
func TestProvider_LogsNoSecretAtAnyLevel(t *testing.T) {
	t.Parallel()
	said := &spool{}
	f := newFixture(t, &setup{logger: slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug - 8}))})
	note := func(answer any, err error) { _, _ = fmt.Fprintf(said, "%+v %#v %v\n", answer, answer, err) }

	payment := f.paid()
	note(f.Describe(t.Context()))
	note(f.ParseWebhook(t.Context(), f.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: gateway.SignWrong})))
	for _, route := range []string{postSource, postCharge, postRefund, getCharge} {
		f.fail(route, 1, saysBack)
		note(f.CreatePayment(t.Context(), f.newPayment()))
		note(f.Refund(t.Context(), f.newRefund(payment.PaymentID, 1)))
		note(f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID}))
	}
	f.fail(postCharge, 1, kittest.HangUp)
	note(f.CreatePayment(t.Context(), f.newPayment()))
	f.fail(postCharge, 1, kittest.Patch(map[string]any{"return_uri": f.scope.Connection().Credentials["secret_key"]}))
	note(f.CreatePayment(t.Context(), f.newPayment()))

	for name, secret := range f.scope.Connection().Credentials {
		assert.NotContains(t, said.String(), secret, name)
		assert.NotContains(t, said.String(), base64.StdEncoding.EncodeToString([]byte(secret + ":"))[:20], name)
	}
	assert.Contains(t, said.String(), "omise request")
	assert.Contains(t, said.String(), "another return URL")
}
