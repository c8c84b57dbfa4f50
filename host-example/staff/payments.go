package staff

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

type paymentsPage struct {
	page

	Search    *search
	States    []string
	Providers []string
	Error     string
	Found     []payment
	Next      string
}

func salePath(id string) string { return "/payments/" + url.PathEscape(id) }

// Path returns the address of a payment's page.
func (p *payment) Path() string { return salePath(p.Sale) }

func (s *Staff) showPayments(w http.ResponseWriter, r *http.Request, who *session) {
	data := &paymentsPage{page: s.pageOf(r, who, "Payments"), Search: searchOf(r.URL.Query()), States: states(), Providers: s.providerNames()}
	status := http.StatusOK
	var err error
	data.Found, data.Next, err = s.find(r.Context(), data.Search)
	if wrong, ok := errors.AsType[*searchError](err); ok {
		data.Error, status, err = wrong.text, http.StatusBadRequest, nil
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, status, "payments", data)
}

// providerNames returns those of the catalog.
func (s *Staff) providerNames() []string {
	var names []string
	for _, state := range s.providers.States() {
		names = append(names, state.Provider)
	}
	return slices.Compact(names)
}

type paymentPage struct {
	page

	Sale     *host.Sale
	Order    *shop.Order
	Payments []attempt
	Refunds  []attempt
	Timeline []entry
	RefundID string // of the refund that the form would make
}

// attempt is one payment or refund of a sale, with what may be done about it.
type attempt struct {
	host.Attempt

	Advice  string // what to do about its attention
	Terms   *terms // of a payment; nil if nothing can be refunded
	Settled bool   // whether Settlement counts
}

// State returns the status in one word.
func (a *attempt) State() string { return stateOf(a.Status, a.Released) }

func (s *Staff) showPayment(w http.ResponseWriter, r *http.Request, who *session) {
	id := r.PathValue("sale")
	if shop.CheckID(id) != nil {
		s.showMissing(w, r, who)
		return
	}
	sale, err := s.shop.Sale(r.Context(), id)
	if err != nil {
		s.refuse(w, r, who, err)
		return
	}
	data := &paymentPage{page: s.pageOf(r, who, "Order "+sale.ID), Sale: sale.Sale, Order: sale.Order, RefundID: s.newRefundID(sale.Sale)}
	for i := range sale.Payments {
		data.Payments = append(data.Payments, s.attemptOf(&sale.Payments[i]))
	}
	for i := range sale.Refunds {
		refund := s.attemptOf(&sale.Refunds[i])
		refund.Terms = nil
		data.Refunds = append(data.Refunds, refund)
	}
	actions, err := s.actions(r.Context(), id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	data.Timeline = timelineOf(sale.Sale, actions)
	s.render(w, r, http.StatusOK, "payment", data)
}

func (s *Staff) attemptOf(a *host.Attempt) attempt {
	return attempt{Attempt: *a, Advice: adviceFor(a.Attention), Terms: s.termsOf(a), Settled: a.Settlement != nil && a.Status == contract.PaymentSucceeded}
}

// CanCancel reports whether there may be something to cancel.
func (p *paymentPage) CanCancel() bool {
	return p.Sale.Status == host.SaleOpen || p.Sale.Status == host.SaleWaiting
}

// Plain returns an amount as a form sends it back.
func (p *paymentPage) Plain(m contract.Money) string { return m.String() }

// SaleWords returns what the status of the sale is called.
func (p *paymentPage) SaleWords() string {
	switch p.Sale.Status {
	case host.SaleOpen:
		return "it is being found out whether there is a payment"
	case host.SaleWaiting:
		return "waiting for the buyer"
	case host.SalePaid:
		return "paid"
	case host.SaleUnpaid:
		return "not paid"
	default:
		return string(p.Sale.Status)
	}
}

// RefundWords returns what the state of a refund is called.
func (p *paymentPage) RefundWords(state string) string {
	switch state {
	case "SUCCEEDED":
		return "paid back"
	case "PENDING":
		return "under way"
	default:
		return words(state)
	}
}

// OrderWords returns what the shop has to do with the order.
func (p *paymentPage) OrderWords() string {
	switch p.Order.Status {
	case shop.OrderPlaced:
		return "placed"
	case shop.OrderToFulfil:
		return "to be fulfilled"
	case shop.OrderUnpaid:
		return "not paid"
	default:
		return string(p.Order.Status)
	}
}
