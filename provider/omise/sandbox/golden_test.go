package sandbox_test

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// update rewrites the golden files: go test -update.
var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, got []byte, parts ...string) {
	t.Helper()
	path := filepath.Join(append([]string{"testdata", "golden"}, parts...)...)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, got, 0o600))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "%s: go test -update rewrites it", path)
}

// seeded is a sandbox that gives the same bytes every time.
func seeded(t *testing.T, dials sandbox.Dials) *bench {
	t.Helper()
	return start(t, &sandbox.Options{Seed: "golden", APIBase: "http://127.0.0.1:4510", Dials: dials})
}

// manage is the tester's hand on the first account.
func (b *bench) manage() gateway.Scope {
	b.t.Helper()
	scope, err := b.sandbox.FindScope("s1")
	require.NoError(b.t, err)
	return scope
}

func (b *bench) move(id string, to gateway.State) {
	b.t.Helper()
	require.NoError(b.t, b.manage().Transition(b.t.Context(), id, &gateway.Transition{To: to, FailureCode: "payment_rejected"}))
}

func TestEveryVersionHasItsGoldenAnswers(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2015-11-17", "2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			b := seeded(t, sandbox.Dials{APIVersion: version})
			b.version = version
			keep := func(name string, got *answer) string {
				golden(t, got.ok().body, version, name+".json")
				assert.Equal(t, version, got.header.Get("Omise-Version"))
				return got.text("id")
			}
			source := keep("source", b.post("/sources", "amount", "100000", "currency", "THB", "type", "alipay"))
			pending := keep("charge_pending", b.charge("source", source, "source[type]", "alipay", "metadata[order]", "7"))
			paid := keep("charge_paid", b.post("/charges/"+pending+"/mark_as_paid"))
			keep("refund", b.post("/charges/"+paid+"/refunds", "amount", "30000", "metadata[reason]", "broken"))
			keep("charge_partly_refunded", b.get("/charges/"+paid))
			voided := b.paidCharge()
			keep("refund_voided", b.post("/charges/"+voided+"/refunds", "amount", "100000"))
			keep("charge_voided", b.get("/charges/"+voided))
			keep("charge_failed", b.post("/charges/"+b.charge().text("id")+"/mark_as_failed"))
			keep("charge_expired", b.post("/charges/"+b.charge().text("id")+"/expire"))
			reversed := b.charge().text("id")
			b.move(reversed, gateway.StateCanceled)
			keep("charge_reversed", b.get("/charges/"+reversed))
			golden(t, b.get("/charges?limit=1&offset=1").ok().body, version, "charges.json")
			golden(t, b.get("/events?limit=2&order=reverse_chronological").ok().body, version, "events.json")
			golden(t, b.get("/charges/"+paid+"/events").ok().body, version, "charge_events.json")
			keep("account", b.get("/account"))
			golden(t, b.get("/capability").ok().body, version, "capability.json")
			golden(t, b.get("/search?scope=charge&filters[paid]=yes&per_page=1").ok().body, version, "search.json")
			golden(t, b.get("/charges/chrg_test_none").body, version, "error_not_found.json")
		})
	}
}

func TestEventsStayInTheVersionTheyWereMadeIn(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2014-07-27", "2015-11-17", "2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			b := seeded(t, sandbox.Dials{APIVersion: version})
			b.version = "2019-05-29"
			b.paidCharge()
			events := b.get("/events?order=reverse_chronological&limit=1").ok()
			golden(t, events.body, "events", version+".json")
			assert.Contains(t, string(events.body), `"created_at": "2017`, "the envelope is the request's")
		})
	}
}

func TestAVersionThatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	for _, version := range []string{"2014-07-27", "2031-01-01", "latest"} {
		b.version = version
		b.get("/charges").refused(http.StatusBadRequest, "bad_request")
	}
}

func TestCreatingAChargeIn2015NeedsNoSource(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	b.version = "2015-11-17"
	made := b.post("/charges", "amount", "100000", "currency", "thb", "offsite", "alipay",
		"return_uri", "https://shop.example/").ok()
	assert.Equal(t, "alipay", made.text("offsite"))
	b.version = "2019-05-29"
	same := b.get("/charges/" + made.text("id")).ok()
	assert.Equal(t, "alipay", same.text("source.type"))
	assert.Equal(t, "THB", same.text("currency"))
}

func TestAChargeTellsFeesAsRecorded(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	b.version = "2019-05-29"
	recorded := []struct{ amount, fee, vat, net string }{
		{"1000000", "36500", "2555", "960945"},
		{"100000", "3650", "256", "96094"},
		{"12345", "451", "32", "11862"},
	}
	for _, of := range recorded {
		made := b.postJSON("/charges", `{"amount":`+of.amount+`,"currency":"THB","source":{"type":"alipay"},"return_uri":"https://x.example"}`).ok()
		assert.Equal(t, of.fee, made.number("fee"))
		assert.Equal(t, of.vat, made.number("fee_vat"))
		assert.Equal(t, of.net, made.number("net"))
		assert.Equal(t, of.amount, made.number("funding_amount"))
		assert.Equal(t, "THB", made.text("funding_currency"))
	}
}

func TestTimesAreTheAccounts(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	require.NoError(t, b.manage().Advance(t.Context(), 90*time.Minute))
	made := b.charge()
	assert.Equal(t, "2017-11-02T08:44:14Z", made.text("created"))
	assert.Equal(t, "Thu, 02 Nov 2017 08:44:14 GMT", made.header.Get("Date"))
}
