package hostctl

import (
	"fmt"
	"slices"
	"strings"
)

// Protocol is the name and version of the protocol.
const Protocol = "hostctl/1"

// Feature is a part of the protocol that not every host has.
type Feature string

// The features.
const (
	FeatureAgain     Feature = "again"     // the buyer may pay again after a payment failed
	FeatureRefund    Feature = "refund"    // money can be paid back
	FeatureCancel    Feature = "cancel"    // an order can be given up
	FeatureAttention Feature = "attention" // what a person should look at is listed
	FeatureEvents    Feature = "events"    // that list has webhooks that belong to no order
	FeatureCompare   Feature = "compare"   // the comparison with the gateway can be begun
)

// Features returns all features.
func Features() []Feature {
	return []Feature{FeatureAgain, FeatureRefund, FeatureCancel, FeatureAttention, FeatureEvents, FeatureCompare}
}

// Hello says what a host can do.
type Hello struct {
	Protocol string    `json:"protocol"`
	Name     string    `json:"name"`
	Features []Feature `json:"features"`
}

// Has reports whether the host has a feature.
func (h *Hello) Has(feature Feature) bool { return slices.Contains(h.Features, feature) }

// Money is an amount in the smallest unit of its currency.
type Money struct {
	Currency   string `json:"currency"`
	MinorUnits int64  `json:"minor_units"`
}

// Choice is how the buyer of an order pays.
type Choice struct {
	Providers []string `json:"providers"` // by their names in the catalog, the first preferred
	Method    string   `json:"method"`
}

// NewOrder is an order to be placed.
type NewOrder struct {
	ID        string   `json:"id"`
	Amount    Money    `json:"amount"`
	Providers []string `json:"providers"` // as in Choice
	Method    string   `json:"method"`
}

// NewRefund is a refund to be made.
type NewRefund struct {
	ID     string `json:"id"`
	Amount Money  `json:"amount"`

	// Payment is the gateway's id of the payment; the one that paid the order if empty.
	Payment string `json:"payment,omitempty"`
}

// OrderState is where an order stands.
type OrderState string

// The states of an order.
const (
	OrderOpen   OrderState = "OPEN"   // it may still be paid, or that is not known
	OrderPaid   OrderState = "PAID"   // the money has arrived; it stays so, whatever is paid back
	OrderUnpaid OrderState = "UNPAID" // nothing is left that could be paid
)

// Order is what a host says about an order.
type Order struct {
	ID     string     `json:"id"`
	State  OrderState `json:"state"`
	Amount Money      `json:"amount"`

	// Link is where the buyer pays; empty if there is nothing to pay now, or not yet.
	Link string `json:"link,omitempty"`

	// Paid is the payment by which it is paid; nil unless its state is [OrderPaid].
	Paid *Paid `json:"paid,omitempty"`

	// Refunds are those that the host was asked for, and those made elsewhere that it
	// lists. Refunded is the sum of all that it knows to be paid back; nil for none.
	Refunds  []Refund `json:"refunds"`
	Refunded *Money   `json:"refunded,omitempty"`

	// Effects is how often the platform has acted on the order being paid.
	Effects int `json:"effects"`

	// Attention is what of it a person should look at.
	Attention []Attention `json:"attention"`
}

// Paid is the payment by which an order is paid.
type Paid struct {
	Provider string `json:"provider"`
	Payment  string `json:"payment"` // the gateway's id
	Amount   Money  `json:"amount"`
}

// RefundState is where a refund stands.
type RefundState string

// The states of a refund.
const (
	RefundPending   RefundState = "PENDING" // also as long as it is not known whether there is one
	RefundSucceeded RefundState = "SUCCEEDED"
	RefundFailed    RefundState = "FAILED" // no money was paid back, and none will be
)

// Refund is a refund of an order.
type Refund struct {
	ID     string      `json:"id,omitempty"` // the platform's; empty if it was made elsewhere
	Amount Money       `json:"amount"`
	State  RefundState `json:"state"`
}

// Attention is something that a person should look at.
type Attention struct {
	Order    string `json:"order,omitempty"` // empty if it belongs to none
	Provider string `json:"provider,omitempty"`
	Payment  string `json:"payment,omitempty"` // the gateway's id
	Text     string `json:"text"`
}

// Names reports whether it names a payment, by itself or in its text.
func (a *Attention) Names(payment string) bool {
	return payment != "" && (a.Payment == payment || strings.Contains(a.Text, payment))
}

// check returns why an answer is not one of the protocol.
func (h *Hello) check() error {
	if h.Protocol != Protocol {
		return fmt.Errorf("its protocol is %.40q; this is %s", h.Protocol, Protocol)
	}
	if h.Name == "" {
		return missing("name")
	}
	for i, feature := range h.Features {
		if !slices.Contains(Features(), feature) {
			return fmt.Errorf("features has %.40q, which is none", feature)
		}
		if slices.Contains(h.Features[:i], feature) {
			return fmt.Errorf("features has %s twice", feature)
		}
	}
	if h.Has(FeatureEvents) && !h.Has(FeatureAttention) {
		return fmt.Errorf("features has %s without %s, in whose list events are", FeatureEvents, FeatureAttention)
	}
	return nil
}

func (m *Money) check(where string) error {
	if len(m.Currency) != 3 || strings.ToUpper(m.Currency) != m.Currency {
		return fmt.Errorf("%s.currency is %.40q; it must be an ISO 4217 code in upper case", where, m.Currency)
	}
	if m.MinorUnits < 1 {
		return fmt.Errorf("%s.minor_units is %d; it must be more than 0", where, m.MinorUnits)
	}
	return nil
}

func (o *Order) check() error {
	switch {
	case o.ID == "":
		return missing("id")
	case o.State != OrderOpen && o.State != OrderPaid && o.State != OrderUnpaid:
		return fmt.Errorf("state is %.40q; it must be OPEN, PAID or UNPAID", o.State)
	case (o.Paid != nil) != (o.State == OrderPaid):
		return fmt.Errorf("paid must be there if the state is PAID, and not otherwise; it is %s", o.State)
	case o.Refunds == nil:
		return missing("refunds")
	case o.Attention == nil:
		return missing("attention")
	}
	if err := o.Amount.check("amount"); err != nil {
		return err
	}
	if o.Refunded != nil {
		if err := o.Refunded.check("refunded"); err != nil {
			return err
		}
	}
	if o.Paid != nil {
		if o.Paid.Provider == "" || o.Paid.Payment == "" {
			return missing("paid.provider or paid.payment")
		}
		if err := o.Paid.Amount.check("paid.amount"); err != nil {
			return err
		}
	}
	for i := range o.Refunds {
		if err := o.Refunds[i].check(); err != nil {
			return err
		}
	}
	return checkAttention(o.Attention)
}

func (r *Refund) check() error {
	if r.State != RefundPending && r.State != RefundSucceeded && r.State != RefundFailed {
		return fmt.Errorf("the state of a refund is %.40q; it must be PENDING, SUCCEEDED or FAILED", r.State)
	}
	return r.Amount.check("the refund's amount")
}

func checkAttention(list []Attention) error {
	for i := range list {
		if list[i].Text == "" {
			return missing("the text of an entry of attention")
		}
	}
	return nil
}

func missing(what string) error { return fmt.Errorf("%s is missing", what) }
