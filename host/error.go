package host

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// ErrNotFound is returned for a sale that the ledger does not have.
var ErrNotFound = ledger.ErrNotFound

// errInOnChange is returned by every method that is called with the context of
// OnChange, whose transaction it would wait for.
var errInOnChange = errors.New("the engine cannot be used within OnChange: write rows, and act on them after the commit")

// InvalidOrderError says what is wrong with an order, a choice or a refund. Nothing
// was stored and nothing was sent.
type InvalidOrderError struct {
	OrderID    string
	Violations []contract.Violation
}

func (e *InvalidOrderError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "order %q is not valid, and nothing was sent:", e.OrderID)
	for _, v := range e.Violations {
		fmt.Fprintf(&b, " %s %s;", v.Field, v.Description)
	}
	return strings.TrimSuffix(b.String(), ";")
}

func (e *InvalidOrderError) add(field, description string) {
	e.Violations = append(e.Violations, contract.Violation{Field: field, Description: description})
}

func (e *InvalidOrderError) addError(err error) {
	if refused, ok := errors.AsType[*contract.Error](err); ok {
		if len(refused.Violations) == 0 {
			e.add("order", refused.Message)
		}
		e.Violations = append(e.Violations, refused.Violations...)
	}
}

func (e *InvalidOrderError) checkID(id string) {
	if id == "" || len(id) > maxOrderID {
		e.add("id", fmt.Sprintf("must have 1 to %d bytes", maxOrderID))
	}
}

func (e *InvalidOrderError) checkProviders(names []string) {
	if len(names) == 0 {
		e.add("providers", "must name at least one")
	}
	for i, name := range names {
		if !providerName.MatchString(name) {
			e.add("providers", fmt.Sprintf("must be names of providers, which %q is not", name))
		}
		if slices.Contains(names[:i], name) {
			e.add("providers", fmt.Sprintf("must name %q once", name))
		}
	}
}

func (e *InvalidOrderError) orNil() error {
	if len(e.Violations) == 0 {
		return nil
	}
	return e
}

// OrderDiffersError says that an ID is known with another amount, currency, method or
// payment. Nothing was sent.
type OrderDiffersError struct {
	OrderID string
	Known   string // what the ledger has
	Asked   string
}

func (e *OrderDiffersError) Error() string {
	return fmt.Sprintf("order %q is known with %s and not with %s, and nothing was sent: another price is another ID", e.OrderID, e.Known, e.Asked)
}

// NotFreeError says that what is asked for is not possible now, since the money is not
// free: a sale was paid or may still be, or less than a refund is left of a payment.
// Nothing was sent.
type NotFreeError struct {
	OrderID string // of the sale, or of the refund
	Why     string
	From    time.Time      // when to ask again; zero if that is not known
	Left    contract.Money // of a refund: what could be paid back; zero if nothing could
}

func (e *NotFreeError) Error() string {
	return fmt.Sprintf("order %q: not now, and nothing was sent: %s", e.OrderID, e.Why)
}
