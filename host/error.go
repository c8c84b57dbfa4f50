package host

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// ErrNotFound is returned for a sale that the ledger does not have.
var ErrNotFound = ledger.ErrNotFound

// errInOnChange is returned by every method that is called with the context of
// OnChange, whose transaction it would wait for.
var errInOnChange = errors.New("the engine cannot be used within OnChange: write rows, and act on them after the commit")

// busyError is of what has failed since the database has not answered in time.
type busyError struct {
	said *contract.Error // for the platform
	slow *ledger.SlowError
}

func (e *busyError) Error() string { return e.said.Error() }

func (e *busyError) Unwrap() []error { return []error{e.said, e.slow} }

// busy returns contract.DeadlineTooShort for what has failed since the database has not
// answered in time, and other errors as they are. Its outcome says whether what was asked
// for is stored, so that Run goes on with it.
func busy(err error, stored bool) error {
	slow, ok := errors.AsType[*ledger.SlowError](err)
	if !ok {
		return err
	}
	said := contract.Errorf(contract.DeadlineTooShort, "nothing was stored, and nothing was sent: %v; %s", slow, remedySlow)
	if stored {
		said = contract.Errorf(contract.DeadlineTooShort, "what was asked for is stored, and goes on by itself: %v; %s", slow, remedySlow).
			WithOutcome(contract.Indeterminate)
	}
	return &busyError{said, slow}
}

// violations are what is wrong with an order, a refund or a decision.
type violations []contract.Violation

func (v *violations) add(field, description string) {
	*v = append(*v, contract.Violation{Field: field, Description: description})
}

func (v *violations) addError(err error) {
	if refused, ok := errors.AsType[*contract.Error](err); ok {
		if len(refused.Violations) == 0 {
			v.add("order", refused.Message)
		}
		*v = append(*v, refused.Violations...)
	}
}

func (v *violations) checkID(id string) {
	if id == "" || len(id) > maxOrderID {
		v.add("id", fmt.Sprintf("must have 1 to %d bytes", maxOrderID))
	}
	v.checkStored("id", id)
}

// checkStored checks that every database can store a text.
func (v *violations) checkStored(field, text string) {
	if !ledger.CanStore(text) {
		v.add(field, "must be UTF-8 without the character NUL, which databases do not store")
	}
}

func (v *violations) checkProviders(names []string) {
	if len(names) == 0 {
		v.add("providers", "must name at least one")
	}
	for i, name := range names {
		if !providerName.MatchString(name) {
			v.add("providers", fmt.Sprintf("must be names of providers, which %q is not", name))
		}
		if slices.Contains(names[:i], name) {
			v.add("providers", fmt.Sprintf("must name %q once", name))
		}
	}
}

// of returns what is wrong with what was asked for as contract.InvalidRequest; nil if
// nothing is.
func (v *violations) of(what, id string) error {
	if len(*v) == 0 {
		return nil
	}
	err := contract.Errorf(contract.InvalidRequest, "%s %.255q is not valid, and nothing was sent", what, id)
	err.Violations = *v
	return err.WithOutcome(contract.NotAttempted)
}

// OrderDiffersError says that an ID is known with another amount, currency, method or
// payment. Nothing was sent.
type OrderDiffersError struct {
	OrderID string // of the sale, or of the refund
	Known   string // what the ledger has
	Asked   string
}

func (e *OrderDiffersError) Error() string {
	return fmt.Sprintf("the ID %q is known with %s and not with %s, and nothing was sent: what differs needs another ID", e.OrderID, e.Known, e.Asked)
}

// NotFreeError says that what is asked for is not possible now, since the money is not
// free: a sale was paid or may still be, less than a refund is left of a payment, or an
// attempt is not what a person takes it for. No money was moved.
type NotFreeError struct {
	OrderID string // of the sale, or of the refund
	Why     string
	From    time.Time      // when to ask again; zero if that is not known
	Left    contract.Money // of a refund: what could be paid back; zero if nothing could
}

func (e *NotFreeError) Error() string {
	return fmt.Sprintf("order %q: not now, and no money was moved: %s", e.OrderID, e.Why)
}
