package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// decide submits the form of the pay page, which needs no more than its address.
func (f *fixture) decide(payURL, form string) *reply {
	f.t.Helper()
	return f.send("POST", strings.TrimPrefix(payURL, f.base), form,
		"Authorization", "", "Content-Type", "application/x-www-form-urlencoded")
}

func (f *fixture) show(payURL string) *reply {
	f.t.Helper()
	return f.send("GET", strings.TrimPrefix(payURL, f.base), "", "Authorization", "")
}

func TestPayPage_ReturnsThePayerToTheMerchant(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for outcome, failureCode := range map[string]string{"succeeded": "", "failed": "declined"} {
		made := f.pay("k-" + outcome)
		page := f.show(made.text("pay_url"))
		require.Equal(t, 200, page.status)
		assert.Contains(t, page.raw, `<form method="post">`)
		assert.Contains(t, page.raw, `name="outcome" value="`+outcome+`"`)
		assert.Contains(t, page.raw, "20.00 THB")

		answer := f.decide(made.text("pay_url"), "outcome="+outcome)
		require.Equal(t, http.StatusSeeOther, answer.status, answer.raw)
		assert.Equal(t, "https://shop.test/back?o=1&x=%C3%A9", answer.header.Get("Location"))
		now := f.get(made.text("id"))
		assert.Equal(t, outcome, now.text("status"))
		assert.Equal(t, failureCode, now.text("failure_code"))
	}
}

func TestPayPage_AcceptsOneDecision(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for _, state := range []gateway.State{
		gateway.StateSucceeded, gateway.StateFailed, gateway.StateExpired, gateway.StateCanceled,
	} {
		made := f.pay("k-" + string(state))
		f.move(made.text("id"), state)
		other := "succeeded"
		if state == gateway.StateSucceeded {
			other = "failed"
		}
		late := f.decide(made.text("pay_url"), "outcome="+other)
		assert.Equal(t, http.StatusConflict, late.status)
		assert.Contains(t, late.raw, "This payment is "+string(state))
		assert.NotContains(t, f.show(made.text("pay_url")).raw, "<form")
		assert.Equal(t, string(state), f.get(made.text("id")).text("status"))
	}
}

func TestPayPage_AcceptsTheSameDecisionTwice(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	made := f.pay("k1")
	for range 2 {
		assert.Equal(t, http.StatusSeeOther, f.decide(made.text("pay_url"), "outcome=succeeded").status)
	}
	paidAt := f.get(made.text("id")).text("paid_at")
	f.advance(time.Minute)
	f.decide(made.text("pay_url"), "outcome=succeeded")
	assert.Equal(t, paidAt, f.get(made.text("id")).text("paid_at"))
}

func TestPayPage_RefusesOtherOutcomes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	made := f.pay("k1")
	for _, form := range []string{"", "outcome=expired", "result=succeeded", "%zz", "outcome=" + strings.Repeat("s", 2000)} {
		assert.Equal(t, http.StatusBadRequest, f.decide(made.text("pay_url"), form).status, form)
	}
	assert.Equal(t, http.StatusNotFound, f.decide(made.text("pay_url")+"x", "outcome=succeeded").status)
	assert.Equal(t, http.StatusNotFound, f.show(strings.Replace(made.text("pay_url"), "/pay/s", "/pay/t", 1)).status)
	assert.Equal(t, "pending", f.get(made.text("id")).text("status"))
}

func TestPayPage_EscapesTheMerchantsText(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := strings.NewReplacer("Two teas", `<script>alert(1)</script>`).Replace(orderBody)
	made := f.send("POST", "/v1/payments", order, "Idempotency-Key", "k1")
	require.Equal(t, 201, made.status)
	page := f.show(made.text("pay_url"))
	assert.NotContains(t, page.raw, "<script>")
	assert.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
}

func TestPayPage_StaysForAPaymentWithoutReturnURL(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for currency, shown := range map[string]string{"THB": "12.34 THB", "JPY": "1234 JPY", "KWD": "1.234 KWD"} {
		made, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 1234, Currency: currency})
		require.NoError(t, err)
		assert.Contains(t, f.show(made.RedirectURL).raw, "<strong>"+shown+"</strong>")
		assert.Equal(t, http.StatusOK, f.decide(made.RedirectURL, "outcome=succeeded").status)
		assert.Equal(t, "succeeded", f.get(made.ID).text("status"))
	}
}
