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
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

func TestListPayments_ListsEveryPaymentOnceOldestFirst(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	from := f.clock.Now()
	var want []string
	for i := range 7 {
		f.clock.Advance(time.Second)
		if i == 3 {
			foreign, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
			require.NoError(t, err)
			want = append(want, foreign.ID)
			continue
		}
		want = append(want, f.create(f.newPayment()).PaymentID)
	}
	until := f.clock.Now() // half-open: the last one is outside
	want = want[:6]
	var got []string
	request := &contract.ListPaymentsRequest{CreatedFrom: from, CreatedUntil: until, PageSize: 2}
	for {
		page, err := f.ListPayments(t.Context(), request)
		require.NoError(t, err)
		require.NoError(t, page.Validate())
		for _, payment := range page.Payments {
			got = append(got, payment.PaymentID)
			assert.Equal(t, *f.status(payment.PaymentID), payment)
			assert.Equal(t, payment.PaymentID == want[3], payment.IdempotencyKey == "")
		}
		if page.NextPageToken == "" {
			break
		}
		request.PageToken = page.NextPageToken
	}
	assert.Equal(t, want, got)
}

func TestListPayments_FailsIfAPageCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.create(f.newPayment())
	request := &contract.ListPaymentsRequest{CreatedFrom: f.clock.Now().Add(-time.Hour), CreatedUntil: f.clock.Now().Add(time.Hour)}
	f.fail(listCharges, 3, kittest.Answer(http.StatusOK, strings.Replace(emptyList, `"total":0`, `"total":1`, 1)))
	_, err := f.ListPayments(t.Context(), request)
	kittest.RequireError(t, err, contract.MalformedResponse, "")
	request.PageToken = "-1"
	_, err = f.ListPayments(t.Context(), request)
	kittest.RequireError(t, err, contract.InvalidRequest, "")
}
