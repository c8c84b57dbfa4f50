//go:build hostctl

package admin

import (
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

// hostctlOrder is an order in hostctl/1.
type hostctlOrder struct {
	ID        string             `json:"id"`
	State     string             `json:"state"`
	Link      string             `json:"link,omitempty"`
	Amount    amount             `json:"amount"`
	Paid      *hostctlPaid       `json:"paid,omitempty"`
	Refunds   []hostctlRefund    `json:"refunds"`
	Refunded  *amount            `json:"refunded,omitempty"`
	Effects   int                `json:"effects"`
	Attention []hostctlAttention `json:"attention"`
}

type hostctlPaid struct {
	Provider string `json:"provider"`
	Payment  string `json:"payment"`
	Amount   amount `json:"amount"`
}

type hostctlRefund struct {
	ID     string `json:"id"`
	Amount amount `json:"amount"`
	State  string `json:"state"`
}

type hostctlAttention struct {
	Order    string `json:"order,omitempty"`
	Provider string `json:"provider,omitempty"`
	Payment  string `json:"payment,omitempty"`
	Text     string `json:"text"`
}

func newHostctlOrder(sale *shop.Sale, fulfilments []shop.Fulfilment) *hostctlOrder {
	order := &hostctlOrder{
		ID: sale.ID, State: "OPEN", Link: sale.PayURL, Amount: amount(sale.Amount), Refunds: []hostctlRefund{},
		Effects: len(fulfilments), Attention: []hostctlAttention{},
	}
	switch sale.Status {
	case host.SaleOpen, host.SaleWaiting:
	case host.SalePaid:
		order.State = "PAID"
		order.Paid = newHostctlPaid(sale, fulfilments)
	case host.SaleUnpaid:
		order.State = "UNPAID"
	}
	for i := range sale.Payments {
		order.add(&sale.Payments[i])
		order.addRefunded(&sale.Payments[i])
	}
	for i := range sale.Refunds {
		order.add(&sale.Refunds[i])
		order.Refunds = append(order.Refunds, newHostctlRefund(&sale.Refunds[i]))
	}
	return order
}

// add adds why a person should look at a payment or refund, if one should.
func (o *hostctlOrder) add(a *host.Attempt) {
	if a.Attention != "" {
		o.Attention = append(o.Attention, newHostctlAttention(a))
	}
}

func newHostctlAttention(a *host.Attempt) hostctlAttention {
	return hostctlAttention{Provider: a.Provider, Payment: a.GatewayID, Text: a.Attention}
}

func (o *hostctlOrder) addRefunded(payment *host.Attempt) {
	switch {
	case payment.Refunded.MinorUnits == 0:
	case o.Refunded == nil:
		all := amount(payment.Refunded)
		o.Refunded = &all
	default:
		o.Refunded.MinorUnits += payment.Refunded.MinorUnits
	}
}

// newHostctlPaid returns the payment of which the shop was told that it pays the order.
// Until it was told, that is the one that has succeeded.
func newHostctlPaid(sale *shop.Sale, fulfilments []shop.Fulfilment) *hostctlPaid {
	var paid *hostctlPaid
	for i := range sale.Payments {
		p := &sale.Payments[i]
		told := len(fulfilments) > 0 && fulfilments[0].PaymentKey == p.Key
		if told || paid == nil && p.Status == contract.PaymentSucceeded {
			paid = &hostctlPaid{Provider: p.Provider, Payment: p.GatewayID, Amount: amount(p.Amount)}
		}
		if told {
			break
		}
	}
	return paid
}

func newHostctlRefund(a *host.Attempt) hostctlRefund {
	refund := hostctlRefund{ID: a.OrderID, Amount: amount(a.Amount), State: "PENDING"}
	switch {
	case a.Status == contract.PaymentSucceeded:
		refund.State = "SUCCEEDED"
	case a.Over:
		refund.State = "FAILED"
	}
	return refund
}
