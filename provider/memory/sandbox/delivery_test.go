package sandbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// webhookDelivery is one request at a merchant's webhook address.
type webhookDelivery struct {
	header http.Header
	body   []byte
}

// webhookReceiver starts a merchant's webhook address. It answers with the
// statuses in turn, and then always with the last one.
func webhookReceiver(t *testing.T, statuses ...int) (address string, deliveries <-chan webhookDelivery) {
	t.Helper()
	arrived := make(chan webhookDelivery, 64)
	turn := make(chan int, len(statuses))
	for _, status := range statuses {
		turn <- status
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		status := statuses[len(statuses)-1]
		select {
		case status = <-turn:
		default:
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		arrived <- webhookDelivery{r.Header, body}
	}))
	t.Cleanup(server.Close)
	return server.URL, arrived
}

// next waits for a delivery, for up to ten seconds on a busy machine.
func next(t *testing.T, deliveries <-chan webhookDelivery) webhookDelivery {
	t.Helper()
	select {
	case delivery := <-deliveries:
		return delivery
	case <-time.After(10 * time.Second):
		require.FailNow(t, "no webhook was delivered")
		return webhookDelivery{}
	}
}

func quick() *sandbox.Options {
	return &sandbox.Options{RetryDelays: []time.Duration{time.Millisecond, time.Millisecond}}
}

func TestWebhook_IsDeliveredForEveryChange(t *testing.T) {
	t.Parallel()
	address, deliveries := webhookReceiver(t, 204)
	f := newFixtureOf(t, quick(), &gateway.ScopeSpec{WebhookURL: address})
	id := f.paid("k1")

	delivery := next(t, deliveries)
	event := readWebhook(t, delivery.body)
	assert.Equal(t, "payment.updated", event.Type)
	assert.JSONEq(t, f.get(id).raw, string(event.Data))
	assert.Equal(t, event.ID, readWebhook(t, f.build(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated}).Body).ID,
		"a built webhook and a delivered one must be the same event")
	given := delivery.header.Get("Memory-Signature")
	seconds, _, _ := strings.Cut(strings.TrimPrefix(given, "t="), ",")
	assert.Equal(t, "t="+seconds+",v1="+signature(seconds, f.scope.Connection().Credentials["webhook_secret"], delivery.body), given)

	refund := f.refund(id, "r1", 500)
	event = readWebhook(t, next(t, deliveries).body)
	assert.Equal(t, "refund.updated", event.Type)
	assert.JSONEq(t, refund.raw, string(event.Data))
	f.advance(time.Minute)
	assert.Contains(t, string(next(t, deliveries).body), `"status":"succeeded"`)

	f.pay("k2")
	f.advance(time.Hour)
	assert.Contains(t, string(next(t, deliveries).body), `"status":"expired"`)
}

func TestWebhook_IsDeliveredAgainAfterARefusal(t *testing.T) {
	t.Parallel()
	address, deliveries := webhookReceiver(t, 500, 302, 200)
	f := newFixtureOf(t, quick(), &gateway.ScopeSpec{WebhookURL: address})
	f.paid("k1")
	first, second, third := next(t, deliveries), next(t, deliveries), next(t, deliveries)
	assert.Equal(t, first.body, second.body)
	assert.Equal(t, first.body, third.body)

	f.paid("k2")
	assert.NotEqual(t, readWebhook(t, first.body).ID, readWebhook(t, next(t, deliveries).body).ID, "a webhook that was accepted must not be sent again")
}

func TestWebhook_IsGivenUpAfterItsLastTry(t *testing.T) {
	t.Parallel()
	address, deliveries := webhookReceiver(t, 500, 500, 500, 200)
	f := newFixtureOf(t, quick(), &gateway.ScopeSpec{WebhookURL: address})
	f.paid("k1")
	first := next(t, deliveries)
	next(t, deliveries)
	next(t, deliveries)
	f.paid("k2")
	assert.NotEqual(t, first.body, next(t, deliveries).body, "a fourth try")
}

func TestWebhook_DoesNotDelayPaymentsIfTheReceiverIsSlow(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	f := newFixtureOf(t, quick(), &gateway.ScopeSpec{WebhookURL: server.URL})
	for _, key := range []string{"k1", "k2", "k3", "k4", "k5", "k6"} {
		f.paid(key)
	}
	assert.Len(t, f.ledger(), 6)
}

func TestWebhook_IsDeliveredToLoopbackOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for _, address := range []string{"http://192.0.2.1/hook", "https://shop.test/hook", "http://0.0.0.0/", "http://169.254.169.254/latest"} {
		_, err := f.tester.NewScope(t.Context(), &gateway.ScopeSpec{WebhookURL: address})
		require.ErrorIs(t, err, gateway.ErrBadRequest, address)
		_, err = sandbox.New(&sandbox.Options{WebhookURL: address})
		require.Error(t, err, address)
	}
}
