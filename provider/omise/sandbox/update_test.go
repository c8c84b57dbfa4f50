package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

func TestDescriptionAndMetadataCanBeChanged(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	id := b.charge("metadata[paysocket_key]", "k1", "metadata[a]", "1").text("id")
	changed := b.send(http.MethodPatch, "/charges/"+id, "application/json",
		`{"description":"new","metadata":{"paysocket_key":"k2"},"amount":1,"status":"successful"}`).ok()
	assert.Equal(t, "new", changed.text("description"))
	assert.Equal(t, map[string]any{"paysocket_key": "k2"}, changed.value("metadata"))
	assert.Equal(t, "100000", changed.number("amount"))
	assert.Equal(t, "pending", changed.text("status"))

	for key, want := range map[string]int{"k1": 0, "k2": 1} {
		found, err := b.manage().Payments(t.Context(), &gateway.Query{Key: key})
		require.NoError(t, err)
		assert.Len(t, found, want, key)
	}
	keys := []string{}
	for _, event := range b.get("/charges/" + id + "/events").ok().ids() {
		keys = append(keys, b.get("/events/"+event).ok().text("key"))
	}
	assert.Equal(t, []string{"charge.create", "charge.update"}, keys)
	b.send(http.MethodPatch, "/charges/"+id, "application/json", `{"metadata":[1]}`).refused(http.StatusBadRequest, "bad_request")
}

func TestAnEventShowsTheChargeAsItWas(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	b.paidCharge()
	events := b.get("/events").ok().ids()
	require.Len(t, events, 2)
	assert.Equal(t, "pending", b.get("/events/"+events[0]).text("data.status"))
	assert.Equal(t, "successful", b.get("/events/"+events[1]).text("data.status"))
	b.get("/events/evnt_test_1").refused(http.StatusNotFound, "not_found")
}

func TestEventsOfAChargeComeWithoutData(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	id := b.paidCharge()
	b.paidCharge()
	list := b.get("/charges/" + id + "/events").ok()
	assert.Len(t, list.ids(), 2)
	assert.NotContains(t, string(list.body), `"data": {`)
}

func TestTheAccountsWebhookAddressCanBeChanged(t *testing.T) {
	t.Parallel()
	hookURL, hooks := shop(t)
	b := start(t, nil)
	assert.Nil(t, b.get("/account").ok().value("webhook_uri"))
	changed := b.send(http.MethodPatch, "/account", "application/json", `{"webhook_uri":"`+hookURL+`"}`).ok()
	assert.Equal(t, hookURL, changed.text("webhook_uri"))
	b.charge()
	next(t, hooks)
	b.send(http.MethodPatch, "/account", "application/json", `{"webhook_uri":"ftp://x"}`).refused(http.StatusBadRequest, "bad_request")
}

func TestMarkAsFailedTakesACode(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	failed := b.post("/charges/"+b.charge().text("id")+"/mark_as_failed", "failure_code", "insufficient_balance").ok()
	assert.Equal(t, "insufficient_balance", failed.text("failure_code"))
}
