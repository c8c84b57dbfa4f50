package shop

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// State is the state of a sale, or of a refund, in the shop's record.
//
//	INTENT     stored; no call has had a result yet
//	UNKNOWN    the result of a call, or the status at the gateway, is not known
//	PENDING    the gateway has a payment, and the buyer has not paid yet
//	SUCCEEDED  paid; final
//	FAILED     the payment failed at the gateway
//	EXPIRED    the payment expired at the gateway
//	CANCELED   the payment was canceled at the gateway
//	ABANDONED  it is certain that the gateway has no payment
//
// FAILED, EXPIRED, CANCELED and ABANDONED can only change to SUCCEEDED, and then
// the sale is flagged for review.
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

// Open reports whether the state is not final: INTENT, UNKNOWN or PENDING.
func (s State) Open() bool { return s == Intent || s == Unknown || s == Pending }

// Sale is the shop's record of one order that is to be paid once.
type Sale struct {
	// ID is random and cannot be guessed, because it is part of the URL that the
	// buyer returns to.
	ID string

	// Reference is the order's number, for people.
	Reference string

	// Provider is the name of the provider in the catalog, and Method the code of
	// the payment method.
	Provider, Method string

	// Amount is the price. Live reports whether it is real money.
	Amount contract.Money
	Live   bool

	// Description is for people at the gateway.
	Description string

	// Phone is the buyer's phone number; empty if the order had none.
	Phone contract.Secret

	// Attempt is the attempt to make the payment.
	Attempt Attempt

	State State

	// PaymentID is the gateway's id of the payment; empty until an answer had it.
	PaymentID string

	// ProviderStatus is the gateway's own status in its last answer.
	ProviderStatus string

	// Action is what the buyer must do to pay; nil if that is not known.
	Action *contract.NextAction

	// Failure is why the payment failed; nil unless State is FAILED.
	Failure *contract.Failure

	// AmountRefunded is what the gateway says it has refunded in all, whoever
	// requested it. Refunds are those that the shop requested.
	AmountRefunded contract.Money
	Refunds        []Refund

	// Attention lists the reasons why a person must review the sale; empty if
	// nobody must.
	Attention []string

	CreatedAt, UpdatedAt time.Time
}

// clone returns a copy that shares nothing that is modified in place.
func (s *Sale) clone() Sale {
	c := *s
	c.Refunds = slices.Clone(s.Refunds)
	c.Attention = slices.Clone(s.Attention)
	return c
}

// flagForReview adds a reason why a person must review the sale, unless it is
// there already.
func (s *Sale) flagForReview(reason string) {
	if !slices.Contains(s.Attention, reason) {
		s.Attention = append(s.Attention, reason)
	}
}

// apply updates the sale from a provider's answer. An answer that contradicts the
// record changes nothing, and flags the sale for review.
func (s *Sale) apply(p *contract.Payment) error {
	if err := s.compare(p); err != nil {
		s.flagForReview(err.Error())
		return err
	}
	s.PaymentID = p.PaymentID
	s.ProviderStatus = p.ProviderStatus
	s.AmountRefunded = p.AmountRefunded
	if p.NextAction != nil {
		s.Action = p.NextAction // later answers may leave it out
	}
	s.transition(State(p.Status))
	if s.State == Failed {
		s.Failure = p.Failure
	}
	return nil
}

// compare returns a *MismatchError if an answer is not about this sale.
func (s *Sale) compare(p *contract.Payment) error {
	return firstMismatch(s.ID,
		comparison{"payment id", s.PaymentID, p.PaymentID},
		comparison{"idempotency key", s.Attempt.Key, p.IdempotencyKey},
		comparison{"amount", s.Amount.String(), p.Amount.String()},
		comparison{"live flag", strconv.FormatBool(s.Live), strconv.FormatBool(p.Live)},
	)
}

// comparison is a field of the record with the same field of an answer.
type comparison struct{ field, recorded, reported string }

// firstMismatch returns a *MismatchError for the first field that differs, and
// nil if none does. An empty field of the record, an id that is not known yet,
// differs from nothing.
func firstMismatch(saleID string, comparisons ...comparison) error {
	for _, c := range comparisons {
		if c.recorded != c.reported && c.recorded != "" {
			return &MismatchError{SaleID: saleID, Field: c.field, Recorded: c.recorded, Reported: c.reported}
		}
	}
	return nil
}

// transition changes the state to the one in an answer; nothing else does.
// Answers may be applied out of order, so PENDING is no contradiction of a final
// state: that answer is older.
func (s *Sale) transition(to State) {
	switch {
	case to == s.State, to == Pending && !s.State.Open():
	case s.State.Open():
		s.State = to
	case s.State != Succeeded && to == Succeeded:
		s.flagForReview(fmt.Sprintf("the payment succeeded after the sale was %s; check whether the order was dropped or paid again", s.State))
		s.State, s.Failure = Succeeded, nil
	default:
		s.flagForReview(fmt.Sprintf("the payment is %s at the gateway, and the sale is %s", to, s.State))
	}
}

// refundable returns what can still be refunded: the amount without all refunds
// that were made, may have been made, or are about to be.
func (s *Sale) refundable() (contract.Money, error) {
	reserved := contract.Money{Currency: s.Amount.Currency}
	refundable := s.Amount
	for i := range s.Refunds {
		if !s.Refunds[i].reservesMoney() {
			continue
		}
		var err error
		if refundable, err = refundable.Sub(s.Refunds[i].Amount); err != nil {
			return contract.Money{}, err
		}
		reserved.MinorUnits += s.Refunds[i].Amount.MinorUnits
	}
	if s.AmountRefunded.MinorUnits <= reserved.MinorUnits {
		return refundable, nil
	}
	return s.Amount.Sub(s.AmountRefunded) // it includes refunds that the shop did not request
}

// findRefund returns the refund with this id of the shop.
func (s *Sale) findRefund(id string) (*Refund, error) {
	at := slices.IndexFunc(s.Refunds, func(r Refund) bool { return r.ID == id })
	if at < 0 {
		return nil, &NotFoundError{What: "refund", ID: id}
	}
	return &s.Refunds[at], nil
}
