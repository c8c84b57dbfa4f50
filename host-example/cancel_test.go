package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host-example/staff"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// cancel cancels an order as an operator does.
func (o *office) cancel(id, reason string) {
	o.t.Helper()
	w := o.window
	w.open("/payments/" + id)
	w.value(`document.querySelector("[action$=cancel]").closest("details").open = true`)
	w.picture("cancel")
	w.fill("#cancel-reason", reason)
	w.press("[action$=cancel] button")
	w.picture("canceled")
	assert.Contains(o.t, w.text(), "Nothing is begun any more for this order.")
	assert.Contains(o.t, w.text(), reason)
}

func TestStaff_CancelsWhatABuyerHasNotPaid(t *testing.T) {
	t.Parallel()
	m := openMarket(t, []string{"th-alipay", "wallet"})
	o := &office{merchant: m.merchant, host: m.host}
	o.window = openDesk(t, m.host.staff, "staff-cancel")
	require.True(t, o.window.logIn(staff.First, o.password(staff.First)))
	buyer := m.buyer
	m.fill(buyer)
	buyer.choose("wallet")
	m.order(buyer)
	buyer.back()
	buyer.knows("to_pay")
	act(buyer, evaluateAny(`window.mark = "the same page"`))
	id := m.payments()[0].Reference

	o.cancel(id, "the buyer telephoned")
	assert.Equal(t, gateway.StateCanceled, m.payments()[0].State, "at the gateway as well")
	assert.Zero(t, o.window.value(`document.querySelectorAll("[action$=cancel]").length`), "there is nothing to cancel any more")
	buyer.knows("unpaid")
	assert.Equal(t, "the same page", act(buyer, evaluateString("window.mark")))
	assert.Contains(t, buyer.text(), "The payment was canceled.")
	buyer.look("canceled")

	// The buyer thinks again. What a script put on a page that was kept cannot be found by chromedp.
	act(buyer, evaluateAny(`document.querySelector('input[value="wallet"]').click(); document.querySelector("#state button.primary").click()`))
	buyer.until(`document.querySelector('button[value="succeeded"]') !== null`)
	made := m.accounts["wallet"].made(id)
	require.Len(t, made, 2)
	m.accounts["wallet"].move(made[1].ID, gateway.StateSucceeded)
	m.host.awaitSale(id, "PAID")
	o.window.open("/payments/" + id)
	assert.Zero(t, o.window.value(`document.querySelectorAll("[action$=cancel]").length`), "an order that is paid is refunded, and not canceled")
}

func TestStaff_CancelsNoMoneyAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "staff-cancel-late")
	wallet := o.accounts["wallet"]
	status, _ := o.host.checkout("tea-1", "wallet")
	require.Equal(t, http.StatusOK, status)
	made := wallet.made("tea-1")
	require.Len(t, made, 1)
	paid := 0
	wallet.front.Set(kittest.On("POST", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, made[0].ID) && paid == 0 { // in the moment in which it is to be canceled
			paid++
			wallet.move(made[0].ID, gateway.StateSucceeded)
		}
		next.ServeHTTP(w, r)
	}))
	o.cancel("tea-1", "no longer in stock")
	require.Equal(t, 1, paid)
	o.host.awaitSale("tea-1", "PAID")
	o.window.open("/payments/tea-1")
	assert.Contains(t, o.window.text(), "What is left: THB\u00a01,000.00", "it was paid all the same, and can be refunded")
}
