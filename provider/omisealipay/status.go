package omisealipay

import (
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// A charge's flag has three states: absent differs from false.
type flag int

const (
	absent flag = iota
	no
	yes
)

func flagOf(value *bool) flag {
	switch {
	case value == nil:
		return absent
	case *value:
		return yes
	default:
		return no
	}
}

// A reading is one row of the status table: the gateway's word, what it means,
// and which of the charge's other facts would deny it.
type reading struct {
	word   string
	status contract.PaymentStatus
	denied func(*facts) string
}

// facts are what a charge says about itself besides its status.
type facts struct {
	authorized, paid, expired, reversed flag
	paidAt, failure                     bool
	refunded, amount                    int64
}

// readings is the one table of statuses; GetStatus, look-ups, lists and
// webhooks all go through it. A word that is missing here is UNKNOWN.
func readings() []reading {
	return []reading{
		{"pending", contract.PaymentPending, (*facts).deniesPending},
		{"successful", contract.PaymentSucceeded, (*facts).deniesSuccess},
		{"failed", contract.PaymentFailed, (*facts).deniesUnpaid},
		{"expired", contract.PaymentExpired, (*facts).deniesExpired},
		{"reversed", contract.PaymentCanceled, (*facts).deniesReversed},
	}
}

// statusOf gives the contract's status of a charge, and the gateway's word. If
// the word is not known, or the charge's flags deny it, the status is UNKNOWN
// and the second value says why.
func statusOf(charge *omise.Charge) (contract.PaymentStatus, string) {
	f := factsOf(charge)
	for _, r := range readings() {
		if r.word != charge.Status {
			continue
		}
		denial := f.deniesSum()
		if denial == "" {
			denial = r.denied(&f)
		}
		if denial != "" {
			return contract.PaymentUnknown, r.word + " (but " + denial + ")"
		}
		return r.status, r.word
	}
	return contract.PaymentUnknown, bounded(charge.Status, maxWord)
}

func factsOf(charge *omise.Charge) facts {
	return facts{
		authorized: flagOf(charge.Authorized),
		paid:       flagOf(charge.Paid),
		expired:    flagOf(charge.Expired),
		reversed:   flagOf(charge.Reversed),
		paidAt:     !charge.PaidAt.IsZero(),
		failure:    charge.FailureCode != "",
		refunded:   refundedOf(charge),
		amount:     charge.Amount,
	}
}

// deniesSum is what no charge can say, whatever its status.
func (f *facts) deniesSum() string {
	if f.refunded < 0 || f.refunded > f.amount {
		return "more is refunded than was paid"
	}
	return ""
}

// deniesSuccess asks for both flags: the guide says that they never differ,
// and money is at stake if one of them is merely missing.
func (f *facts) deniesSuccess() string {
	return firstOf(
		when(f.authorized != yes, "authorized is not true"),
		when(f.paid != yes, "paid is not true"),
		when(f.expired == yes, "expired is true"),
		when(f.reversed == yes, "reversed is true"),
		when(f.failure, "it has a failure code"),
	)
}

func (f *facts) deniesPending() string {
	return firstOf(
		f.deniesUnpaid(),
		when(f.expired == yes, "expired is true"),
		when(f.failure, "it has a failure code"),
	)
}

func (f *facts) deniesExpired() string {
	return firstOf(f.deniesUnpaid(), when(f.expired == no, "expired is false"))
}

// deniesUnpaid holds for every status that says that nothing was taken.
func (f *facts) deniesUnpaid() string {
	return firstOf(
		when(f.authorized == yes, "authorized is true"),
		f.deniesUntaken(),
		when(f.reversed == yes, "reversed is true"),
	)
}

// deniesReversed allows authorized: the money was held, and given back.
func (f *facts) deniesReversed() string {
	return firstOf(f.deniesUntaken(), when(f.reversed == no, "reversed is false"))
}

func (f *facts) deniesUntaken() string {
	return firstOf(
		when(f.paid == yes, "paid is true"),
		when(f.paidAt, "it has a time of payment"),
		when(f.refunded > 0, "something is refunded"),
	)
}

func when(holds bool, text string) string {
	if holds {
		return text
	}
	return ""
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// maxWord bounds, in bytes, what is passed on of a word of the gateway's.
const maxWord = 64

// bounded makes a stranger's text fit for a field that people read: valid, on
// one line, and not longer than limit bytes.
func bounded(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "")
	}
	return text
}
