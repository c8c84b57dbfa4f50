package sandbox_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

func troubled(t *testing.T, trouble sandbox.Trouble) *bench {
	t.Helper()
	return start(t, &sandbox.Options{Dials: sandbox.Dials{APIVersion: "2019-05-29", Trouble: trouble}})
}

func TestIdsCanBeLong(t *testing.T) {
	t.Parallel()
	b := troubled(t, sandbox.Trouble{LongIDs: true})
	id := b.charge().text("id")
	assert.Len(t, id, len("chrg_test_")+32)
	b.get("/charges/" + id).ok()
}

func TestKeysCanComeInAnyOrder(t *testing.T) {
	t.Parallel()
	b := troubled(t, sandbox.Trouble{KeyOrder: true})
	id := b.charge("metadata[z]", "1", "metadata[a]", "2").text("id")
	one, other := b.get("/charges/"+id).ok(), b.get("/charges/"+id).ok()
	assert.NotEqual(t, string(one.body), string(other.body))
	assert.JSONEq(t, string(one.body), string(other.body))
	assert.Contains(t, string(one.body), "\"z\": \"1\",\n    \"a\": \"2\"", "what the merchant wrote stays")
}

func TestUnknownFieldsCanAppear(t *testing.T) {
	t.Parallel()
	b := troubled(t, sandbox.Trouble{UnknownFields: true})
	made := b.charge("metadata[a]", "1")
	for _, place := range []string{"x_new_flag", "source.x_new_object", "refunds.x_new_object"} {
		made.value(place)
	}
	assert.Equal(t, map[string]any{"a": "1"}, made.value("metadata"))
}

func TestNullsCanBeAbsent(t *testing.T) {
	t.Parallel()
	b := troubled(t, sandbox.Trouble{AbsentNulls: true})
	whole := troubled(t, sandbox.Trouble{})
	all := slices.Collect(maps.Keys(membersOf(t, whole.charge())))
	some := membersOf(t, b.charge())
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

func TestListsCanHideTheirOrder(t *testing.T) {
	t.Parallel()
	b := troubled(t, sandbox.Trouble{NullOrder: true})
	assert.Nil(t, b.get("/charges?order=chronological").ok().value("order"))
	assert.Nil(t, b.charge().value("refunds.order"))
}

func TestTimesCanBeBangkoks(t *testing.T) {
	t.Parallel()
	b := troubled(t, sandbox.Trouble{BangkokTimes: true})
	made := b.charge("description", "2017-11-02T07:14:14Z", "metadata[created]", "2017-11-02T07:14:14Z")
	assert.Equal(t, "2017-11-02T14:14:14+07:00", made.text("created_at"))
	assert.Equal(t, "2017-11-02T14:14:14+07:00", made.text("source.created_at"))
	assert.Equal(t, "1970-01-01T07:00:00+07:00", made.text("refunds.from"))
	assert.Equal(t, "2017-11-02T07:14:14Z", made.text("description"))
	assert.Equal(t, "2017-11-02T07:14:14Z", made.text("metadata.created"))
}

func TestTroubleRepeatsWithItsSeed(t *testing.T) {
	t.Parallel()
	bodies := map[string][]string{}
	for _, seed := range []string{"a", "a", "b"} {
		b := start(t, &sandbox.Options{
			Seed: "same", APIBase: "http://127.0.0.1:4510", Dials: sandbox.Dials{Trouble: sandbox.AllTrouble(seed)},
		})
		bodies[seed] = append(bodies[seed], string(b.charge().body))
	}
	assert.Equal(t, bodies["a"][0], bodies["a"][1])
	assert.NotEqual(t, bodies["a"][0], bodies["b"][0])
}

func TestEventsAreInTroubleTooAndSignedAsTheyAre(t *testing.T) {
	t.Parallel()
	hookURL, hooks := shop(t)
	b := start(t, &sandbox.Options{WebhookURL: hookURL, Dials: sandbox.Dials{Trouble: sandbox.AllTrouble("x")}})
	b.charge()
	received := next(t, hooks)
	assert.Contains(t, string(received.body), "x_new_flag")
	assert.Contains(t, string(received.body), "+07:00")
	assert.Equal(t, sandbox.Sign(b.sandbox.Credentials().WebhookSecret,
		received.header.Get("Omise-Signature-Timestamp"), received.body), received.header.Get("Omise-Signature"))
	b.settle()
	payload, err := json.Marshal(string(received.body))
	require.NoError(t, err)
	plain := strings.ReplaceAll(string(payload), `\u003e`, ">")
	assert.Contains(t, string(b.get("/events").ok().body), plain, "the record has the same bytes")
}
