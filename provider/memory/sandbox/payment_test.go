package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

func TestPayment_IsPendingAndEchoesItsOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	made := f.pay("k1")
	require.Equal(t, http.StatusCreated, made.status)
	id := made.text("id")
	assert.JSONEq(t, fmt.Sprintf(`{
		"id":%q,"object":"payment","live":false,"idempotency_key":"k1","amount":2000,"currency":"THB","method":"wallet",
		"return_url":"https://shop.test/back?o=1&x=%%C3%%A9","reference":"order-77","description":"Two teas 🍵","metadata":{"k":"v"},
		"amount_refunded":0,"status":"pending","pay_url":%q,"created_at":%q,"updated_at":%q,"expires_at":%q}`,
		id, f.base+"/pay/"+f.scope.Connection().Scope+"/"+id,
		made.text("created_at"), made.text("created_at"), made.text("expires_at")), made.raw)
	assert.Equal(t, made.raw, f.get(id).raw)

	createdAt, err := time.Parse(time.RFC3339, made.text("created_at"))
	require.NoError(t, err)
	expiresAt, err := time.Parse(time.RFC3339, made.text("expires_at"))
	require.NoError(t, err)
	assert.Equal(t, 30*time.Minute, expiresAt.Sub(createdAt))

	assert.Equal(t, []gateway.Payment{{
		ID: id, Key: "k1", Reference: "order-77", Description: "Two teas 🍵",
		ReturnURL: "https://shop.test/back?o=1&x=%C3%A9", Amount: 2000, Currency: "THB",
		State: gateway.StatePending, RawState: "pending", RedirectURL: made.text("pay_url"),
		CreatedAt: createdAt, ExpiresAt: expiresAt, Refunds: []gateway.Refund{},
		Metadata: map[string]string{"k": "v"},
	}}, f.ledger())
}

func TestPayment_IsReturnedAgainForItsKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	first := f.pay("k1")
	assert.Empty(t, first.header.Get("Idempotent-Replayed"))
	f.move(first.text("id"), gateway.StateSucceeded)

	again := f.pay("k1")
	assert.Equal(t, http.StatusOK, again.status)
	assert.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	assert.Equal(t, first.text("id"), again.text("id"))
	assert.Equal(t, "succeeded", again.text("status"), "a replay shows the payment as it is now")

	assert.NotEqual(t, first.text("id"), f.pay("k2").text("id"))
	assert.Len(t, f.ledger(), 2)
}

func TestPayment_IsNamedWhenItsKeyComesWithAnotherBody(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.pay("k1").text("id")
	for _, change := range [][2]string{
		{`2000`, `2001`},
		{`"THB"`, `"JPY"`},
		{`back`, `front`},
		{`order-77`, `order-78`},
		{`Two`, `Three`},
		{`"v"`, `"w"`},
		{`{"k":"v"}`, `{}`},
	} {
		answer := f.send("POST", "/v1/payments", strings.Replace(orderBody, change[0], change[1], 1), "Idempotency-Key", "k1")
		requireRefused(t, answer, http.StatusConflict, "key_reused")
		assert.Equal(t, id, answer.text("error.payment_id"))
	}
	assert.Len(t, f.ledger(), 1)
}

func TestPayment_IsMadeOnceByConcurrentCallsWithOneKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	ids := make([]string, 16)
	var calls sync.WaitGroup
	for i := range ids {
		calls.Go(func() { ids[i] = f.send("POST", "/v1/payments", orderBody, "Idempotency-Key", "k1").text("id") })
	}
	calls.Wait()
	require.Len(t, f.ledger(), 1)
	for _, id := range ids {
		assert.Equal(t, f.ledger()[0].ID, id)
	}
}

