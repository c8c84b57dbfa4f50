package sandbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

func TestAnUnpaidChargeExpiresAfterADay(t *testing.T) {
	t.Parallel()
	hookURL, hooks := shop(t)
	b := start(t, &sandbox.Options{WebhookURL: hookURL})
	b.version = "2019-05-29"
	made := b.charge()
	next(t, hooks)
	assert.Equal(t, "2017-11-09T07:14:14Z", made.text("expires_at"), "which is not when it expires")

	require.NoError(t, b.manage().Advance(t.Context(), 24*time.Hour-time.Second))
	assert.Equal(t, "pending", b.get("/charges/"+made.text("id")).text("status"))
	require.NoError(t, b.manage().Advance(t.Context(), time.Second))
	key, data := next(t, hooks).event(t)
	assert.Equal(t, "charge.expire", key)
	assert.Equal(t, "expired", data["status"])

	expired := b.get("/charges/" + made.text("id")).ok()
	assert.Equal(t, true, expired.value("expired"))
	assert.Equal(t, "2017-11-03T07:14:14Z", expired.text("expired_at"))
	assert.Nil(t, expired.value("failure_code"))
	assert.Equal(t, http.StatusConflict, b.decide(made.text("authorize_uri"), "succeeded").status)
	assert.Equal(t, "expired", b.get("/charges/"+made.text("id")).text("status"))
}

func TestAnUnpaidChargeCanFailInstead(t *testing.T) {
	t.Parallel()
	b := start(t, &sandbox.Options{Dials: sandbox.Dials{UnpaidEnds: "failed"}})
	id := b.charge().text("id")
	b.clock.turn(72 * time.Hour)
	failed := b.get("/charges/" + id).ok()
	assert.Equal(t, "failed", failed.text("status"))
	assert.Equal(t, "timeout", failed.text("failure_code"))
	assert.Equal(t, "Timeout", failed.text("failure_message"))
	last := b.get("/events?order=reverse_chronological&limit=1").ids()[0]
	assert.Equal(t, "charge.complete", b.get("/events/"+last).text("key"))
	assert.Equal(t, "2017-11-03T07:14:14+00:00", b.get("/events/"+last).text("created"), "when it happened")
}

func TestExpiryCanBeShownAsItIs(t *testing.T) {
	t.Parallel()
	b := start(t, &sandbox.Options{Dials: sandbox.Dials{ShownExpiry: sandbox.Duration(24 * time.Hour)}})
	b.version = "2019-05-29"
	assert.Equal(t, "2017-11-03T07:14:14Z", b.charge().text("expires_at"))
	asked := b.charge("expires_at", "2017-11-02T08:14:14Z")
	assert.Equal(t, "2017-11-02T08:14:14Z", asked.text("expires_at"))
	b.clock.turn(time.Hour)
	assert.Equal(t, "expired", b.get("/charges/"+asked.text("id")).text("status"))
	b.post("/charges", "amount", "100000", "currency", "thb", "source[type]", "alipay", "return_uri", "https://x.example",
		"expires_at", "2017-11-01T00:00:00Z").refused(http.StatusBadRequest, "bad_request")
}

func TestAPaidChargeDoesNotExpire(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	id := b.paidCharge()
	b.clock.turn(1000 * time.Hour)
	assert.Equal(t, "successful", b.get("/charges/"+id).text("status"))
}

func TestTheClockNeverGoesBack(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	b.clock.turn(time.Hour)
	first := b.charge().text("id")
	b.clock.turn(-2 * time.Hour)
	second := b.charge()
	assert.Equal(t, "2017-11-02T08:14:14Z", second.text("created"))
	assert.Equal(t, []string{first, second.text("id")}, b.get("/charges").ids())
}
