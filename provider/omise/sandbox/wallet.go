package sandbox

import (
	"slices"
	"strings"
	"time"
)

// A wallet is a way to pay that the sandbox has, as a type of source.
type wallet struct {
	kind  string
	label string // on the pay page
	flow  string
	// countries are those whose accounts can have it. Each pays in its currency.
	countries string
	// refundMonths is how long a charge can be refunded; 0 for Omise's general
	// rule.
	refundMonths int
}

// Flows of sources.
const (
	flowRedirect = "redirect"
	flowApp      = "app_redirect"
)

// wallets lists the Alipay family. The countries are those of Omise's guides, which
// its other documents contradict in details.
func wallets() []wallet {
	return []wallet{
		{"alipay", "Alipay", flowRedirect, "TH", 3},
		{"alipay_cn", "Alipay", flowApp, "TH SG", 0},
		{"alipay_hk", "AlipayHK", flowApp, "TH SG", 0},
		{"kakaopay", "Kakao Pay", flowApp, "TH SG", 0},
		{"dana", "DANA", flowApp, "SG", 0},
		{"gcash", "GCash", flowApp, "SG", 0},
		{"touch_n_go", "Touch 'n Go", flowRedirect, "MY", 0},
	}
}

// walletOf returns the wallet of a type of source.
func walletOf(kind string) wallet {
	for _, w := range wallets() {
		if w.kind == kind {
			return w
		}
	}
	return wallet{kind: kind, label: kind, flow: flowRedirect} // the source of an account whose country was changed
}

// wallets returns those that the account has.
func (d *Dials) wallets() []wallet {
	if d.WithoutAlipay {
		return nil
	}
	return slices.DeleteFunc(wallets(), func(w wallet) bool {
		return !w.soldIn(d.country()) || len(d.Methods) > 0 && !slices.Contains(d.Methods, w.kind)
	})
}

func (w *wallet) soldIn(country string) bool {
	return slices.Contains(strings.Fields(w.countries), country)
}

// zone returns the time zone of the account's country, named after a city.
func (d *Dials) zone() *time.Location {
	switch d.country() {
	case "SG":
		return time.FixedZone("Singapore", 8*60*60)
	case "MY":
		return time.FixedZone("Kuala Lumpur", 8*60*60)
	case "JP":
		return time.FixedZone("Tokyo", 9*60*60)
	}
	return time.FixedZone("Bangkok", 7*60*60)
}

// accepts reports whether the account accepts sources of that type.
func (d *Dials) accepts(kind string) bool {
	return slices.ContainsFunc(d.wallets(), func(w wallet) bool { return w.kind == kind })
}

// bounds of an amount, in the smallest unit. Omise has them for an account. Before
// 2019-05-29 it had them for each method as well.
type bounds struct{ least, most int64 }

const mostAmount = 500_000_000_000

// accountBounds are those of a test account in that currency. That of JPY and THB
// were seen, the others are guesses.
func accountBounds(currency string) bounds {
	if currency == "THB" {
		return bounds{2000, mostAmount}
	}
	return bounds{100, mostAmount}
}

// boundsOf returns the bounds of a method: those of its dial, or the account's.
func (d *Dials) boundsOf(kind string) bounds {
	limits := accountBounds(d.currency())
	own := d.MethodLimits[kind]
	if own.Min > 0 {
		limits.least = own.Min
	}
	if own.Max > 0 {
		limits.most = own.Max
	}
	return limits
}

// refundsEnd returns the last moment at which the charge can be refunded: for
// alipay the end of the same day of the third month after it, in Bangkok's time;
// for the others 365 days after the payment.
func (c *charge) refundsEnd() time.Time {
	months := walletOf(c.source.kind).refundMonths
	if months == 0 {
		return c.paidAt.AddDate(0, 0, 365)
	}
	year, month, day := c.createdAt.In(bangkok()).Date()
	month += time.Month(months)
	lastDay := time.Date(year, month+1, 0, 0, 0, 0, 0, bangkok())
	end := time.Date(year, month, min(day, lastDay.Day())+1, 0, 0, 0, 0, bangkok())
	return end.Add(-time.Second)
}
