package stripealipay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// walk reads all pages of a window.
func (f *fixture) listAll(from, until time.Time, size int) (ids []string, pages int) {
	f.t.Helper()
	request := &contract.ListPaymentsRequest{CreatedFrom: from, CreatedUntil: until, PageSize: size}
	for {
		page, err := f.ListPayments(f.t.Context(), request)
		require.NoError(f.t, err)
		pages++
		for i := range page.Payments {
			created := page.Payments[i].CreatedAt
			assert.False(f.t, created.Before(from) || !created.Before(until), "%s is not from %s until %s", created, from, until)
			ids = append(ids, page.Payments[i].PaymentID)
		}
		if page.NextPageToken == "" {
			return ids, pages
		}
		request.PageToken = page.NextPageToken
	}
}

func (f *fixture) createPayments(count int, apart time.Duration) []string {
	f.t.Helper()
	ids := make([]string, 0, count)
	for range count {
		payment, err := f.scope.CreatePayment(f.t.Context(), gateway.Money{Amount: 2000, Currency: "CNY"})
		require.NoError(f.t, err)
		ids = append(ids, payment.ID)
		require.NoError(f.t, f.scope.Advance(f.t.Context(), apart))
	}
	return ids
}

// Stripe lists the newest first.
func TestListPayments_ReturnsTheOldestFirst(t *testing.T) {
	t.Parallel()
	for name, apart := range map[string]time.Duration{"over two days": 20 * time.Minute, "within a second": 0, "within a minute": 400 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			began := time.Now().Add(-time.Hour)
			made := f.createPayments(110, apart)
			for _, size := range []int{9, 50} {
				listed, _ := f.listAll(began, began.Add(72*time.Hour), size)
				assert.Equal(t, made, listed, "pages of %d", size)
			}
		})
	}
}

func TestListPayments_FindsTheOldestWithFewRequests(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	began := time.Now().Add(-time.Hour)
	made := f.createPayments(600, 2*time.Minute)
	f.front.Seen()
	listed, pages := f.listAll(began, began.Add(30*24*time.Hour), 50)
	assert.Equal(t, made, listed)
	assert.LessOrEqual(t, len(f.front.Seen()), pages+12)
}

func TestListPayments_SharesNothingBetweenAdjacentWindows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	began := time.Now().Add(-time.Hour)
	made := f.createPayments(20, 700*time.Millisecond)
	for _, cut := range []time.Time{f.ledger()[7].CreatedAt, f.ledger()[7].CreatedAt.Truncate(time.Second)} {
		older, _ := f.listAll(began, cut, 4)
		newer, _ := f.listAll(cut, began.Add(3*time.Hour), 4)
		assert.Equal(t, made, append(older, newer...))
	}
	none, _ := f.listAll(began.Truncate(time.Second).Add(100*time.Millisecond), began.Truncate(time.Second).Add(200*time.Millisecond), 0)
	assert.Empty(t, none)
}

func TestListPayments_ReturnsPaymentsAsGetStatusDoes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	paid := f.paid("k1")
	f.refund(paid, "r1", 500)
	f.createPayments(1, 0)
	page, err := f.ListPayments(t.Context(), &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-time.Hour), CreatedUntil: time.Now().Add(time.Hour)})
	require.NoError(t, err)
	require.Len(t, page.Payments, 2)
	assert.Equal(t, *f.status(paid.PaymentID), page.Payments[0])
	assert.Empty(t, page.Payments[1].IdempotencyKey)
}

func TestListPayments_RefusesAPageThatIsNotWhole(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	now := time.Unix(1790000000, 0)
	for name, body := range map[string]string{
		"no list":            `{"object":"payment_intent"}`,
		"a name twice":       `{"object":"list","has_more":true,"has_more":false,"data":[]}`,
		"no data":            `{"object":"list","has_more":false}`,
		"no end":             `{"object":"list","data":[]}`,
		"more of nothing":    `{"object":"list","data":[],"has_more":true}`,
		"another time":       `{"object":"list","has_more":false,"data":[` + intentJSON(t, "pi_1", map[string]any{"created": 1690000000}) + `]}`,
		"something else":     `{"object":"list","has_more":false,"data":[` + intentJSON(t, "pi_1", nil) + `,{"id":"ch_1","object":"charge","metadata":{"paysocket_key":"k1"}}]}`,
		"a charge by its id": `{"object":"list","has_more":false,"data":[` + intentJSON(t, "pi_1", map[string]any{"latest_charge": "py_1"}) + `]}`,
		"more than asked for": `{"object":"list","has_more":false,"data":[` + intentJSON(t, "pi_1", nil) + `,` + intentJSON(t, "pi_2", nil) + `,` +
			intentJSON(t, "pi_3", nil) + `]}`,
	} {
		f.front.Set(kittest.Answer(200, body))
		_, err := f.ListPayments(t.Context(), &contract.ListPaymentsRequest{
			CreatedFrom: now.Add(-time.Hour), CreatedUntil: now.Add(time.Hour), PageSize: 2,
		})
		assert.Equal(t, contract.MalformedResponse, contract.ReasonOf(err), name)
	}
	_, err := f.ListPayments(t.Context(), &contract.ListPaymentsRequest{
		CreatedFrom: now, CreatedUntil: now.Add(time.Hour), PageToken: "../account",
	})
	kittest.RequireError(t, err, contract.InvalidRequest, "")
}
