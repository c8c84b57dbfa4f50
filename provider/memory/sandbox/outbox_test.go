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

// received is one knock at a merchant's door.
type received struct {
	header http.Header
	body   []byte
}

// door is a merchant's webhook address, which gives the statuses in turn and
// the last one for ever.
func door(t *testing.T, statuses ...int) (address string, knocks <-chan received) {
	t.Helper()
	arrived := make(chan received, 64)
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
		arrived <- received{r.Header, body}
	}))
	t.Cleanup(server.Close)
	return server.URL, arrived
}

// next waits for a knock; ten seconds are for a machine that is very busy.
func next(t *testing.T, knocks <-chan received) received {
	t.Helper()
	select {
	case knock := <-knocks:
		return knock
	case <-time.After(10 * time.Second):
		require.FailNow(t, "nobody knocked")
		return received{}
	}
}

func quick() *sandbox.Options {
	return &sandbox.Options{RetryDelays: []time.Duration{time.Millisecond, time.Millisecond}}
}

func TestEveryChangeIsDeliveredSigned(t *testing.T) {
	t.Parallel()
	address, knocks := door(t, 204)
	b := newBenchOf(t, quick(), &gateway.ScopeSpec{WebhookURL: address})
	id := b.paid("k1")

	knock := next(t, knocks)
	event := readWebhook(t, knock.body)
	assert.Equal(t, "payment.updated", event.Type)
	assert.JSONEq(t, b.get(id).raw, string(event.Data))
	assert.Equal(t, event.ID, readWebhook(t, b.build(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated}).Body).ID,
		"built and delivered, it is the same event")
	given := knock.header.Get("Memory-Signature")
	seconds, _, _ := strings.Cut(strings.TrimPrefix(given, "t="), ",")
	assert.Equal(t, "t="+seconds+",v1="+signature(seconds, b.scope.Connection().Credentials["webhook_secret"], knock.body), given)

	refund := b.refund(id, "r1", 500)
	event = readWebhook(t, next(t, knocks).body)
	assert.Equal(t, "refund.updated", event.Type)
	assert.JSONEq(t, refund.raw, string(event.Data))
	b.advance(time.Minute)
	assert.Contains(t, string(next(t, knocks).body), `"status":"succeeded"`)

	b.pay("k2")
	b.advance(time.Hour)
	assert.Contains(t, string(next(t, knocks).body), `"status":"expired"`)
}

func TestARefusedDeliveryIsTriedAgainWithTheSameEvent(t *testing.T) {
	t.Parallel()
	address, knocks := door(t, 500, 302, 200)
	b := newBenchOf(t, quick(), &gateway.ScopeSpec{WebhookURL: address})
	b.paid("k1")
	first, second, third := next(t, knocks), next(t, knocks), next(t, knocks)
	assert.Equal(t, first.body, second.body)
	assert.Equal(t, first.body, third.body)

	b.paid("k2")
	assert.NotEqual(t, readWebhook(t, first.body).ID, readWebhook(t, next(t, knocks).body).ID, "what was taken is not sent again")
}

func TestADeliveryIsGivenUpInTheEnd(t *testing.T) {
	t.Parallel()
	address, knocks := door(t, 500, 500, 500, 200)
	b := newBenchOf(t, quick(), &gateway.ScopeSpec{WebhookURL: address})
	b.paid("k1")
	first := next(t, knocks)
	next(t, knocks)
	next(t, knocks)
	b.paid("k2")
	assert.NotEqual(t, first.body, next(t, knocks).body, "a fourth try")
}

func TestASlowDoorDoesNotHoldPaymentsUp(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	b := newBenchOf(t, quick(), &gateway.ScopeSpec{WebhookURL: server.URL})
	for _, key := range []string{"k1", "k2", "k3", "k4", "k5", "k6"} {
		b.paid(key)
	}
	assert.Len(t, b.ledger(), 6)
}

func TestWebhooksGoToThisMachineOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, address := range []string{"http://192.0.2.1/hook", "https://shop.test/hook", "http://0.0.0.0/", "http://169.254.169.254/latest"} {
		_, err := b.tester.NewScope(t.Context(), &gateway.ScopeSpec{WebhookURL: address})
		require.ErrorIs(t, err, gateway.ErrBadRequest, address)
		_, err = sandbox.New(&sandbox.Options{WebhookURL: address})
		require.Error(t, err, address)
	}
}
