package omisealipay_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

func TestEveryPaymentIsListedOnceOldestFirst(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	from := b.clock.read()
	var want []string
	for i := range 7 {
		b.clock.turn(time.Second)
		if i == 3 {
			foreign, err := b.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
			require.NoError(t, err)
			want = append(want, foreign.ID)
			continue
		}
		want = append(want, b.create(b.order()).PaymentID)
	}
	until := b.clock.read() // half-open: the last one is outside
	want = want[:6]
	var got []string
	request := &contract.ListPaymentsRequest{CreatedFrom: from, CreatedUntil: until, PageSize: 2}
	for {
		page, err := b.provider.ListPayments(t.Context(), request)
		require.NoError(t, err)
		require.NoError(t, page.Validate())
		for _, payment := range page.Payments {
			got = append(got, payment.PaymentID)
			assert.Equal(t, *b.status(payment.PaymentID), payment)
			assert.Equal(t, payment.PaymentID == want[3], payment.IdempotencyKey == "")
		}
		if page.NextPageToken == "" {
			break
		}
		request.PageToken = page.NextPageToken
	}
	assert.Equal(t, want, got)
}

func TestAPageThatCannotBeReadIsNoShorterPage(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.create(b.order())
	request := &contract.ListPaymentsRequest{CreatedFrom: b.clock.read().Add(-time.Hour), CreatedUntil: b.clock.read().Add(time.Hour)}
	b.road.fault(listCharges, 3, answers(http.StatusOK, strings.Replace(emptyList, `"total":0`, `"total":1`, 1)))
	_, err := b.provider.ListPayments(t.Context(), request)
	requireError(t, err, contract.MalformedResponse, "")
	request.PageToken = "-1"
	_, err = b.provider.ListPayments(t.Context(), request)
	requireError(t, err, contract.InvalidRequest, "")
}
