package sandbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

func TestCharge_ExpiresUnpaidAfterADay(t *testing.T) {
	t.Parallel()
	hookURL, hooks := webhookReceiver(t)
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: hookURL}})
	m.version = "2019-05-29"
	made := m.charge()
	nextWebhook(t, hooks)
	assert.Equal(t, "2017-11-09T07:14:14Z", made.text("expires_at"), "which is not when it expires")

	require.NoError(t, m.scope().Advance(t.Context(), 24*time.Hour-time.Second))
	assert.Equal(t, "pending", m.get("/charges/"+made.text("id")).text("status"))
	require.NoError(t, m.scope().Advance(t.Context(), time.Second))
	key, data := nextWebhook(t, hooks).event(t)
	assert.Equal(t, "charge.expire", key)
	assert.Equal(t, "expired", data["status"])

	expired := m.get("/charges/" + made.text("id")).ok()
	assert.Equal(t, true, expired.value("expired"))
	assert.Equal(t, "2017-11-03T07:14:14Z", expired.text("expired_at"))
	assert.Nil(t, expired.value("failure_code"))
	assert.Equal(t, http.StatusConflict, m.decide(made.text("authorize_uri"), "succeeded").status)
	assert.Equal(t, "expired", m.get("/charges/"+made.text("id")).text("status"))
}

func TestCharge_FailsUnpaidWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{Dials: sandbox.Dials{UnpaidEnds: "failed"}})
	id := m.charge().text("id")
	m.clock.advance(72 * time.Hour)
	failed := m.get("/charges/" + id).ok()
	assert.Equal(t, "failed", failed.text("status"))
	assert.Equal(t, "timeout", failed.text("failure_code"))
	assert.Equal(t, "Timeout", failed.text("failure_message"))
	last := m.get("/events?order=reverse_chronological&limit=1").ids()[0]
	assert.Equal(t, "charge.complete", m.get("/events/"+last).text("key"))
	assert.Equal(t, "2017-11-03T07:14:14+00:00", m.get("/events/"+last).text("created"), "when it happened")
}

func TestCharge_ShowsItsTrueExpiryWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{Dials: sandbox.Dials{ShownExpiry: sandbox.Duration(24 * time.Hour)}})
	m.version = "2019-05-29"
	assert.Equal(t, "2017-11-03T07:14:14Z", m.charge().text("expires_at"))
	asked := m.charge("expires_at", "2017-11-02T08:14:14Z")
	assert.Equal(t, "2017-11-02T08:14:14Z", asked.text("expires_at"))
	m.clock.advance(time.Hour)
	assert.Equal(t, "expired", m.get("/charges/"+asked.text("id")).text("status"))
	m.post("/charges", "amount", "100000", "currency", "thb", "source[type]", "alipay", "return_uri", "https://x.example",
		"expires_at", "2017-11-01T00:00:00Z").refused(http.StatusBadRequest, "bad_request")
}

func TestCharge_DoesNotExpireOncePaid(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	id := m.paidCharge()
	m.clock.advance(1000 * time.Hour)
	assert.Equal(t, "successful", m.get("/charges/"+id).text("status"))
}

func TestClock_NeverGoesBack(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.clock.advance(time.Hour)
	first := m.charge().text("id")
	m.clock.advance(-2 * time.Hour)
	second := m.charge()
	assert.Equal(t, "2017-11-02T08:14:14Z", second.text("created"))
	assert.Equal(t, []string{first, second.text("id")}, m.get("/charges").ids())
}
