package sandbox_test

import (
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// list returns the ids of one page, and the token of the next.
func (f *fixture) list(query url.Values) (ids []string, next string) {
	f.t.Helper()
	answer := f.send("GET", "/v1/payments?"+query.Encode(), "")
	require.Equal(f.t, 200, answer.status, answer.raw)
	payments, ok := answer.body["payments"].([]any)
	require.True(f.t, ok, answer.raw)
	for _, each := range payments {
		p, _ := each.(map[string]any)
		id, _ := p["id"].(string)
		ids = append(ids, id)
	}
	return ids, answer.text("next_page_token")
}

func TestList_ReturnsEveryPaymentOnceOldestFirst(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	var want []string
	for i := range 7 {
		want = append(want, f.pay("k"+strconv.Itoa(i)).text("id"))
	}
	query := url.Values{"page_size": {"3"}}
	var got []string
	for pages := 1; ; pages++ {
		ids, next := f.list(query)
		got = append(got, ids...)
		if next == "" {
			assert.Equal(t, 3, pages)
			break
		}
		assert.Len(t, ids, 3)
		query.Set("page_token", next)
	}
	assert.Equal(t, want, got)
}

func TestList_HasAHalfOpenWindow(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	var ids, times []string
	for i := range 4 {
		made := f.pay("k" + strconv.Itoa(i))
		ids, times = append(ids, made.text("id")), append(times, made.text("created_at"))
		f.advance(time.Minute)
	}
	inWindow, next := f.list(url.Values{"created_from": {times[1]}, "created_until": {times[3]}, "page_size": {"2"}})
	assert.Equal(t, ids[1:3], inWindow)
	assert.Empty(t, next, "there is no page after the window's end")
	fromOnly, _ := f.list(url.Values{"created_from": {times[3]}})
	assert.Equal(t, ids[3:], fromOnly)
	none, _ := f.list(url.Values{"created_until": {times[0]}})
	assert.Empty(t, none)
}

func TestList_FindsAPaymentByItsKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.pay("k1")
	id := f.pay("k2").text("id")
	_, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 100, Currency: "THB"})
	require.NoError(t, err)

	found, _ := f.list(url.Values{"idempotency_key": {"k2"}})
	assert.Equal(t, []string{id}, found)
	for _, key := range []string{"k3", ""} {
		none, _ := f.list(url.Values{"idempotency_key": {key}})
		assert.Empty(t, none, "%q", key)
	}
}

func TestList_RefusesAMalformedQuery(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for _, query := range []string{
		"limit=1", "page_size=0", "page_size=101", "page_size=x", "page_size=1&page_size=2", "page_token=7", "page_token=after_-1",
		"page_token=after_99999999999999999999", "created_from=yesterday", "created_until=2026-02-03", "idempotency_key=k&page_size=1", "page_size=%zz",
	} {
		requireRefused(t, f.send("GET", "/v1/payments?"+query, ""), 400, "invalid_request")
	}
	beyond, _ := f.list(url.Values{"page_token": {"after_9"}})
	assert.Empty(t, beyond)
}
