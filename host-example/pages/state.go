package pages

import (
	"context"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

// stateData is the part of an order's page that changes: what is known of its payment, in
// plain words.
type stateData struct {
	frame

	Sale    *shop.Sale
	Key     string // of the texts: what is known
	Why     string // the key of a text about a payment that did not come; empty if there is none
	Method  string // for people
	Source  string // where it can be had again
	Here    string // the address of its page
	Settled bool   // nothing more is expected soon
	Twice   bool   // more than one payment has arrived, and not all but one were paid back
	Choices methodChoices
}

// The keys of what is known. The texts of each are KEY_title and KEY_text.
const (
	statePaid      = "paid"
	stateUnpaid    = "unpaid"
	stateToPay     = "to_pay"
	stateReturned  = "confirming"
	stateOpen      = "checking"
	stateBlocked   = "blocked"
	stateNoLinkYet = "no_link"
)

// stateOf returns what is known of a sale. A buyer who came back from the gateway is told
// that it is being confirmed; that the buyer came back proves nothing.
func (p *Pages) stateOf(ctx context.Context, f frame, sale *shop.Sale, returned bool) *stateData {
	s := &stateData{frame: f, Sale: sale, Key: keyOf(sale, returned), Twice: isPaidTwice(sale)}
	if last := lastPayment(sale); last != nil {
		s.Method = methodName(f.Lang, last.Method)
	}
	s.Here = "/orders/" + sale.Token
	s.Source = s.Here + "/state?lang=" + string(f.Lang)
	if returned {
		s.Here, s.Source = "/return/"+sale.Token, s.Source+"&returned=1"
	}
	s.Settled = s.Key == statePaid || s.Key == stateUnpaid
	if s.Key == stateUnpaid {
		s.Why = whyUnpaid(sale)
		s.Choices = newMethodChoices(f, p.offers(ctx, sale.Amount))
	}
	return s
}

func keyOf(sale *shop.Sale, returned bool) string {
	switch {
	case sale.Status == host.SalePaid:
		return statePaid
	case sale.Status == host.SaleUnpaid:
		return stateUnpaid
	case sale.Blocked:
		return stateBlocked
	case sale.Status == host.SaleOpen:
		return stateOpen
	case returned:
		return stateReturned
	case sale.PayURL == "":
		return stateNoLinkYet
	default:
		return stateToPay
	}
}

// lastPayment returns the payment that a buyer has in mind: the one by which the sale is
// paid, or else the latest.
func lastPayment(sale *shop.Sale) *host.Attempt {
	for i := range sale.Payments {
		if sale.Payments[i].Status == contract.PaymentSucceeded {
			return &sale.Payments[i]
		}
	}
	if n := len(sale.Payments); n > 0 {
		return &sale.Payments[n-1]
	}
	return nil
}

// whyUnpaid returns the key of the text about why the latest payment did not come.
func whyUnpaid(sale *shop.Sale) string {
	last := lastPayment(sale)
	switch {
	case last == nil || last.Status == "":
		return "why_not_begun" // nothing was made at a gateway
	case last.Status == contract.PaymentExpired:
		return "why_expired"
	case last.Status == contract.PaymentCanceled:
		return "why_canceled"
	default:
		return "why_declined"
	}
}

// isPaidTwice reports whether money of a second payment has arrived and stayed.
func isPaidTwice(sale *shop.Sale) bool {
	kept := 0
	for _, a := range sale.Payments {
		if a.Status == contract.PaymentSucceeded && a.Refunded.MinorUnits < a.Amount.MinorUnits {
			kept++
		}
	}
	return kept > 1
}
