package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

func TestUpdateCharge_ChangesDescriptionAndMetadata(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	id := m.charge("metadata[paysocket_key]", "k1", "metadata[a]", "1").text("id")
	changed := m.send(http.MethodPatch, "/charges/"+id, "application/json",
		`{"description":"new","metadata":{"paysocket_key":"k2"},"amount":1,"status":"successful"}`).ok()
	assert.Equal(t, "new", changed.text("description"))
	assert.Equal(t, map[string]any{"paysocket_key": "k2"}, changed.value("metadata"))
	assert.Equal(t, "100000", changed.number("amount"))
	assert.Equal(t, "pending", changed.text("status"))

	for key, want := range map[string]int{"k1": 0, "k2": 1} {
		found, err := m.scope().Payments(t.Context(), &gateway.Query{Key: key})
		require.NoError(t, err)
		assert.Len(t, found, want, key)
	}
	keys := []string{}
	for _, event := range m.get("/charges/" + id + "/events").ok().ids() {
		keys = append(keys, m.get("/events/"+event).ok().text("key"))
	}
	assert.Equal(t, []string{"charge.create", "charge.update"}, keys)
	m.send(http.MethodPatch, "/charges/"+id, "application/json", `{"metadata":[1]}`).refused(http.StatusBadRequest, "bad_request")
}

func TestEvent_ShowsTheChargeAsItWas(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.paidCharge()
	events := m.get("/events").ok().ids()
	require.Len(t, events, 2)
	assert.Equal(t, "pending", m.get("/events/"+events[0]).text("data.status"))
	assert.Equal(t, "successful", m.get("/events/"+events[1]).text("data.status"))
	m.get("/events/evnt_test_1").refused(http.StatusNotFound, "not_found")
}

func TestEvent_HasNoDataInTheListOfACharge(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	id := m.paidCharge()
	m.paidCharge()
	list := m.get("/charges/" + id + "/events").ok()
	assert.Len(t, list.ids(), 2)
	assert.NotContains(t, string(list.body), `"data": {`)
}

func TestUpdateAccount_ChangesTheWebhookURL(t *testing.T) {
	t.Parallel()
	hookURL, hooks := webhookReceiver(t)
	m := start(t, nil)
	assert.Nil(t, m.get("/account").ok().value("webhook_uri"))
	changed := m.send(http.MethodPatch, "/account", "application/json", `{"webhook_uri":"`+hookURL+`"}`).ok()
	assert.Equal(t, hookURL, changed.text("webhook_uri"))
	m.charge()
	nextWebhook(t, hooks)
	m.send(http.MethodPatch, "/account", "application/json", `{"webhook_uri":"ftp://x"}`).refused(http.StatusBadRequest, "bad_request")
}

func TestMarkAsFailed_TakesACode(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	failed := m.post("/charges/"+m.charge().text("id")+"/mark_as_failed", "failure_code", "insufficient_balance").ok()
	assert.Equal(t, "insufficient_balance", failed.text("failure_code"))
}
