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

// keys takes n webhooks and gives their kinds with the charges' statuses.
func keys(t *testing.T, hooks <-chan *hook, n int) []string {
	t.Helper()
	var got []string
	for range n {
		key, data := next(t, hooks).event(t)
		status, _ := data["status"].(string)
		got = append(got, strings.TrimSpace(key+" "+status))
	}
	return got
}

func none(t *testing.T, b *bench, hooks <-chan *hook) {
	t.Helper()
	b.settle()
	assert.Empty(t, hooks, "no webhook may be left")
}

// settle waits until what is queued has been delivered.
func (b *bench) settle() {
	b.t.Helper()
	require.NoError(b.t, sandbox.Settle(b.t.Context(), b.sandbox))
}

func dialed(t *testing.T, dials sandbox.WebhookDials) (*bench, <-chan *hook) {
	t.Helper()
	hookURL, hooks := shop(t)
	return start(t, &sandbox.Options{WebhookURL: hookURL, Dials: sandbox.Dials{Webhooks: dials}}), hooks
}

func TestWebhooksArriveInOrder(t *testing.T) {
	t.Parallel()
	b, hooks := dialed(t, sandbox.WebhookDials{})
	b.paidCharge()
	assert.Equal(t, []string{"charge.create pending", "charge.complete successful"}, keys(t, hooks, 2))
	none(t, b, hooks)
}

func TestWebhooksCanBeLost(t *testing.T) {
	t.Parallel()
	b, hooks := dialed(t, sandbox.WebhookDials{Lose: 1})
	b.paidCharge()
	assert.Equal(t, []string{"charge.complete successful"}, keys(t, hooks, 1))
	none(t, b, hooks)
	assert.Len(t, b.get("/events").ids(), 2, "the event happened all the same")
}

func TestWebhooksCanComeTwice(t *testing.T) {
	t.Parallel()
	b, hooks := dialed(t, sandbox.WebhookDials{Twice: true})
	b.charge()
	first, second := next(t, hooks), next(t, hooks)
	assert.Equal(t, first.body, second.body)
	none(t, b, hooks)
}

func TestWebhooksCanBeLate(t *testing.T) {
	t.Parallel()
	b, hooks := dialed(t, sandbox.WebhookDials{Late: sandbox.Duration(10 * time.Minute)})
	b.charge()
	require.NoError(t, b.manage().Advance(t.Context(), 9*time.Minute))
	none(t, b, hooks)
	require.NoError(t, b.manage().Advance(t.Context(), time.Minute))
	assert.Equal(t, []string{"charge.create pending"}, keys(t, hooks, 1))
}

func TestWebhooksCanOvertakeEachOther(t *testing.T) {
	t.Parallel()
	b, hooks := dialed(t, sandbox.WebhookDials{OutOfOrder: true})
	b.paidCharge()
	assert.Equal(t, []string{"charge.complete successful", "charge.create pending"}, keys(t, hooks, 2))
}

func TestAWebhookCanComeBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		b, hooks := dialed(t, sandbox.WebhookDials{BeforeAnswer: before})
		if before {
			made := b.charge()
			assert.Len(t, hooks, 1, "it was there when the answer came")
			b.decide(made.text("authorize_uri"), "succeeded")
			assert.Len(t, hooks, 2, "it was there before the payer came back")
			continue
		}
		b.charge()
		next(t, hooks)
	}
}

func TestAnAccountWithoutASecretSendsNoSignature(t *testing.T) {
	t.Parallel()
	b, hooks := dialed(t, sandbox.WebhookDials{Unsigned: true})
	b.charge()
	received := next(t, hooks)
	assert.Empty(t, received.header.Get("Omise-Signature"))
	assert.Empty(t, received.header.Get("Omise-Signature-Timestamp"))
}

func TestBothSecretsSignForADayAfterARotation(t *testing.T) {
	t.Parallel()
	b, hooks := dialed(t, sandbox.WebhookDials{})
	before := b.sandbox.Credentials().WebhookSecret
	require.NoError(t, b.sandbox.RotateWebhookSecret("s1"))
	after := b.sandbox.Credentials().WebhookSecret
	require.NotEqual(t, before, after)

	b.charge()
	received := next(t, hooks)
	stamp := received.header.Get("Omise-Signature-Timestamp")
	assert.Equal(t, sandbox.Sign(after, stamp, received.body)+","+sandbox.Sign(before, stamp, received.body),
		received.header.Get("Omise-Signature"))

	require.NoError(t, b.manage().Advance(t.Context(), 23*time.Hour))
	b.charge()
	assert.Contains(t, next(t, hooks).header.Get("Omise-Signature"), ",")
	require.NoError(t, b.manage().Advance(t.Context(), 59*time.Minute+59*time.Second))
	b.charge()
	assert.Contains(t, next(t, hooks).header.Get("Omise-Signature"), ",")
}

