package contract

import (
	"fmt"
	"strings"
)

// Money is an amount in one currency. It has no fractions: THB 1,000.00 is
// {Currency: "THB", MinorUnits: 100000} and JPY 1,000 is {Currency: "JPY",
// MinorUnits: 1000}. Its only arithmetic is [Money.Sub].
//
// The zero Money means that there is no amount. It is valid only for a field
// that may be absent. An amount of 0 still has a currency.
type Money struct {
	// Currency is an ISO 4217 code in upper case.
	Currency string

	// MinorUnits counts the currency's minor unit, such as cents, yen or fils.
	// See Exponent.
	MinorUnits int64
}

// IsZero reports whether the amount is absent.
func (m Money) IsZero() bool { return m == Money{} }

// String returns the amount as people read it, such as "THB 1000.00". It is not
// for programs to parse. If the currency is not in ISO 4217, the text says so.
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

// Sub returns m minus other. It fails if the currencies differ or the result
// overflows. It never rounds.
func (m Money) Sub(other Money) (Money, error) {
	if m.Currency != other.Currency {
		return Money{}, fmt.Errorf("cannot subtract %s from %s: the currencies differ", other, m)
	}
	difference := m.MinorUnits - other.MinorUnits
	if (difference < m.MinorUnits) != (other.MinorUnits > 0) {
		return Money{}, fmt.Errorf("cannot subtract %s from %s: the result is out of range", other, m)
	}
	return Money{Currency: m.Currency, MinorUnits: difference}, nil
}

// abs returns the absolute value of n. It is unsigned, because that of the
// smallest int64 does not fit into an int64.
func abs(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1 //nolint:gosec // Not negative: the smallest n plus 1 can be negated.
	}
	return uint64(n)
}
