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

// list gives the ids of one page, and the token of the next.
func (b *bench) list(query url.Values) (ids []string, next string) {
	b.t.Helper()
	answer := b.send("GET", "/v1/payments?"+query.Encode(), "")
	require.Equal(b.t, 200, answer.status, answer.raw)
	payments, ok := answer.body["payments"].([]any)
	require.True(b.t, ok, answer.raw)
	for _, each := range payments {
		p, _ := each.(map[string]any)
		id, _ := p["id"].(string)
		ids = append(ids, id)
	}
	return ids, answer.text("next_page_token")
}

func TestAListGivesEveryPaymentOnceOldestFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	var want []string
	for i := range 7 {
		want = append(want, b.pay("k"+strconv.Itoa(i)).text("id"))
	}
	query := url.Values{"page_size": {"3"}}
	var got []string
	for pages := 1; ; pages++ {
		ids, next := b.list(query)
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

func TestAListsWindowIsHalfOpen(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	var ids, times []string
	for i := range 4 {
		made := b.pay("k" + strconv.Itoa(i))
		ids, times = append(ids, made.text("id")), append(times, made.text("created_at"))
		b.advance(time.Minute)
	}
	inWindow, next := b.list(url.Values{"created_from": {times[1]}, "created_until": {times[3]}, "page_size": {"2"}})
	assert.Equal(t, ids[1:3], inWindow)
	assert.Empty(t, next, "there is no page after the window's end")
	fromOnly, _ := b.list(url.Values{"created_from": {times[3]}})
	assert.Equal(t, ids[3:], fromOnly)
	none, _ := b.list(url.Values{"created_until": {times[0]}})
	assert.Empty(t, none)
}

func TestAPaymentIsFoundByItsKey(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.pay("k1")
	id := b.pay("k2").text("id")
	_, err := b.scope.CreatePayment(t.Context(), gateway.Money{Amount: 100, Currency: "THB"})
	require.NoError(t, err)

	found, _ := b.list(url.Values{"idempotency_key": {"k2"}})
	assert.Equal(t, []string{id}, found)
	for _, key := range []string{"k3", ""} {
		none, _ := b.list(url.Values{"idempotency_key": {key}})
		assert.Empty(t, none, "%q", key)
	}
}

func TestMalformedListsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, query := range []string{
		"limit=1", "page_size=0", "page_size=101", "page_size=x", "page_size=1&page_size=2", "page_token=7", "page_token=after_-1",
		"page_token=after_99999999999999999999", "created_from=yesterday", "created_until=2026-02-03", "idempotency_key=k&page_size=1", "page_size=%zz",
	} {
		requireRefused(t, b.send("GET", "/v1/payments?"+query, ""), 400, "invalid_request")
	}
	beyond, _ := b.list(url.Values{"page_token": {"after_9"}})
	assert.Empty(t, beyond)
}
