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

// TestNoSecretIsLoggedAtAnyLevel searches the provider's own log, without a
// host in between that strikes secrets out.
func TestNoSecretIsLoggedAtAnyLevel(t *testing.T) {
	t.Parallel()
	said := &spool{}
	b := open(t, &setup{logger: slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug - 8}))})
	note := func(answer any, err error) { _, _ = fmt.Fprintf(said, "%+v %#v %v\n", answer, answer, err) }

	payment := b.paid()
	note(b.provider.Describe(t.Context()))
	note(b.provider.ParseWebhook(t.Context(), b.hook(&gateway.WebhookSpec{Payment: payment.PaymentID, Sign: gateway.SignWrong})))
	for _, route := range []string{postSource, postCharge, postRefund, getCharge} {
		b.road.fault(route, 1, saysBack)
		note(b.provider.CreatePayment(t.Context(), b.order()))
		note(b.provider.Refund(t.Context(), b.refundOrder(payment.PaymentID, 1)))
		note(b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID}))
	}
	b.road.fault(postCharge, 1, hangsUp)
	note(b.provider.CreatePayment(t.Context(), b.order()))
	b.road.fault(postCharge, 1, patches(map[string]any{"return_uri": b.scope.Connection().Credentials["secret_key"]}))
	note(b.provider.CreatePayment(t.Context(), b.order()))

	for name, secret := range b.scope.Connection().Credentials {
		assert.NotContains(t, said.String(), secret, name)
		assert.NotContains(t, said.String(), base64.StdEncoding.EncodeToString([]byte(secret + ":"))[:20], name)
	}
	assert.Contains(t, said.String(), "omise request")
	assert.Contains(t, said.String(), "another return URL")
}
