package stripealipay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

// walk reads all pages of a window.
func (b *bench) walk(from, until time.Time, size int) (ids []string, pages int) {
	b.t.Helper()
	request := &contract.ListPaymentsRequest{CreatedFrom: from, CreatedUntil: until, PageSize: size}
	for {
		page, err := b.ListPayments(b.t.Context(), request)
		require.NoError(b.t, err)
		pages++
		for i := range page.Payments {
			created := page.Payments[i].CreatedAt
			assert.False(b.t, created.Before(from) || !created.Before(until), "%s is not from %s until %s", created, from, until)
			ids = append(ids, page.Payments[i].PaymentID)
		}
		if page.NextPageToken == "" {
			return ids, pages
		}
		request.PageToken = page.NextPageToken
	}
}

func (b *bench) made(count int, apart time.Duration) []string {
	b.t.Helper()
	ids := make([]string, 0, count)
	for range count {
		payment, err := b.scope.CreatePayment(b.t.Context(), gateway.Money{Amount: 2000, Currency: "CNY"})
		require.NoError(b.t, err)
		ids = append(ids, payment.ID)
		require.NoError(b.t, b.scope.Advance(b.t.Context(), apart))
	}
	return ids
}

// Stripe lists the newest first.
func TestPaymentsAreListedOldestFirstWhateverStripeDoes(t *testing.T) {
	t.Parallel()
	for name, apart := range map[string]time.Duration{"over two days": 20 * time.Minute, "within a second": 0, "within a minute": 400 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			began := time.Now().Add(-time.Hour)
			made := b.made(110, apart)
			for _, size := range []int{9, 50} {
				listed, _ := b.walk(began, began.Add(72*time.Hour), size)
				assert.Equal(t, made, listed, "pages of %d", size)
			}
		})
	}
}

func TestFindingTheOldestPaymentCostsFewRequests(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	began := time.Now().Add(-time.Hour)
	made := b.made(600, 2*time.Minute)
	b.front.asked()
	listed, pages := b.walk(began, began.Add(30*24*time.Hour), 50)
	assert.Equal(t, made, listed)
	assert.LessOrEqual(t, len(b.front.asked()), pages+12)
}

func TestTwoWindowsThatMeetShareNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	began := time.Now().Add(-time.Hour)
	made := b.made(20, 700*time.Millisecond)
	for _, cut := range []time.Time{b.ledger()[7].CreatedAt, b.ledger()[7].CreatedAt.Truncate(time.Second)} {
		older, _ := b.walk(began, cut, 4)
		newer, _ := b.walk(cut, began.Add(3*time.Hour), 4)
		assert.Equal(t, made, append(older, newer...))
	}
	none, _ := b.walk(began.Truncate(time.Second).Add(100*time.Millisecond), began.Truncate(time.Second).Add(200*time.Millisecond), 0)
	assert.Empty(t, none)
}

func TestAListedPaymentIsTheSameAsARead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	paid := b.paid("k1")
	b.refund(paid, "r1", 500)
	b.made(1, 0)
	page, err := b.ListPayments(t.Context(), &contract.ListPaymentsRequest{CreatedFrom: time.Now().Add(-time.Hour), CreatedUntil: time.Now().Add(time.Hour)})
	require.NoError(t, err)
	require.Len(t, page.Payments, 2)
	assert.Equal(t, *b.status(paid.PaymentID), page.Payments[0])
	assert.Empty(t, page.Payments[1].IdempotencyKey)
}

func TestAPageThatIsNotWholeIsAnError(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	now := time.Unix(1790000000, 0)
	for name, body := range map[string]string{
		"no list":            `{"object":"payment_intent"}`,
		"no data":            `{"object":"list","has_more":false}`,
		"no end":             `{"object":"list","data":[]}`,
		"more of nothing":    `{"object":"list","data":[],"has_more":true}`,
		"another time":       `{"object":"list","has_more":false,"data":[` + intent(t, "pi_1", map[string]any{"created": 1690000000}) + `]}`,
		"something else":     `{"object":"list","has_more":false,"data":[` + intent(t, "pi_1", nil) + `,{"id":"ch_1","object":"charge"}]}`,
		"a charge by its id": `{"object":"list","has_more":false,"data":[` + intent(t, "pi_1", map[string]any{"latest_charge": "py_1"}) + `]}`,
		"more than asked for": `{"object":"list","has_more":false,"data":[` + intent(t, "pi_1", nil) + `,` + intent(t, "pi_2", nil) + `,` +
			intent(t, "pi_3", nil) + `]}`,
	} {
		b.front.set(says(200, body))
		_, err := b.ListPayments(t.Context(), &contract.ListPaymentsRequest{
			CreatedFrom: now.Add(-time.Hour), CreatedUntil: now.Add(time.Hour), PageSize: 2,
		})
		assert.Equal(t, contract.MalformedResponse, contract.ReasonOf(err), name)
	}
	_, err := b.ListPayments(t.Context(), &contract.ListPaymentsRequest{
		CreatedFrom: now, CreatedUntil: now.Add(time.Hour), PageToken: "../account",
	})
	_ = errorOf(t, err, contract.InvalidRequest, "")
}
