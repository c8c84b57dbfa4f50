package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// signature computes one v1 as the documentation says.
func signature(seconds, secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(seconds))
	mac.Write([]byte("."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func (f *fixture) build(spec *gateway.WebhookSpec) *gateway.Webhook {
	f.t.Helper()
	webhook, err := f.scope.BuildWebhook(f.t.Context(), spec)
	require.NoError(f.t, err)
	require.Equal(f.t, [2]string{"Content-Type", "application/json"}, webhook.Headers[0])
	return webhook
}

type webhookBody struct {
	ID        string          `json:"id"`
	Object    string          `json:"object"`
	Type      string          `json:"type"`
	CreatedAt time.Time       `json:"created_at"`
	Data      json.RawMessage `json:"data"`
}

func readWebhook(t *testing.T, body []byte) *webhookBody {
	t.Helper()
	var read webhookBody
	require.NoError(t, json.Unmarshal(body, &read))
	require.Equal(t, "event", read.Object)
	return &read
}

func TestWebhook_ShowsThePaymentAsTheAPIDoes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	spec := &gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated}
	built := readWebhook(t, f.build(spec).Body)
	assert.Equal(t, "payment.updated", built.Type)
	assert.JSONEq(t, f.get(id).raw, string(built.Data))
	assert.Equal(t, f.get(id).text("updated_at"), built.CreatedAt.Format("2006-01-02T15:04:05.999Z07:00"))

	assert.Equal(t, built.ID, readWebhook(t, f.build(spec).Body).ID, "a redelivery keeps its id")
	refund := f.refund(id, "r1", 500)
	assert.NotEqual(t, built.ID, readWebhook(t, f.build(spec).Body).ID, "a change is another event")

	spec = &gateway.WebhookSpec{Payment: id, Refund: refund.text("id"), Event: gateway.EventRefundUpdated}
	built = readWebhook(t, f.build(spec).Body)
	assert.Equal(t, "refund.updated", built.Type)
	assert.JSONEq(t, refund.raw, string(built.Data))

	built = readWebhook(t, f.build(&gateway.WebhookSpec{Payment: id, Event: gateway.EventUnknown}).Body)
	assert.NotContains(t, []string{"payment.updated", "refund.updated"}, built.Type)
}

func TestWebhook_IsSignedAsAsked(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	credentials := f.scope.Connection().Credentials
	current, previous := credentials["webhook_secret"], credentials["previous_webhook_secret"]
	require.NotEqual(t, current, previous)
	for signing, secrets := range map[gateway.Signing][]string{
		"": {current}, gateway.SignCurrent: {current}, gateway.SignPrevious: {previous}, gateway.SignBoth: {current, previous},
	} {
		webhook := f.build(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated, Sign: signing, AtOffset: -10 * time.Minute})
		require.Len(t, webhook.Headers, 2)
		assert.Equal(t, "Memory-Signature", webhook.Headers[1][0])
		seconds, _, _ := strings.Cut(strings.TrimPrefix(webhook.Headers[1][1], "t="), ",")
		unix, err := strconv.ParseInt(seconds, 10, 64)
		require.NoError(t, err)
		assert.WithinDuration(t, time.Now().Add(-10*time.Minute), time.Unix(unix, 0), 10*time.Second)
		want := []string{"t=" + seconds}
		for _, secret := range secrets {
			want = append(want, "v1="+signature(seconds, secret, webhook.Body))
		}
		assert.Equal(t, strings.Join(want, ","), webhook.Headers[1][1], signing)
	}

	none := f.build(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated, Sign: gateway.SignNone})
	assert.Len(t, none.Headers, 1)
	wrong := f.build(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated, Sign: gateway.SignWrong})
	for _, secret := range []string{current, previous} {
		seconds, _, _ := strings.Cut(strings.TrimPrefix(wrong.Headers[1][1], "t="), ",")
		assert.NotContains(t, wrong.Headers[1][1], signature(seconds, secret, wrong.Body))
	}
}

func TestWebhook_IsSignedAfterItsBodyIsPatched(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	webhook := f.build(&gateway.WebhookSpec{
		Payment: f.paid("k1"), Event: gateway.EventPaymentUpdated,
		BodyPatch: []gateway.PatchOp{{Op: "replace", Path: "/data/status", Value: "weird"}},
	})
	assert.Contains(t, string(webhook.Body), `"status":"weird"`)
	seconds, _, _ := strings.Cut(strings.TrimPrefix(webhook.Headers[1][1], "t="), ",")
	assert.Contains(t, webhook.Headers[1][1], signature(seconds, f.scope.Connection().Credentials["webhook_secret"], webhook.Body))
}

func TestWebhook_IsNotBuiltForAnUnknownObject(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	for _, spec := range []*gateway.WebhookSpec{
		{Payment: "pay_none", Event: gateway.EventPaymentUpdated},
		{Payment: id, Refund: "rfd_none", Event: gateway.EventRefundUpdated},
	} {
		_, err := f.scope.BuildWebhook(t.Context(), spec)
		require.ErrorIs(t, err, gateway.ErrNotFound)
	}
	_, err := f.scope.BuildWebhook(t.Context(), &gateway.WebhookSpec{
		Payment: id, Event: gateway.EventPaymentUpdated, BodyPatch: []gateway.PatchOp{{Op: "replace", Path: "/data/none", Value: 1}},
	})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
}
