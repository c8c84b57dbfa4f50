package sandbox_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// eventKeys receives n webhooks, and returns their keys with the charges' statuses.
func eventKeys(t *testing.T, hooks <-chan *webhook, n int) []string {
	t.Helper()
	var got []string
	for range n {
		key, data := nextWebhook(t, hooks).event(t)
		status, _ := data["status"].(string)
		got = append(got, strings.TrimSpace(key+" "+status))
	}
	return got
}

func requireNoWebhook(t *testing.T, m *merchant, hooks <-chan *webhook) {
	t.Helper()
	m.flushWebhooks()
	assert.Empty(t, hooks, "no webhook may be left")
}

// flushWebhooks waits until the webhooks that are queued have been delivered.
func (m *merchant) flushWebhooks() {
	m.t.Helper()
	require.NoError(m.t, sandbox.Settle(m.t.Context(), m.sandbox))
}

func startWithWebhooks(t *testing.T, dials sandbox.WebhookDials) (*merchant, <-chan *webhook) {
	t.Helper()
	hookURL, hooks := webhookReceiver(t)
	return start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: hookURL}, Dials: sandbox.Dials{Webhooks: dials}}), hooks
}

func TestWebhooks_ArriveInOrder(t *testing.T) {
	t.Parallel()
	m, hooks := startWithWebhooks(t, sandbox.WebhookDials{})
	m.paidCharge()
	assert.Equal(t, []string{"charge.create pending", "charge.complete successful"}, eventKeys(t, hooks, 2))
	requireNoWebhook(t, m, hooks)
}

func TestWebhooks_AreLostWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m, hooks := startWithWebhooks(t, sandbox.WebhookDials{Lose: 1})
	m.paidCharge()
	assert.Equal(t, []string{"charge.complete successful"}, eventKeys(t, hooks, 1))
	requireNoWebhook(t, m, hooks)
	assert.Len(t, m.get("/events").ids(), 2, "the event happened all the same")
}

func TestWebhooks_ArriveTwiceWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m, hooks := startWithWebhooks(t, sandbox.WebhookDials{Twice: true})
	m.charge()
	first, second := nextWebhook(t, hooks), nextWebhook(t, hooks)
	assert.Equal(t, first.body, second.body)
	requireNoWebhook(t, m, hooks)
}

func TestWebhooks_AreLateWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m, hooks := startWithWebhooks(t, sandbox.WebhookDials{Late: sandbox.Duration(10 * time.Minute)})
	m.charge()
	require.NoError(t, m.scope().Advance(t.Context(), 9*time.Minute))
	requireNoWebhook(t, m, hooks)
	require.NoError(t, m.scope().Advance(t.Context(), time.Minute))
	assert.Equal(t, []string{"charge.create pending"}, eventKeys(t, hooks, 1))
}

func TestWebhooks_ArriveOutOfOrderWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m, hooks := startWithWebhooks(t, sandbox.WebhookDials{OutOfOrder: true})
	m.paidCharge()
	assert.Equal(t, []string{"charge.complete successful", "charge.create pending"}, eventKeys(t, hooks, 2))
}

func TestWebhooks_ArriveBeforeTheAnswerWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		m, hooks := startWithWebhooks(t, sandbox.WebhookDials{BeforeAnswer: before})
		if before {
			made := m.charge()
			assert.Len(t, hooks, 1, "it was there when the answer came")
			m.decide(made.text("authorize_uri"), "succeeded")
			assert.Len(t, hooks, 2, "it was there before the payer came back")
			continue
		}
		m.charge()
		nextWebhook(t, hooks)
	}
}

func TestWebhooks_AreUnsignedWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m, hooks := startWithWebhooks(t, sandbox.WebhookDials{Unsigned: true})
	m.charge()
	received := nextWebhook(t, hooks)
	assert.Empty(t, received.header.Get("Omise-Signature"))
	assert.Empty(t, received.header.Get("Omise-Signature-Timestamp"))
}

