package shop

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// State is where a sale, or a refund, stands in the shop's record.
//
//	INTENT     kept, and no call ended with a result yet
//	UNKNOWN    a call was lost, or the gateway's word is not known
//	PENDING    the provider has a payment, the buyer has not decided
//	SUCCEEDED  paid; never left
//	FAILED     the gateway says that it did not work
//	EXPIRED    the gateway says that the buyer was too late
//	CANCELED   the gateway says that it was called off
//	ABANDONED  it is certain that no payment exists
//
// FAILED, EXPIRED, CANCELED and ABANDONED are left for SUCCEEDED only, and a
// person hears of it.
type State string

// The states.
const (
	Intent    State = "INTENT"
	Unknown   State = "UNKNOWN"
	Pending   State = "PENDING"
	Succeeded State = "SUCCEEDED"
	Failed    State = "FAILED"
	Expired   State = "EXPIRED"
	Canceled  State = "CANCELED"
	Abandoned State = "ABANDONED"
)

// Open reports whether the sale is still to be decided.
func (s State) Open() bool { return s == Intent || s == Unknown || s == Pending }

// Sale is the shop's record of one order that is to be paid once.
type Sale struct {
	// ID is opaque and cannot be guessed: it stands in the address that the
	// buyer comes back to.
	ID string

	// Reference is the order's number, for people.
	Reference string

	// Provider is the catalog's name of the provider that takes the payment,
	// and Method the payment method's code.
	Provider, Method string

	// Amount and Live are what was sold: answers are compared with them.
	Amount contract.Money
	Live   bool

	// Description is for people at the gateway.
	Description string

	Attempt Attempt
	State   State

	// PaymentID is the gateway's id; empty until an answer told it.
	PaymentID string

	// ProviderStatus is the gateway's own word in its last answer.
	ProviderStatus string

	// Action is what the buyer has to do; nil if nothing is known.
	Action *contract.NextAction

	// Failure is why a sale is FAILED.
	Failure *contract.Failure

	// AmountRefunded is what the gateway says it gave back, wherever that was
	// asked for. Refunds are those that the shop asked for.
	AmountRefunded contract.Money
	Refunds        []Refund

	// Attention is why a person must look at the sale; empty if nobody must.
	Attention []string

	CreatedAt, UpdatedAt time.Time
}

// clone gives a copy that shares nothing that is ever changed in place.
func (s *Sale) clone() Sale {
	c := *s
	c.Refunds = slices.Clone(s.Refunds)
	c.Attention = slices.Clone(s.Attention)
	return c
}

// alarm notes why a person must look, once per cause.
func (s *Sale) alarm(why string) {
	if !slices.Contains(s.Attention, why) {
		s.Attention = append(s.Attention, why)
	}
}

// take moves the sale to where the provider's answer says the payment is. An
// answer that disagrees with the record moves nothing.
func (s *Sale) take(p *contract.Payment) error {
	if err := s.compare(p); err != nil {
		s.alarm(err.Error())
		return err
	}
	s.PaymentID = p.PaymentID
	s.ProviderStatus = p.ProviderStatus
	s.AmountRefunded = p.AmountRefunded
	if p.NextAction != nil {
		s.Action = p.NextAction // not every answer repeats it
	}
	s.move(State(p.Status))
	if s.State == Failed {
		s.Failure = p.Failure
	}
	return nil
}

// compare finds the first field in which an answer is not about this sale.
func (s *Sale) compare(p *contract.Payment) error {
	return firstMismatch(s.ID,
		comparison{"payment id", s.PaymentID, p.PaymentID},
		comparison{"idempotency key", s.Attempt.Key, p.IdempotencyKey},
		comparison{"amount", s.Amount.String(), p.Amount.String()},
		comparison{"live flag", strconv.FormatBool(s.Live), strconv.FormatBool(p.Live)},
	)
}

// comparison is one field of the record beside the same field of an answer.
type comparison struct{ field, recorded, told string }

// firstMismatch gives a *MismatchError for the first field that differs. What
// the record does not know yet, an id, cannot differ.
func firstMismatch(saleID string, comparisons ...comparison) error {
	for _, c := range comparisons {
		if c.recorded != c.told && c.recorded != "" {
			return &MismatchError{SaleID: saleID, Field: c.field, Recorded: c.recorded, Told: c.told}
		}
	}
	return nil
}

// move is the only place where a sale's state changes by an answer. Answers may
// be taken out of order, so one that says PENDING after another decided the
// sale is old news and no contradiction.
func (s *Sale) move(to State) {
	switch {
	case to == s.State, to == Pending && !s.State.Open():
	case s.State.Open():
		s.State = to
	case s.State != Succeeded && to == Succeeded:
		s.alarm(fmt.Sprintf("paid late: the sale was %s, and the order may have been dropped or paid again", s.State))
		s.State, s.Failure = Succeeded, nil
	default:
		s.alarm(fmt.Sprintf("the gateway says %s, and the sale is %s", to, s.State))
	}
}

// left is what can still be refunded: the amount less everything that was
// given back, may have been, or is about to be.
func (s *Sale) left() (contract.Money, error) {
	reserved := contract.Money{Currency: s.Amount.Currency}
	left := s.Amount
	for i := range s.Refunds {
		if !s.Refunds[i].holds() {
			continue
		}
		var err error
		if left, err = left.Sub(s.Refunds[i].Amount); err != nil {
			return contract.Money{}, err
		}
		reserved.MinorUnits += s.Refunds[i].Amount.MinorUnits
	}
	if s.AmountRefunded.MinorUnits <= reserved.MinorUnits {
		return left, nil
	}
	return s.Amount.Sub(s.AmountRefunded) // refunds that the shop did not ask for
}

// refund finds a refund by the shop's own id.
func (s *Sale) refund(id string) (*Refund, error) {
	at := slices.IndexFunc(s.Refunds, func(r Refund) bool { return r.ID == id })
	if at < 0 {
		return nil, &NotFoundError{What: "refund", ID: id}
	}
	return &s.Refunds[at], nil
}
