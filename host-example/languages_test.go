package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// reading is how a sale reads in a language.
type reading struct {
	asks  string // for which languages a browser asks
	lang  string // of the page, by which its reader's screen is read aloud
	total string // of the basket
	year  string // of the receipt
	least string // what an order has to be for Alipay
}

func TestBuyersPages_SellInTheLanguageOfTheBrowser(t *testing.T) {
	t.Parallel()
	now := time.Now().In(time.FixedZone("", 7*60*60)).Year() // in the zone of the shop
	for name, r := range map[string]reading{
		"thai":                {"th-TH,th", "th", "620.00 บาท", fmt.Sprintf(" %d เวลา ", now+543), "20.00 บาท"},
		"simplified-chinese":  {"zh-CN,zh", "zh-Hans", "620.00 泰铢", fmt.Sprintf("%d年", now), "20.00 泰铢"},
		"traditional-chinese": {"zh-TW,zh", "zh-Hant", "620.00 泰銖", fmt.Sprintf("%d年", now), "20.00 泰銖"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := openMarketTo(t, openPhone(t, chromedp.Flag("accept-lang", r.asks)), []string{"wallet", "th-alipay"})
			m.sellIn(name, &r)
		})
	}
}

// sellIn buys with a refusal, a way back and a refund, and reads each page.
func (m *market) sellIn(name string, r *reading) {
	m.t.Helper()
	w := m.buyer
	read := func(page string, has ...string) {
		w.t.Helper()
		w.look(name + "-" + page)
		assert.Equal(w.t, r.lang, act(w, evaluateString("document.documentElement.lang")))
		text := w.text()
		assert.Empty(w.t, untranslated(text), "%s in %s", page, name)
		for _, each := range has {
			assert.Contains(w.t, text, each, page)
		}
	}
	w.goTo(m.host.shop + "/?empty=1")
	read("goods")
	w.goTo(m.host.shop + "/checkout?currency=THB&card=1")
	read("below-the-least", r.least)
	w.goTo(m.host.shop + "/checkout?currency=THB&card=1&problem=problem_unknown")
	read("problem")
	m.fill(w)
	w.choose("wallet")
	read("checkout", r.total)
	m.order(w)
	w.back()
	w.knows("to_pay")
	read("placed", r.total)
	w.goTo(strings.Replace(w.location(), "/orders/", "/return/", 1))
	w.knows("confirming")
	read("confirming", r.total)
	m.accounts["wallet"].move(m.payments()[0].ID, gateway.StateFailed)
	w.knows("unpaid")
	read("declined", r.total)
	w.goTo(m.host.shop + "/")
	read("unfinished")
	w.click(".notice a")
	w.choose("wallet")
	w.click("#state button.primary")
	w.until(`document.querySelector('button[value="succeeded"]') !== null`)
	w.click(`button[value="succeeded"]`)
	w.knows("paid")
	read("paid", r.total)
	paid := m.payments()[1].Reference
	status, answer := m.host.request(http.MethodPost, "/sales/"+paid+"/refunds", `{"id":"r1","amount":{"currency":"THB","minor_units":15000}}`)
	require.Equal(w.t, http.StatusOK, status, string(answer))
	require.NoError(w.t, m.accounts["wallet"].TransitionRefund(w.t.Context(), m.payments()[1].Refunds[0].ID, &gateway.Transition{To: gateway.StateSucceeded}))
	w.click("#state a.primary")
	w.until(`location.pathname.endsWith("/receipt")`)
	w.untilReloaded(`document.querySelector(".refunded") !== null`)
	read("receipt", r.total, r.year, "UTC+7")
	w.goTo(m.host.shop + "/orders/AAAAAAAAAAAAAAAAAAAAAAAAAA")
	read("missing")
}

// choose chooses a method to pay by.
func (w *phone) choose(method string) {
	w.t.Helper()
	w.click(`input[value="` + method + `"]`)
}

var (
	latin = regexp.MustCompile(`\p{Latin}[\p{Latin}'’-]*`)
	names = regexp.MustCompile(`Riverside Goods|English|Alipay(HK)?|KakaoPay|THB|JPY|UTC|W[A-Z2-7]{16}`) // the same in every language
)

// untranslated returns the words of a page that are in nobody's language but English.
func untranslated(text string) []string {
	return latin.FindAllString(names.ReplaceAllString(text, ""), -1)
}
