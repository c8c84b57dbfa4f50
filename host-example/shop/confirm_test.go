package shop_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

func TestComingBackProvesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.checkout()
	page := b.send(http.MethodGet, b.shop.ReturnURL(sale.ID)+"?status=paid", http.Header{}, "")
	assert.Equal(t, http.StatusOK, page.status)
	assert.Contains(t, page.body, `data-state="PENDING"`)
	assert.Contains(t, page.body, `http-equiv="refresh"`)
	sale = b.awaitState(sale.ID, shop.Pending)
	assert.Equal(t, shop.Pending, sale.State, "the look-up that coming back starts says so too")
}

func TestReturnPageShowsWhatTheRecordSays(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	page := b.send(http.MethodGet, b.shop.ReturnURL(sale.ID), http.Header{}, "")
	assert.Contains(t, page.body, "Paid. Thank you.")
	assert.Contains(t, page.body, "THB 1000.00")
	assert.NotContains(t, page.body, `http-equiv="refresh"`)
}

func TestBuyersPagesStayPrivate(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	o := order()
	o.Reference = `<script>alert(1)</script>`
	sale, err := b.shop.Checkout(t.Context(), o)
	require.NoError(t, err)
	page := b.send(http.MethodGet, b.shop.ReturnURL(sale.ID), http.Header{}, "")
	assert.NotContains(t, page.body, "<script>")
	assert.Equal(t, "no-store", page.header.Get("Cache-Control"))
	assert.Equal(t, "no-referrer", page.header.Get("Referrer-Policy"))
	assert.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")

	sent := b.send(http.MethodGet, b.shop.PayURL(sale.ID), http.Header{}, "")
	link, err := b.shop.Link(sale.ID)
	require.NoError(t, err)
	assert.Equal(t, http.StatusSeeOther, sent.status)
	assert.Equal(t, link, sent.header.Get("Location"))
	assert.Equal(t, "no-referrer", sent.header.Get("Referrer-Policy"))

	for _, address := range []string{b.shop.ReturnURL("nobody"), b.shop.PayURL("nobody")} {
		assert.Equal(t, http.StatusNotFound, b.send(http.MethodGet, address, http.Header{}, "").status)
	}
	assert.Equal(t, http.StatusMethodNotAllowed, b.send(http.MethodPost, b.shop.ReturnURL(sale.ID), http.Header{}, "").status)
}

func TestSaleThatIsDecidedIsNotPaidAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.paid()
	_, err := b.shop.Link(sale.ID)
	var decided *shop.StateError
	require.ErrorAs(t, err, &decided)
	sent := b.send(http.MethodGet, b.shop.PayURL(sale.ID), http.Header{}, "")
	assert.Equal(t, b.shop.ReturnURL(sale.ID), sent.header.Get("Location"))
}

func TestAnswerThatDisagreesWithTheRecordIsNotTaken(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]func(*contract.Payment){
		"amount": func(p *contract.Payment) { p.Amount.MinorUnits = 1 },
		"mode":   func(p *contract.Payment) { p.Live = true },
		"key":    func(p *contract.Payment) { p.IdempotencyKey = "another" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			sale := b.checkout()
			b.trouble.onStatus = lie
			b.move(sale.PaymentID, gateway.StateSucceeded)
			notice := b.await("look-up", func(n *shop.Notice) bool { return n.Looked != nil })
			var mismatch *shop.MismatchError
			require.ErrorAs(t, notice.Looked.Err, &mismatch)
			kept, err := b.shop.Sale(sale.ID)
			require.NoError(t, err)
			assert.Equal(t, shop.Pending, kept.State)
			assert.NotEmpty(t, kept.Attention)
		})
	}
}

func TestFailedPaymentKeepsTheGatewaysReason(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	sale := b.checkout()
	b.move(sale.PaymentID, gateway.StateFailed)
	sale = b.awaitState(sale.ID, shop.Failed)
	require.NotNil(t, sale.Failure)
	assert.NotEmpty(t, sale.Failure.Code)
}

func TestSaleThatTheGatewayNeverHeardOfIsAbandonedWhenThatIsProved(t *testing.T) {
	t.Parallel()
	b := newBench(t, &shop.Options{Pauses: []time.Duration{}})
	b.trouble.creates = []error{unreachable}
	sale, err := b.shop.Checkout(t.Context(), order())
	require.Error(t, err)
	proof := contract.NotFoundByKey(contract.PaymentNotFound, true, false, time.Now(), time.Now())
	b.trouble.statuses = proof
	sale, err = b.shop.Confirm(t.Context(), sale.ID)
	require.Error(t, err)
	assert.Equal(t, shop.Intent, sale.State, "unsettled proves nothing")
	b.trouble.statuses = contract.NotFoundByKey(contract.PaymentNotFound, true, true, time.Now(), time.Now())
	sale, err = b.shop.Confirm(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, shop.Abandoned, sale.State)
}

func TestSaleOfWhichNobodyTellsIsLookedUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, &shop.Options{SweepEvery: 20 * time.Millisecond})
	sale := b.checkout()
	b.await("look-up without a hint", func(n *shop.Notice) bool { return n.Looked != nil && n.Sale.ID == sale.ID })
}
