package shop

import (
	"fmt"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// NotFoundError is the error for a sale, provider or refund that the shop does
// not have.
type NotFoundError struct {
	What string // "sale", "provider" or "refund"
	ID   string
}

// Error names what was not found.
func (e *NotFoundError) Error() string { return fmt.Sprintf("the shop has no %s %q", e.What, e.ID) }

// InFlightError is the error of a call that was not made because another one
// with the same idempotency key may be in flight. Try again after Until.
type InFlightError struct{ Until time.Time }

// Error says until when to wait.
func (e *InFlightError) Error() string {
	return "a call with this idempotency key is in flight; wait until " + e.Until.UTC().Format(time.RFC3339)
}

// StateError is the error of a request that the state of a sale, or of a refund,
// does not allow.
type StateError struct {
	SaleID    string
	State     State
	Requested string // such as "a refund"
}

// Error names the sale, its state and what was requested.
func (e *StateError) Error() string {
	return fmt.Sprintf("sale %s is %s, which does not allow %s", e.SaleID, e.State, e.Requested)
}

// MethodError is the error of an order that no payment method of the provider's
// account accepts, or whose method this shop cannot show to the buyer.
type MethodError struct {
	Provider string
	Method   string // of the order; may be empty
	Amount   contract.Money
}

// Error names the provider, the method and the amount.
func (e *MethodError) Error() string {
	if e.Method != "" {
		return fmt.Sprintf("the payment method %s of provider %s shows a code, for which this shop has no page", e.Method, e.Provider)
	}
	return fmt.Sprintf("no payment method of the account of provider %s redirects the buyer to a page and accepts %s", e.Provider, e.Amount)
}

// RefundTooLargeError is the error of a refund of more than can still be refunded.
type RefundTooLargeError struct {
	SaleID                string
	Requested, Refundable contract.Money
}

// Error names both amounts.
func (e *RefundTooLargeError) Error() string {
	return fmt.Sprintf("a refund of %s was requested, and only %s of sale %s can still be refunded", e.Requested, e.Refundable, e.SaleID)
}

// MismatchError is the error of a provider's answer that contradicts the record
// of a sale. The sale is flagged for review, and nothing else of it changes.
type MismatchError struct {
	SaleID, Field      string
	Recorded, Reported string
}

// Error names the field and both values.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("sale %s: the %s is %s in the provider's answer and %s in the record; a person must review it",
		e.SaleID, e.Field, e.Reported, e.Recorded)
}

// LinkError is the error of a provider's link that a buyer must not be sent to.
type LinkError struct{ Reason string }

// Error says why. It leaves the link out, which may contain a token.
func (e *LinkError) Error() string {
	return "the buyer cannot be sent to the provider's link: " + e.Reason
}