func TestPayment_HasLimitsForEachCurrency(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	account := f.send("GET", "/v1/account", "")
	require.Equal(t, 200, account.status)
	assert.Equal(t, "TH", account.text("country"))
	for i, bounds := range []struct {
		currency string
		min, max int64
	}{{"THB", 100, 5_000_000}, {"JPY", 50, 1_000_000}, {"KWD", 100, 500_000}} {
		assert.Contains(t, account.raw, fmt.Sprintf(`{"currency":%q,"min_amount":%d,"max_amount":%d}`, bounds.currency, bounds.min, bounds.max))
		for amount, status := range map[int64]int{bounds.min - 1: 400, bounds.min: 201, bounds.max: 201, bounds.max + 1: 400} {
			body := fmt.Sprintf(`{"amount":%d,"currency":%q,"method":"wallet","return_url":"https://shop.test"}`, amount, bounds.currency)
			answer := f.send("POST", "/v1/payments", body, "Idempotency-Key", fmt.Sprintf("k%d-%d", i, amount))
			assert.Equal(t, status, answer.status, answer.raw)
		}
	}
}

func TestPayment_IsNotMadeOfAMalformedOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	with := func(part, instead string) string { return strings.Replace(orderBody, part, instead, 1) }
	tests := map[string]struct {
		body, header string
		status       int
		code, field  string
	}{
		"an unknown field":      {with(`{`, `{"capture":true,`), "", 400, "invalid_request", "capture"},
		"another case":          {with(`"amount"`, `"Amount"`), "", 400, "invalid_request", "Amount"},
		"a fraction":            {with(`2000`, `20.5`), "", 400, "invalid_request", "amount"},
		"an amount in quotes":   {with(`2000`, `"2000"`), "", 400, "invalid_request", "amount"},
		"more than 64 bits":     {with(`2000`, `9223372036854775808`), "", 400, "invalid_request", "amount"},
		"nothing":               {with(`2000`, `0`), "", 400, "amount_out_of_range", "amount"},
		"less than nothing":     {with(`2000`, `-2000`), "", 400, "amount_out_of_range", "amount"},
		"null":                  {with(`2000`, `null`), "", 400, "invalid_request", "amount"},
		"dollars":               {with(`THB`, `USD`), "", 400, "currency_unsupported", "currency"},
		"a currency in small":   {with(`THB`, `thb`), "", 400, "currency_unsupported", "currency"},
		"another method":        {with(`wallet`, `card`), "", 400, "method_unsupported", "method"},
		"a relative return URL": {with(`https://shop.test`, ``), "", 400, "invalid_request", "return_url"},
		"a script to return to": {with(`https://shop.test/`, `javascript:alert(1)//`), "", 400, "invalid_request", "return_url"},
		"a foreign return URL":  {with(`shop.test/`, `ร้าน.test/`), "", 400, "invalid_request", "return_url"},
		"a foreign page":        {with(`back`, `กลับ`), "", 400, "invalid_request", "return_url"},
		"a long return URL":     {with(`back`, strings.Repeat("b", 2048)), "", 400, "invalid_request", "return_url"},
		"a long reference":      {with(`order-77`, strings.Repeat("r", 256)), "", 400, "invalid_request", "reference"},
		"a long description":    {with(`Two`, strings.Repeat("d", 256)), "", 400, "invalid_request", "description"},
		"a long metadata value": {with(`"v"`, `"`+strings.Repeat("v", 256)+`"`), "", 400, "invalid_request", "metadata"},
		"metadata with depth":   {with(`"v"`, `{}`), "", 400, "invalid_request", "metadata"},
		"invalid UTF-8":         {with(`Two`, "\xff"), "", 400, "invalid_request", ""},
		"an array":              {`[]`, "", 400, "invalid_request", ""},
		"the word null":         {`null`, "", 400, "invalid_request", ""},
		"no body":               {``, "", 400, "invalid_request", ""},
		"two bodies":            {orderBody + orderBody, "", 400, "invalid_request", ""},
		"too much":              {with(`Two`, strings.Repeat("d", 64<<10)), "", 413, "body_too_large", ""},
		"no key":                {orderBody, "Idempotency-Key", 400, "invalid_request", "Idempotency-Key"},
		"no content type":       {orderBody, "Content-Type", 415, "content_type_unsupported", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			headers := []string{"Idempotency-Key", "k1"}
			if test.header != "" {
				headers = append(headers, test.header, "")
			}
			answer := f.send("POST", "/v1/payments", test.body, headers...)
			requireRefused(t, answer, test.status, test.code)
			assert.Equal(t, test.field, answer.text("error.field"))
		})
	}
	assert.Empty(t, f.ledger())
}

