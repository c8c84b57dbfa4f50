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

// decide presses a button of the pay page, with no more than its address.
func (b *bench) decide(payURL, form string) *reply {
	b.t.Helper()
	return b.send("POST", strings.TrimPrefix(payURL, b.base), form,
		"Authorization", "", "Content-Type", "application/x-www-form-urlencoded")
}

func (b *bench) show(payURL string) *reply {
	b.t.Helper()
	return b.send("GET", strings.TrimPrefix(payURL, b.base), "", "Authorization", "")
}

func TestThePayerDecidesOnThePayPageAndGoesBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for outcome, failureCode := range map[string]string{"succeeded": "", "failed": "declined"} {
		made := b.pay("k-" + outcome)
		page := b.show(made.text("pay_url"))
		require.Equal(t, 200, page.status)
		assert.Contains(t, page.raw, `<form method="post">`)
		assert.Contains(t, page.raw, `name="outcome" value="`+outcome+`"`)
		assert.Contains(t, page.raw, "20.00 THB")

		answer := b.decide(made.text("pay_url"), "outcome="+outcome)
		require.Equal(t, http.StatusSeeOther, answer.status, answer.raw)
		assert.Equal(t, "https://shop.test/back?o=1&x=%c3%a9", answer.header.Get("Location"))
		now := b.get(made.text("id"))
		assert.Equal(t, outcome, now.text("status"))
		assert.Equal(t, failureCode, now.text("failure_code"))
	}
}

func TestThePayerDecidesOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, state := range []gateway.State{
		gateway.StateSucceeded, gateway.StateFailed, gateway.StateExpired, gateway.StateCanceled,
	} {
		made := b.pay("k-" + string(state))
		b.move(made.text("id"), state)
		other := "succeeded"
		if state == gateway.StateSucceeded {
			other = "failed"
		}
		late := b.decide(made.text("pay_url"), "outcome="+other)
		assert.Equal(t, http.StatusConflict, late.status)
		assert.Contains(t, late.raw, "This payment is "+string(state))
		assert.NotContains(t, b.show(made.text("pay_url")).raw, "<form")
		assert.Equal(t, string(state), b.get(made.text("id")).text("status"))
	}
}

func TestAButtonPressedTwiceGoesBackTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	made := b.pay("k1")
	for range 2 {
		assert.Equal(t, http.StatusSeeOther, b.decide(made.text("pay_url"), "outcome=succeeded").status)
	}
	paidAt := b.get(made.text("id")).text("paid_at")
	b.advance(time.Minute)
	b.decide(made.text("pay_url"), "outcome=succeeded")
	assert.Equal(t, paidAt, b.get(made.text("id")).text("paid_at"))
}

func TestAPayPageTakesOnlyItsTwoOutcomes(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	made := b.pay("k1")
	for _, form := range []string{"", "outcome=expired", "result=succeeded", "%zz", "outcome=" + strings.Repeat("s", 2000)} {
		assert.Equal(t, http.StatusBadRequest, b.decide(made.text("pay_url"), form).status, form)
	}
	assert.Equal(t, http.StatusNotFound, b.decide(made.text("pay_url")+"x", "outcome=succeeded").status)
	assert.Equal(t, http.StatusNotFound, b.show(strings.Replace(made.text("pay_url"), "/pay/s", "/pay/t", 1)).status)
	assert.Equal(t, "pending", b.get(made.text("id")).text("status"))
}

func TestThePayPageDoesNotRunTheMerchantsWords(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	order := strings.NewReplacer("Two teas", `<script>alert(1)</script>`).Replace(teaOrder)
	made := b.send("POST", "/v1/payments", order, "Idempotency-Key", "k1")
	require.Equal(t, 201, made.status)
	page := b.show(made.text("pay_url"))
	assert.NotContains(t, page.raw, "<script>")
	assert.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
}

func TestAPaymentOfTheDashboardHasNowhereToGoBackTo(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for currency, shown := range map[string]string{"THB": "12.34 THB", "JPY": "1234 JPY", "KWD": "1.234 KWD"} {
		made, err := b.scope.CreatePayment(t.Context(), gateway.Money{Amount: 1234, Currency: currency})
		require.NoError(t, err)
		assert.Contains(t, b.show(made.RedirectURL).raw, "<strong>"+shown+"</strong>")
		assert.Equal(t, http.StatusOK, b.decide(made.RedirectURL, "outcome=succeeded").status)
		assert.Equal(t, "succeeded", b.get(made.ID).text("status"))
	}
}