func TestWebhooks_AreSignedWithBothSecretsForADayAfterARotation(t *testing.T) {
	t.Parallel()
	m, hooks := startWithWebhooks(t, sandbox.WebhookDials{})
	before := m.sandbox.Credentials().WebhookSecret
	require.NoError(t, m.sandbox.RotateWebhookSecret("s1"))
	after := m.sandbox.Credentials().WebhookSecret
	require.NotEqual(t, before, after)

	m.charge()
	received := nextWebhook(t, hooks)
	stamp := received.header.Get("Omise-Signature-Timestamp")
	assert.Equal(t, sandbox.Sign(after, stamp, received.body)+","+sandbox.Sign(before, stamp, received.body),
		received.header.Get("Omise-Signature"))

	require.NoError(t, m.scope().Advance(t.Context(), 23*time.Hour))
	m.charge()
	assert.Contains(t, nextWebhook(t, hooks).header.Get("Omise-Signature"), ",")
	require.NoError(t, m.scope().Advance(t.Context(), 59*time.Minute+59*time.Second))
	m.charge()
	assert.Contains(t, nextWebhook(t, hooks).header.Get("Omise-Signature"), ",")
}

func TestWebhooks_AreSignedWithOneSecretADayAfterARotation(t *testing.T) {
	t.Parallel()
	m, hooks := startWithWebhooks(t, sandbox.WebhookDials{})
	require.NoError(t, m.sandbox.RotateWebhookSecret("s1"))
	require.NoError(t, m.scope().Advance(t.Context(), 24*time.Hour))
	m.charge()
	assert.NotContains(t, nextWebhook(t, hooks).header.Get("Omise-Signature"), ",")
	require.ErrorIs(t, m.sandbox.RotateWebhookSecret("s77"), gateway.ErrNotFound)
}

func TestWebhooks_AreSentToTheEndpointsOfTheCharge(t *testing.T) {
	t.Parallel()
	accountURL, accountHooks := webhookReceiver(t)
	ownURL, ownHooks := webhookReceiver(t)
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: accountURL}})
	id := m.charge("webhook_endpoints[]", ownURL).text("id")
	m.post("/charges/" + id + "/mark_as_paid").ok()
	m.refund(id, "2000").ok()
	for _, hooks := range []<-chan *webhook{accountHooks, ownHooks} {
		assert.Equal(t, []string{"charge.create pending", "charge.complete successful", "refund.create"}, eventKeys(t, hooks, 3))
	}
	m.charge()
	nextWebhook(t, accountHooks)
	requireNoWebhook(t, m, ownHooks)
	m.post("/charges", "amount", "100000", "currency", "thb", "source[type]", "alipay", "return_uri", "https://x.example",
		"webhook_endpoints[]", "not a URL").refused(http.StatusBadRequest, "bad_request")
}

func TestEvent_RecordsItsDeliveries(t *testing.T) {
	t.Parallel()
	var body atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var read bytes.Buffer
		_, _ = read.ReadFrom(r.Body)
		body.Store(read.String())
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: server.URL}})
	m.charge()
	m.flushWebhooks()
	id := m.get("/events").ids()[0]
	var event struct {
		Deliveries []map[string]any `json:"webhook_deliveries"`
	}
	require.NoError(t, json.Unmarshal(m.get("/events/"+id).ok().body, &event))
	require.Len(t, event.Deliveries, 1)
	delivery := event.Deliveries[0]
	assert.Equal(t, "webhook_delivery", delivery["object"])
	assert.EqualValues(t, 404, delivery["status"])
	assert.Equal(t, server.URL, delivery["uri"])
	assert.Equal(t, "charge.create", delivery["key"])
	assert.Equal(t, "2017-11-02 07:14:14 UTC", delivery["created_at"])
	assert.Nil(t, delivery["error"])
	assert.Equal(t, body.Load(), delivery["payload"], "byte for byte")
}