func TestPayment_NeedsAKeyOfTheDocumentedForm(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for _, key := range []string{"a b", "ключ", "k/1", strings.Repeat("k", 65)} {
		requireRefused(t, f.send("POST", "/v1/payments", orderBody, "Idempotency-Key", key), 400, "invalid_request")
	}
	f.pay(strings.Repeat("k", 64))
}

func TestAPI_NeedsTheSecretKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.pay("k1").text("id")
	for _, header := range []string{"", "Bearer ", "Bearer mk_test_wrong", "Bearer mk_live_memory_sandbox", "Basic " + f.key, f.key} {
		requireRefused(t, f.send("GET", "/v1/payments/"+id, "", "Authorization", header), 401, "unauthorized")
	}
	// The key of another account is valid, but does not show this account's payment.
	requireRefused(t, f.send("GET", "/v1/payments/"+id, "", "Authorization", "Bearer mk_test_memory_sandbox"), 404, "payment_not_found")
}

func TestAPI_RefusesUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.pay("k1").text("id")
	requireRefused(t, f.send("GET", "/v2/payments", ""), 404, "not_found")
	requireRefused(t, f.send("DELETE", "/v1/payments/"+id, ""), 404, "not_found")
	requireRefused(t, f.send("GET", "/v1/payments/pay_none", ""), 404, "payment_not_found")
	requireRefused(t, f.send("GET", "/v1/payments/"+id+"?expand=1", ""), 400, "invalid_request")
	requireRefused(t, f.send("GET", "/v1/account?x", ""), 400, "invalid_request")
}

func TestPayment_ExpiresByTheAccountsClock(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	first := f.pay("k1")
	f.advance(29 * time.Minute)
	assert.Equal(t, "pending", f.get(first.text("id")).text("status"))
	second := f.pay("k2").text("id")
	f.advance(time.Minute)

	expired := f.get(first.text("id"))
	assert.Equal(t, "expired", expired.text("status"))
	assert.Equal(t, first.text("expires_at"), expired.text("updated_at"))
	assert.Empty(t, expired.text("pay_url"))
	assert.Equal(t, "pending", f.get(second).text("status"))

	shown, err := http.ParseTime(expired.header.Get("Date"))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().Add(30*time.Minute), shown, 10*time.Second, "the Date of answers is the account's clock")
}

func TestPayment_CanBeCanceledOnlyWhilePending(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.pay("k1").text("id")
	for range 2 {
		canceled := f.send("POST", "/v1/payments/"+id+"/cancel", "")
		require.Equal(t, 200, canceled.status, canceled.raw)
		assert.Equal(t, "canceled", canceled.text("status"))
	}
	for key, state := range map[string]gateway.State{
		"k2": gateway.StateSucceeded, "k3": gateway.StateFailed, "k4": gateway.StateExpired,
	} {
		other := f.pay(key).text("id")
		f.move(other, state)
		requireRefused(t, f.send("POST", "/v1/payments/"+other+"/cancel", "{}"), 409, "payment_not_cancelable")
		assert.Equal(t, string(state), f.get(other).text("status"))
	}
	requireRefused(t, f.send("POST", "/v1/payments/"+id+"/cancel", `{"force":true}`), 400, "invalid_request")
	requireRefused(t, f.send("POST", "/v1/payments/pay_none/cancel", ""), 404, "payment_not_found")
}
