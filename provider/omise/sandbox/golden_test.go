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

func requireGolden(t *testing.T, got []byte, parts ...string) {
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

// startSeeded starts a sandbox that answers with the same bytes every time.
func startSeeded(t *testing.T, dials sandbox.Dials) *merchant {
	t.Helper()
	return start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{Seed: "golden", BaseURL: "http://127.0.0.1:4510"}, Dials: dials})
}

// scope returns the first account as a scope of gwctl/1.
func (m *merchant) scope() gateway.Scope {
	m.t.Helper()
	scope, err := m.sandbox.FindScope("s1")
	require.NoError(m.t, err)
	return scope
}

func (m *merchant) move(id string, to gateway.State) {
	m.t.Helper()
	require.NoError(m.t, m.scope().Transition(m.t.Context(), id, &gateway.Transition{To: to, FailureCode: "payment_rejected"}))
}

func TestAPI_AnswersInEveryVersionAsTheGoldenFiles(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2015-11-17", "2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			m := startSeeded(t, sandbox.Dials{APIVersion: version})
			m.version = version
			keep := func(name string, got *answer) string {
				requireGolden(t, got.ok().body, version, name+".json")
				assert.Equal(t, version, got.header.Get("Omise-Version"))
				return got.text("id")
			}
			source := keep("source", m.post("/sources", "amount", "100000", "currency", "THB", "type", "alipay"))
			pending := keep("charge_pending", m.charge("source", source, "source[type]", "alipay", "metadata[order]", "7"))
			paid := keep("charge_paid", m.post("/charges/"+pending+"/mark_as_paid"))
			keep("refund", m.post("/charges/"+paid+"/refunds", "amount", "30000", "metadata[reason]", "broken"))
			keep("charge_partly_refunded", m.get("/charges/"+paid))
			voided := m.paidCharge()
			keep("refund_voided", m.post("/charges/"+voided+"/refunds", "amount", "100000"))
			keep("charge_voided", m.get("/charges/"+voided))
			keep("charge_failed", m.post("/charges/"+m.charge().text("id")+"/mark_as_failed"))
			keep("charge_expired", m.post("/charges/"+m.charge().text("id")+"/expire"))
			reversed := m.charge().text("id")
			m.move(reversed, gateway.StateCanceled)
			keep("charge_reversed", m.get("/charges/"+reversed))
			requireGolden(t, m.get("/charges?limit=1&offset=1").ok().body, version, "charges.json")
			requireGolden(t, m.get("/events?limit=2&order=reverse_chronological").ok().body, version, "events.json")
			requireGolden(t, m.get("/charges/"+paid+"/events").ok().body, version, "charge_events.json")
			keep("account", m.get("/account"))
			requireGolden(t, m.get("/capability").ok().body, version, "capability.json")
			requireGolden(t, m.get("/search?scope=charge&filters[paid]=yes&per_page=1").ok().body, version, "search.json")
			requireGolden(t, m.get("/charges/chrg_test_none").body, version, "error_not_found.json")
		})
	}
}

func TestEvent_StaysInTheVersionItWasMadeIn(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2014-07-27", "2015-11-17", "2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			m := startSeeded(t, sandbox.Dials{APIVersion: version})
			m.version = "2019-05-29"
			m.paidCharge()
			events := m.get("/events?order=reverse_chronological&limit=1").ok()
			requireGolden(t, events.body, "events", version+".json")
			assert.Contains(t, string(events.body), `"created_at": "2017`, "the envelope is the request's")
		})
	}
}

func TestAPI_RefusesAnUnknownVersion(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	for _, version := range []string{"2014-07-27", "2031-01-01", "latest"} {
		m.version = version
		m.get("/charges").refused(http.StatusBadRequest, "bad_request")
	}
}

func TestCreateCharge_NeedsNoSourceIn2015(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.version = "2015-11-17"
	made := m.post("/charges", "amount", "100000", "currency", "thb", "offsite", "alipay",
		"return_uri", "https://shop.example/").ok()
	assert.Equal(t, "alipay", made.text("offsite"))
	m.version = "2019-05-29"
	same := m.get("/charges/" + made.text("id")).ok()
	assert.Equal(t, "alipay", same.text("source.type"))
	assert.Equal(t, "THB", same.text("currency"))
}

func TestCharge_ShowsFeesAsRecorded(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.version = "2019-05-29"
	recorded := []struct{ amount, fee, vat, net string }{
		{"1000000", "36500", "2555", "960945"},
		{"100000", "3650", "256", "96094"},
		{"12345", "451", "32", "11862"},
	}
	for _, of := range recorded {
		made := m.postJSON("/charges", `{"amount":`+of.amount+`,"currency":"THB","source":{"type":"alipay"},"return_uri":"https://x.example"}`).ok()
		assert.Equal(t, of.fee, made.number("fee"))
		assert.Equal(t, of.vat, made.number("fee_vat"))
		assert.Equal(t, of.net, made.number("net"))
		assert.Equal(t, of.amount, made.number("funding_amount"))
		assert.Equal(t, "THB", made.text("funding_currency"))
	}
}

func TestAPI_ShowsTheTimeOfTheAccount(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	require.NoError(t, m.scope().Advance(t.Context(), 90*time.Minute))
	made := m.charge()
	assert.Equal(t, "2017-11-02T08:44:14Z", made.text("created"))
	assert.Equal(t, "Thu, 02 Nov 2017 08:44:14 GMT", made.header.Get("Date"))
}
