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

func TestReturnPage_ProvesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.checkout()
	page := f.send(http.MethodGet, f.shop.ReturnURL(sale.ID)+"?status=paid", http.Header{}, "")
	assert.Equal(t, http.StatusOK, page.status)
	assert.Contains(t, page.body, `data-state="PENDING"`)
	assert.Contains(t, page.body, `http-equiv="refresh"`)
	sale = f.awaitState(sale.ID, shop.Pending)
	assert.Equal(t, shop.Pending, sale.State, "so does the look-up that it requests")
}

func TestReturnPage_ShowsTheRecord(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	page := f.send(http.MethodGet, f.shop.ReturnURL(sale.ID), http.Header{}, "")
	assert.Contains(t, page.body, "Paid. Thank you.")
	assert.Contains(t, page.body, "THB 1000.00")
	assert.NotContains(t, page.body, `http-equiv="refresh"`)
}

func TestBuyerPages_ArePrivate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	o := order()
	o.Reference = `<script>alert(1)</script>`
	sale, err := f.shop.Checkout(t.Context(), o)
	require.NoError(t, err)
	page := f.send(http.MethodGet, f.shop.ReturnURL(sale.ID), http.Header{}, "")
	assert.NotContains(t, page.body, "<script>")
	assert.Equal(t, "no-store", page.header.Get("Cache-Control"))
	assert.Equal(t, "no-referrer", page.header.Get("Referrer-Policy"))
	assert.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")

	sent := f.send(http.MethodGet, f.shop.PayURL(sale.ID), http.Header{}, "")
	link, err := f.shop.Link(sale.ID)
	require.NoError(t, err)
	assert.Equal(t, http.StatusSeeOther, sent.status)
	assert.Equal(t, link, sent.header.Get("Location"))
	assert.Equal(t, "no-referrer", sent.header.Get("Referrer-Policy"))

	for _, address := range []string{f.shop.ReturnURL("nobody"), f.shop.PayURL("nobody")} {
		assert.Equal(t, http.StatusNotFound, f.send(http.MethodGet, address, http.Header{}, "").status)
	}
	assert.Equal(t, http.StatusMethodNotAllowed, f.send(http.MethodPost, f.shop.ReturnURL(sale.ID), http.Header{}, "").status)
}

func TestLink_RefusesASaleThatIsNotOpen(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.paidSale()
	_, err := f.shop.Link(sale.ID)
	var decided *shop.StateError
	require.ErrorAs(t, err, &decided)
	sent := f.send(http.MethodGet, f.shop.PayURL(sale.ID), http.Header{}, "")
	assert.Equal(t, f.shop.ReturnURL(sale.ID), sent.header.Get("Location"))
}

func TestConfirm_RefusesAnAnswerThatContradictsTheRecord(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]func(*contract.Payment){
		"amount": func(p *contract.Payment) { p.Amount.MinorUnits = 1 },
		"mode":   func(p *contract.Payment) { p.Live = true },
		"key":    func(p *contract.Payment) { p.IdempotencyKey = "another" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			sale := f.checkout()
			f.provider.onStatus = lie
			f.transition(sale.PaymentID, gateway.StateSucceeded)
			observation := f.await("look-up", func(o *shop.Observation) bool { return o.LookUp != nil })
			var mismatch *shop.MismatchError
			require.ErrorAs(t, observation.LookUp.Err, &mismatch)
			kept, err := f.shop.Sale(sale.ID)
			require.NoError(t, err)
			assert.Equal(t, shop.Pending, kept.State)
			assert.NotEmpty(t, kept.Attention)
		})
	}
}

func TestConfirm_KeepsTheGatewaysReasonForAFailure(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	sale := f.checkout()
	f.transition(sale.PaymentID, gateway.StateFailed)
	sale = f.awaitState(sale.ID, shop.Failed)
	require.NotNil(t, sale.Failure)
	assert.NotEmpty(t, sale.Failure.Code)
}

func TestConfirm_AbandonsASaleOnlyWhenAbsenceIsProved(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &shop.Options{RetryDelays: []time.Duration{}})
	f.provider.createErrs = []error{unreachable}
	sale, err := f.shop.Checkout(t.Context(), order())
	require.Error(t, err)
	proof := contract.NotFoundByKey(contract.PaymentNotFound, true, false, time.Now(), time.Now())
	f.provider.statusErr = proof
	sale, err = f.shop.Confirm(t.Context(), sale.ID)
	require.Error(t, err)
	assert.Equal(t, shop.Intent, sale.State, "before the settle time nothing is proved")
	f.provider.statusErr = contract.NotFoundByKey(contract.PaymentNotFound, true, true, time.Now(), time.Now())
	sale, err = f.shop.Confirm(t.Context(), sale.ID)
	require.NoError(t, err)
	assert.Equal(t, shop.Abandoned, sale.State)
}

func TestSweep_LooksUpASaleWithoutAWebhook(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &shop.Options{SweepInterval: 20 * time.Millisecond})
	sale := f.checkout()
	f.await("look-up without a hint", func(o *shop.Observation) bool { return o.LookUp != nil && o.Sale.ID == sale.ID })
}
