package shop

import (
	"fmt"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// NotFoundError says that the shop has no such thing.
type NotFoundError struct {
	What string // "sale", "provider", "refund"
	ID   string
}

// Error names what is missing.
func (e *NotFoundError) Error() string { return fmt.Sprintf("the shop has no %s %q", e.What, e.ID) }

// InFlightError says that a call with the same idempotency key may be under
// way. Try again after Until.
type InFlightError struct{ Until time.Time }

// Error says until when to wait.
func (e *InFlightError) Error() string {
	return "a call with this idempotency key is in flight; wait until " + e.Until.UTC().Format(time.RFC3339)
}

// StateError says that a sale is not in a state for what was asked.
type StateError struct {
	SaleID string
	State  State
	Asked  string // "a refund", "a payment"
}

// Error names the sale, its state and what was asked.
func (e *StateError) Error() string {
	return fmt.Sprintf("sale %s is %s, which does not allow %s", e.SaleID, e.State, e.Asked)
}

// MethodError says that a provider's account has no payment method for an
// amount.
type MethodError struct {
	Provider string
	Amount   contract.Money
}

// Error names the provider and the amount.
func (e *MethodError) Error() string {
	return fmt.Sprintf("the account of provider %s has no payment method with a page in the browser that takes %s", e.Provider, e.Amount)
}

// LeftError says that a refund is more than what is left of a sale.
type LeftError struct {
	SaleID      string
	Asked, Left contract.Money
}

// Error names both amounts.
func (e *LeftError) Error() string {
	return fmt.Sprintf("sale %s has %s left to refund, and %s was asked for", e.SaleID, e.Left, e.Asked)
}

// MismatchError says that a provider's answer disagrees with the shop's
// record. The sale stays as it is, and needs a person.
type MismatchError struct {
	SaleID, Field  string
	Recorded, Told string
}

// Error names the field and both values.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("sale %s: the provider's %s is %s and the record's %s; a person must look at it", e.SaleID, e.Field, e.Told, e.Recorded)
}

// LinkError says that the buyer must not be sent where a provider wants.
type LinkError struct{ Why string }

// Error says why. The link itself may carry a token and is left out.
func (e *LinkError) Error() string {
	return "the buyer cannot be sent to the provider's link: " + e.Why
}
