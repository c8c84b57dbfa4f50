package omise_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// recordWith returns an event of a list, with more members.
func recordWith(id, more string) string {
	return `{"object":"event","id":"` + id + `","livemode":false,"key":"charge.create","created_at":"2026-11-02T03:04:05Z",` +
		`"data":{"object":"charge","id":"chrg_test_1","amount":100,"currency":"THB"}` + more + `}`
}

func listOf(elements ...string) string {
	return `{"object":"list","total":7,"offset":0,"data":[` + strings.Join(elements, ",") + `]}`
}

func TestListEvents_AsksForAPage_AndKeepsEachEventByteForByte(t *testing.T) {
	t.Parallel()
	const odd = `{ "object":"event","id" : "evnt_test_2","key":"refund.create", "new":{"b":1e2,"a":[ ]},
		"created_at":"2026-11-02T03:04:06Z","data":null }`
	one := recordWith("evnt_test_1", `,"webhook_deliveries":[]`)
	g, base := listen(t, ok(listOf(one, odd)))
	from := time.Date(2026, 11, 2, 10, 0, 0, 0, time.FixedZone("ICT", 7*3600))
	page, err := client(t, base, nil).ListEvents(t.Context(), &omise.ListOptions{From: from, Order: omise.Chronological, Limit: 2, Offset: 4})
	require.NoError(t, err)
	asked, err := url.ParseRequestURI(g.received()[0].target)
	require.NoError(t, err)
	assert.Equal(t, "/events", asked.Path)
	assert.Equal(t, url.Values{"from": {"2026-11-02T03:00:00Z"}, "order": {"chronological"}, "limit": {"2"}, "offset": {"4"}}, asked.Query())

	require.Len(t, page.Data, 2)
	assert.Equal(t, 7, page.Total)
	assert.Equal(t, []string{one, odd}, []string{string(page.Data[0].Body), string(page.Data[1].Body)}, "a signature is over these bytes")
	assert.Equal(t, "charge.create", page.Data[0].Key)
	assert.Equal(t, time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC), page.Data[0].CreatedAt)
	charge, err := page.Data[0].Charge()
	require.NoError(t, err)
	assert.Equal(t, "chrg_test_1", charge.ID)
	assert.Nil(t, page.Data[1].Data)
	for i := range page.Data {
		parsed, err := omise.ParseEvent(page.Data[i].Body)
		require.NoError(t, err)
		assert.Equal(t, page.Data[i].ID, parsed.ID)
	}
}

func TestRetrieveEventRecord_ReadsDeliveriesInEveryForm(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		deliveries string
		want       []omise.Delivery
	}{
		"absent":    {``, nil},
		"null":      {`,"webhook_deliveries":null`, nil},
		"no list":   {`,"webhook_deliveries":{"data":[]}`, nil},
		"none":      {`,"webhook_deliveries":[]`, nil},
		"no answer": {`,"webhook_deliveries":[{"uri":"https://a.example/x","status":null,"error":"timeout","created_at":"2026-11-02T03:04:05Z"}]`, []omise.Delivery{{URI: "https://a.example/x", Error: "timeout", At: at}}},
		"two, in their order": {
			`,"webhook_deliveries":[{"status":500},{"uri":"https://a.example","status":200,"created_at":"2026-11-02T10:04:05+07:00"}]`,
			[]omise.Delivery{{Status: 500}, {URI: "https://a.example", Status: 200, At: at}},
		},
		"no delivery":      {`,"webhook_deliveries":[7]`, []omise.Delivery{{}}},
		"a wrong status":   {`,"webhook_deliveries":[{"status":20000},{"status":"soon"}]`, []omise.Delivery{{}, {}}},
		"what moves lines": {`,"webhook_deliveries":[{"uri":"https://a.example\r\nready","error":"\u001b[31mno"}]`, []omise.Delivery{{URI: "https://a.exampleready", Error: "[31mno"}}},
		"a key":            {`,"webhook_deliveries":[{"uri":"https://a.example/?k=` + secretKey + `"}]`, []omise.Delivery{{URI: "https://a.example/?k=[redacted]"}}},
	} {
		_, base := listen(t, ok(recordWith("evnt_test_1", c.deliveries)))
		record, err := client(t, base, nil).RetrieveEventRecord(t.Context(), "evnt_test_1")
		require.NoError(t, err, name)
		assert.Equal(t, c.want, record.Deliveries, name)
		assert.Equal(t, recordWith("evnt_test_1", c.deliveries), string(record.Body), name)
	}
}

func TestListEvents_SaysWhatIsLeftOfAnEventThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, element := range map[string]string{
		"no key":         `{"object":"event","id":"evnt_test_9","data":null}`,
		"another object": `{"object":"charge","id":"evnt_test_9"}`,
		"a name twice":   `{"object":"event","id":"evnt_test_9","key":"a","x":{"b":1,"b":2}}`,
	} {
		_, base := listen(t, ok(listOf(element, recordWith("evnt_test_1", ""))))
		page, err := client(t, base, nil).ListEvents(t.Context(), nil)
		require.NoError(t, err, name)
		require.Len(t, page.Data, 1, name)
		assert.Equal(t, "evnt_test_1", page.Data[0].ID, name)
		require.Len(t, page.Unreadable, 1, name)
		assert.Equal(t, "evnt_test_9", page.Unreadable[0].ID, name)
		assert.Equal(t, 2, page.Len(), "or a reader of pages would go back")
	}
}

func TestEvents_OfAnotherAccountOrModeAreRefused(t *testing.T) {
	t.Parallel()
	live := strings.Replace(recordWith("evnt_test_1", ""), `"livemode":false`, `"livemode":true`, 1)
	for name, answer := range map[string]string{
		"another event": recordWith("evnt_test_2", ""), "another mode": live, "a charge": `{"object":"charge","id":"evnt_test_1"}`, "no event": `[]`,
	} {
		_, base := listen(t, ok(answer))
		_, err := client(t, base, nil).RetrieveEventRecord(t.Context(), "evnt_test_1")
		assert.Equal(t, omise.KindMalformed, errorOf(t, err).Kind, name)
	}
	_, base := listen(t, ok(strings.Replace(listOf(live), `"object":"list"`, `"object":"list","livemode":true`, 1)))
	_, err := client(t, base, nil).ListEvents(t.Context(), nil)
	assert.Equal(t, omise.KindMalformed, errorOf(t, err).Kind)

	_, base = listen(t, ok(`{"object":"error","code":"not_found","message":"event was not found"}`))
	_, err = client(t, base, nil).RetrieveEventRecord(t.Context(), "evnt_test_1")
	assert.Equal(t, "not_found", errorOf(t, err).Code, "an error is one whatever its status")

	_, base = listen(t, errorAnswer(http.StatusUnauthorized, "authentication_failure"))
	_, err = client(t, base, nil).ListEvents(t.Context(), nil)
	assert.Equal(t, omise.KindUnauthorized, errorOf(t, err).Kind)
}
