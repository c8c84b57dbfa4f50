package memory_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// lastHour returns a request for the payments of the last hour.
func lastHour() *contract.ListPaymentsRequest {
	now := time.Now().UTC()
	return &contract.ListPaymentsRequest{CreatedFrom: now.Add(-time.Hour), CreatedUntil: now.Add(time.Hour)}
}

func TestListPayments_ReturnsEveryPaymentOnceAsGetStatusDoes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 22 {
		f.pay("k" + strconv.Itoa(i))
	}
	_, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 300, Currency: "THB"})
	require.NoError(t, err)
	f.move(f.ledger()[3].ID, gateway.StateSucceeded)
	for size, pages := range map[int]int{0: 2, 7: 4, 100: 2} {
		request := lastHour()
		request.PageSize = size
		var listed []contract.Payment
		for page := 1; ; page++ {
			found, err := f.ListPayments(t.Context(), request)
			require.NoError(t, err)
			listed = append(listed, found.Payments...)
			request.PageToken = found.NextPageToken
			if request.PageToken == "" {
				assert.Equal(t, pages, page)
				break
			}
		}
		require.Len(t, listed, 23)
		for i, made := range f.ledger() {
			assert.Equal(t, *f.status(made.ID), listed[i])
		}
		assert.Equal(t, contract.PaymentSucceeded, listed[3].Status)
		assert.Empty(t, listed[22].IdempotencyKey, "made in the dashboard")
		assert.Empty(t, listed[22].Reference)
	}
}

func TestListPayments_HasAHalfOpenWindow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	at := f.pay("k1").CreatedAt
	for _, window := range []struct {
		from, until time.Time
		found       int
	}{
		{at, at.Add(time.Nanosecond), 1},
		{at.Add(-time.Hour), at, 0},
		{at.Add(time.Nanosecond), at.Add(time.Hour), 0},
	} {
		page, err := f.ListPayments(t.Context(), &contract.ListPaymentsRequest{CreatedFrom: window.from, CreatedUntil: window.until})
		require.NoError(t, err)
		assert.Len(t, page.Payments, window.found)
	}
}

func TestListPayments_RefusesAPageThatIsNotWhole(t *testing.T) {
	t.Parallel()
	at := time.Now().UTC()
	made := func(id string, after time.Duration, changes ...string) map[string]any {
		p := payment(id, "k1")
		p["created_at"] = at.Add(after)
		for i := 0; i < len(changes); i += 2 {
			p[changes[i]] = changes[i+1]
		}
		return p
	}
	many := make([]any, 0, 21)
	for i := range 21 {
		many = append(many, made("pay_"+strconv.Itoa(i), time.Duration(i)))
	}
	for name, test := range map[string]struct {
		fault  kittest.Fault
		reason contract.Reason
	}{
		"fault":          {kittest.Answer(503, ""), contract.ProviderFault},
		"broken":         {kittest.Reset, contract.ConnectionLost},
		"cut":            {kittest.Answer(200, `{"payments":[`), contract.MalformedResponse},
		"no list":        {kittest.Answer(200, `{}`), contract.MalformedResponse},
		"an odd token":   {kittest.Patch(map[string]any{"next_page_token": 7}), contract.MalformedResponse},
		"no array":       {kittest.Patch(map[string]any{"payments": map[string]any{"0": made("pay_1", 0)}}), contract.MalformedResponse},
		"payments twice": {kittest.Answer(200, `{"payments":[],"payments":[]}`), contract.MalformedResponse},
		"one without amount": {kittest.Patch(map[string]any{"payments": []any{
			made("pay_1", 0), map[string]any{"id": "pay_2", "idempotency_key": "k2"},
		}}), contract.MalformedResponse},
		"in disorder":         {kittest.Patch(map[string]any{"payments": []any{made("pay_1", time.Second), made("pay_2", 0)}}), contract.MalformedResponse},
		"before the window":   {kittest.Patch(map[string]any{"payments": []any{made("pay_1", -2*time.Hour)}}), contract.MalformedResponse},
		"after the window":    {kittest.Patch(map[string]any{"payments": []any{made("pay_1", 2*time.Hour)}}), contract.MalformedResponse},
		"more than asked for": {kittest.Patch(map[string]any{"payments": many}), contract.MalformedResponse},
		"the same page again": {kittest.Patch(map[string]any{"next_page_token": "after_1"}), contract.MalformedResponse},
		"an endless token":    {kittest.Patch(map[string]any{"next_page_token": strings.Repeat("a", 3000)}), contract.MalformedResponse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.front.Set(test.fault)
			request := lastHour()
			request.PageToken = "after_1"
			_, err := f.ListPayments(t.Context(), request)
			kittest.RequireError(t, err, test.reason, "")
		})
	}
}

func TestListPayments_RefusesAnUnknownToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	request := lastHour()
	request.PageToken = "&idempotency_key=k1"
	_, err := f.ListPayments(t.Context(), request)
	e := kittest.ErrorOf(t, err, contract.InvalidRequest, "")
	require.Len(t, e.Violations, 1)
	assert.Equal(t, "page_token", e.Violations[0].Field)
}

func TestListPayments_ReadsAPageOfTheLargestPayments(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 20 {
		request := newPayment("k" + strconv.Itoa(i))
		request.ReturnURL = "https://shop.test/" + strings.Repeat("&", contract.MaxURLLength-18)
		request.Reference, request.Description = strings.Repeat("<", 255), strings.Repeat(">", 255)
		request.Metadata = map[string]string{}
		for j := range 20 {
			request.Metadata[strings.Repeat("<", 30)+strconv.Itoa(1000+j)] = strings.Repeat("&", 255)
		}
		_, err := f.CreatePayment(t.Context(), request)
		require.NoError(t, err)
	}
	page, err := f.ListPayments(t.Context(), lastHour())
	require.NoError(t, err)
	assert.Len(t, page.Payments, 20)
}