func TestAfterTheRotationOneSecretSigns(t *testing.T) {
	t.Parallel()
	b, hooks := dialed(t, sandbox.WebhookDials{})
	require.NoError(t, b.sandbox.RotateWebhookSecret("s1"))
	require.NoError(t, b.manage().Advance(t.Context(), 24*time.Hour))
	b.charge()
	assert.NotContains(t, next(t, hooks).header.Get("Omise-Signature"), ",")
	require.ErrorIs(t, b.sandbox.RotateWebhookSecret("s77"), gateway.ErrNotFound)
}

func TestAChargesOwnEndpointsGetItsEvents(t *testing.T) {
	t.Parallel()
	accountURL, accountHooks := shop(t)
	ownURL, ownHooks := shop(t)
	b := start(t, &sandbox.Options{WebhookURL: accountURL})
	id := b.charge("webhook_endpoints[]", ownURL).text("id")
	b.post("/charges/" + id + "/mark_as_paid").ok()
	b.refund(id, "2000").ok()
	for _, hooks := range []<-chan *hook{accountHooks, ownHooks} {
		assert.Equal(t, []string{"charge.create pending", "charge.complete successful", "refund.create"}, keys(t, hooks, 3))
	}
	b.charge()
	next(t, accountHooks)
	none(t, b, ownHooks)
	b.post("/charges", "amount", "100000", "currency", "thb", "source[type]", "alipay", "return_uri", "https://x.example",
		"webhook_endpoints[]", "not a URL").refused(http.StatusBadRequest, "bad_request")
}

func TestAnEventRemembersItsDeliveries(t *testing.T) {
	t.Parallel()
	var body atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var read bytes.Buffer
		_, _ = read.ReadFrom(r.Body)
		body.Store(read.String())
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	b := start(t, &sandbox.Options{WebhookURL: server.URL})
	b.charge()
	b.settle()
	id := b.get("/events").ids()[0]
	var event struct {
		Deliveries []map[string]any `json:"webhook_deliveries"`
	}
	require.NoError(t, json.Unmarshal(b.get("/events/"+id).ok().body, &event))
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

func TestNobodyAtTheAddressIsRemembered(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	b := start(t, &sandbox.Options{WebhookURL: server.URL})
	b.charge()
	b.settle()
	event := b.get("/events/" + b.get("/events").ids()[0]).ok()
	assert.Contains(t, string(event.body), `"error": "connection refused"`)
	assert.Contains(t, string(event.body), `"status": null`)
}

func TestWebhooksReachThisMachineOnly(t *testing.T) {
	t.Parallel()
	b := start(t, &sandbox.Options{WebhookURL: "http://192.0.2.1/hooks"})
	b.charge()
	b.settle()
	event := b.get("/events/" + b.get("/events").ids()[0]).ok()
	assert.Contains(t, string(event.body), `"error": "the sandbox delivers to this machine only"`)
}

func TestABuiltWebhookIsSignedAsAsked(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	scope := b.manage()
	credentials := scope.Connection().Credentials
	current, previous := credentials["webhook_secret"], credentials["previous_webhook_secret"]
	id := b.paidCharge()
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

func TestABuiltWebhookIsPatchedAndItsEventCanBeRead(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	id := b.paidCharge()
	built, err := b.manage().BuildWebhook(t.Context(), &gateway.WebhookSpec{
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
	assert.Equal(t, "successful", b.get("/events/"+event.ID).ok().text("data.status"), "the event itself is true")
}

func TestABuiltWebhookOfARefundNeedsOne(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	id := b.paidCharge()
	spec := &gateway.WebhookSpec{Payment: id, Event: gateway.EventRefundUpdated}
	_, err := b.manage().BuildWebhook(t.Context(), spec)
	require.ErrorIs(t, err, gateway.ErrNotFound)
	refund := b.refund(id, "2000").ok().text("id")
	built, err := b.manage().BuildWebhook(t.Context(), spec)
	require.NoError(t, err)
	assert.Contains(t, string(built.Body), refund)
	built, err = b.manage().BuildWebhook(t.Context(), &gateway.WebhookSpec{Payment: id, Event: gateway.EventUnknown})
	require.NoError(t, err)
	assert.NotContains(t, string(built.Body), "charge.complete")
}
