package contract

import (
	"fmt"
	"strings"
)

// Money is an amount of one currency. It has no arithmetic but what this file
// gives, and no fractions: THB 1,000.00 is {Currency: "THB", MinorUnits:
// 100000} and JPY 1,000 is {Currency: "JPY", MinorUnits: 1000}.
//
// The zero Money means that there is no amount, and is legal only where a
// field says that it may be absent. An amount of nothing still has a currency.
type Money struct {
	// Currency is an ISO 4217 code in upper case.
	Currency string

	// MinorUnits counts the currency's smallest unit, as [Exponent] gives it:
	// cents, yen, fils.
	MinorUnits int64
}

// IsZero reports whether the amount is absent.
func (m Money) IsZero() bool { return m == Money{} }

// String writes the amount for people, such as "THB 1000.00". It is not for
// machines. A currency that is not in ISO 4217 is marked as such.
func (m Money) String() string {
	exponent, ok := Exponent(m.Currency)
	if !ok {
		return fmt.Sprintf("%d minor units of %q (not a currency)", m.MinorUnits, m.Currency)
	}
	digits := fmt.Sprintf("%0*d", exponent+1, abs(m.MinorUnits))
	whole, fraction := digits[:len(digits)-exponent], digits[len(digits)-exponent:]
	var text strings.Builder
	text.WriteString(m.Currency + " ")
	if m.MinorUnits < 0 {
		text.WriteByte('-')
	}
	text.WriteString(whole)
	if exponent > 0 {
		text.WriteString("." + fraction)
	}
	return text.String()
}

// Sub gives m less other. It fails if the currencies differ or the result does
// not fit, and never rounds.
func (m Money) Sub(other Money) (Money, error) {
	if m.Currency != other.Currency {
		return Money{}, fmt.Errorf("cannot take %s from %s: the currencies differ", other, m)
	}
	difference := m.MinorUnits - other.MinorUnits
	if (difference < m.MinorUnits) != (other.MinorUnits > 0) {
		return Money{}, fmt.Errorf("cannot take %s from %s: the result does not fit", other, m)
	}
	return Money{Currency: m.Currency, MinorUnits: difference}, nil
}

// abs gives the magnitude as an unsigned number, which holds that of the
// smallest int64 too.
func abs(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1 //nolint:gosec // It is not negative; -n alone does not fit for the smallest n.
	}
	return uint64(n)
}