func TestEvent_RecordsARefusedConnection(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: server.URL}})
	m.charge()
	m.flushWebhooks()
	event := m.get("/events/" + m.get("/events").ids()[0]).ok()
	assert.Contains(t, string(event.body), `"error": "connection refused"`)
	assert.Contains(t, string(event.body), `"status": null`)
}

func TestWebhooks_AreSentToThisMachineOnly(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: "http://192.0.2.1/hooks"}})
	m.charge()
	m.flushWebhooks()
	event := m.get("/events/" + m.get("/events").ids()[0]).ok()
	assert.Contains(t, string(event.body), `"error": "the sandbox delivers to this machine only"`)
}

func TestBuildWebhook_SignsAsAsked(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	scope := m.scope()
	credentials := scope.Connection().Credentials
	current, previous := credentials["webhook_secret"], credentials["previous_webhook_secret"]
	id := m.paidCharge()
	build := func(sign gateway.Signing) (stamp, signature string, body []byte) {
		built, err := scope.BuildWebhook(t.Context(), &gateway.WebhookSpec{
			Payment: id, Event: gateway.EventPaymentUpdated, Sign: sign, AtOffset: -10 * time.Minute,
		})
		require.NoError(t, err)
		for _, header := range built.Headers {
			switch header[0] {
			case "Omise-Signature":
				signature = header[1]
			case "Omise-Signature-Timestamp":
				stamp = header[1]
			}
		}
		return stamp, signature, built.Body
	}
	stamp, signature, body := build("")
	assert.Equal(t, "1509606254", stamp, "ten minutes ago")
	assert.Equal(t, sandbox.Sign(current, stamp, body), signature)
	_, signature, body = build(gateway.SignPrevious)
	assert.Equal(t, sandbox.Sign(previous, stamp, body), signature)
	_, signature, body = build(gateway.SignBoth)
	assert.Equal(t, sandbox.Sign(current, stamp, body)+","+sandbox.Sign(previous, stamp, body), signature)
	_, signature, body = build(gateway.SignWrong)
	assert.NotContains(t, signature, sandbox.Sign(current, stamp, body))
	assert.Len(t, signature, 64)
	stamp, signature, _ = build(gateway.SignNone)
	assert.Empty(t, stamp+signature)
}

func TestBuildWebhook_PatchesTheBodyAndNotTheEvent(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	id := m.paidCharge()
	built, err := m.scope().BuildWebhook(t.Context(), &gateway.WebhookSpec{
		Payment: id, Event: gateway.EventPaymentUpdated,
		BodyPatch: []gateway.PatchOp{{Op: "replace", Path: "/data/status", Value: "weird"}},
	})
	require.NoError(t, err)
	var event struct {
		ID   string
		Key  string
		Data map[string]any
	}
	require.NoError(t, json.Unmarshal(built.Body, &event))
	assert.Equal(t, "charge.complete", event.Key)
	assert.Equal(t, "weird", event.Data["status"])
	assert.Equal(t, "successful", m.get("/events/"+event.ID).ok().text("data.status"), "the event itself is true")
}

func TestBuildWebhook_OfARefundNeedsOne(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	id := m.paidCharge()
	spec := &gateway.WebhookSpec{Payment: id, Event: gateway.EventRefundUpdated}
	_, err := m.scope().BuildWebhook(t.Context(), spec)
	require.ErrorIs(t, err, gateway.ErrNotFound)
	refund := m.refund(id, "2000").ok().text("id")
	built, err := m.scope().BuildWebhook(t.Context(), spec)
	require.NoError(t, err)
	assert.Contains(t, string(built.Body), refund)
	built, err = m.scope().BuildWebhook(t.Context(), &gateway.WebhookSpec{Payment: id, Event: gateway.EventUnknown})
	require.NoError(t, err)
	assert.NotContains(t, string(built.Body), "charge.complete")
}
