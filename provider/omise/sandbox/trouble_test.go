package sandbox_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

func startWithTrouble(t *testing.T, trouble sandbox.Trouble) *merchant {
	t.Helper()
	return start(t, &sandbox.Options{Dials: sandbox.Dials{APIVersion: "2019-05-29", Trouble: trouble}})
}

func TestTrouble_MakesIDsLong(t *testing.T) {
	t.Parallel()
	m := startWithTrouble(t, sandbox.Trouble{LongIDs: true})
	id := m.charge().text("id")
	assert.Len(t, id, len("chrg_test_")+32)
	m.get("/charges/" + id).ok()
}

func TestTrouble_ShufflesMembers(t *testing.T) {
	t.Parallel()
	m := startWithTrouble(t, sandbox.Trouble{KeyOrder: true})
	id := m.charge("metadata[z]", "1", "metadata[a]", "2").text("id")
	one, other := m.get("/charges/"+id).ok(), m.get("/charges/"+id).ok()
	assert.NotEqual(t, string(one.body), string(other.body))
	assert.JSONEq(t, string(one.body), string(other.body))
	assert.Contains(t, string(one.body), "\"z\": \"1\",\n    \"a\": \"2\"", "what the merchant wrote stays")
}

func TestTrouble_AddsUnknownMembers(t *testing.T) {
	t.Parallel()
	m := startWithTrouble(t, sandbox.Trouble{UnknownFields: true})
	made := m.charge("metadata[a]", "1")
	for _, place := range []string{"x_new_flag", "source.x_new_object", "refunds.x_new_object"} {
		made.value(place)
	}
	assert.Equal(t, map[string]any{"a": "1"}, made.value("metadata"))
}

func TestTrouble_OmitsNulls(t *testing.T) {
	t.Parallel()
	m := startWithTrouble(t, sandbox.Trouble{AbsentNulls: true})
	whole := startWithTrouble(t, sandbox.Trouble{})
	all := slices.Collect(maps.Keys(membersOf(t, whole.charge())))
	some := membersOf(t, m.charge())
	assert.Less(t, len(some), len(all))
	for name, value := range membersOf(t, whole.charge()) {
		if _, there := some[name]; !there {
			assert.Equal(t, "null", string(value), name)
		}
	}
}

func membersOf(t *testing.T, a *answer) map[string]json.RawMessage {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(a.body, &members))
	return members
}

func TestTrouble_HidesTheOrderOfLists(t *testing.T) {
	t.Parallel()
	m := startWithTrouble(t, sandbox.Trouble{NullOrder: true})
	assert.Nil(t, m.get("/charges?order=chronological").ok().value("order"))
	assert.Nil(t, m.charge().value("refunds.order"))
}

func TestTrouble_ShowsBangkokTimes(t *testing.T) {
	t.Parallel()
	m := startWithTrouble(t, sandbox.Trouble{BangkokTimes: true})
	made := m.charge("description", "2017-11-02T07:14:14Z", "metadata[created]", "2017-11-02T07:14:14Z")
	assert.Equal(t, "2017-11-02T14:14:14+07:00", made.text("created_at"))
	assert.Equal(t, "2017-11-02T14:14:14+07:00", made.text("source.created_at"))
	assert.Equal(t, "1970-01-01T07:00:00+07:00", made.text("refunds.from"))
	assert.Equal(t, "2017-11-02T07:14:14Z", made.text("description"))
	assert.Equal(t, "2017-11-02T07:14:14Z", made.text("metadata.created"))
}

func TestTrouble_RepeatsWithItsSeed(t *testing.T) {
	t.Parallel()
	bodies := map[string][]string{}
	for _, seed := range []string{"a", "a", "b"} {
		m := start(t, &sandbox.Options{
			ServerOptions: gateway.ServerOptions{Seed: "same", BaseURL: "http://127.0.0.1:4510"}, Dials: sandbox.Dials{Trouble: sandbox.AllTrouble(seed)},
		})
		bodies[seed] = append(bodies[seed], string(m.charge().body))
	}
	assert.Equal(t, bodies["a"][0], bodies["a"][1])
	assert.NotEqual(t, bodies["a"][0], bodies["b"][0])
}

func TestTrouble_AppliesToEventsBeforeTheyAreSigned(t *testing.T) {
	t.Parallel()
	hookURL, hooks := webhookReceiver(t)
	m := start(t, &sandbox.Options{ServerOptions: gateway.ServerOptions{WebhookURL: hookURL}, Dials: sandbox.Dials{Trouble: sandbox.AllTrouble("x")}})
	m.charge()
	received := nextWebhook(t, hooks)
	assert.Contains(t, string(received.body), "x_new_flag")
	assert.Contains(t, string(received.body), "+07:00")
	assert.Equal(t, sandbox.Sign(m.sandbox.Credentials().WebhookSecret,
		received.header.Get("Omise-Signature-Timestamp"), received.body), received.header.Get("Omise-Signature"))
	m.flushWebhooks()
	payload, err := json.Marshal(string(received.body))
	require.NoError(t, err)
	plain := strings.ReplaceAll(string(payload), `\u003e`, ">")
	assert.Contains(t, string(m.get("/events").ok().body), plain, "the record has the same bytes")
}
