package contract

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExponent_IsThatOfISO4217(t *testing.T) {
	t.Parallel()
	for currency, want := range map[string]int{
		"THB": 2, "CNY": 2, "USD": 2, "EUR": 2, "JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3, "CLF": 4, "UYW": 4,
		// Where CLDR, made for showing prices, differs.
		"IQD": 3, "IRR": 2, "LAK": 2, "MMK": 2, "AFN": 2, "ALL": 2, "RSD": 2, "MGA": 2, "COP": 2, "PKR": 2, "UGX": 0, "ISK": 0,
	} {
		exponent, ok := Exponent(currency)
		assert.True(t, ok, currency)
		assert.Equal(t, want, exponent, currency)
	}
}

func TestExponent_IsKnownOfRetiredCurrencies(t *testing.T) {
	t.Parallel()
	for currency, want := range map[string]int{
		"HRK": 2, "BGN": 2, "DEM": 2, "ANG": 2, "CUC": 2, "SLL": 2, "ZWL": 2, "VEF": 2, "LTL": 2, "MRO": 2,
		"ITL": 0, "ESP": 0, "BYR": 0, "TRL": 0, "BEF": 0, "MGF": 0,
	} {
		exponent, ok := Exponent(currency)
		assert.True(t, ok, currency)
		assert.Equal(t, want, exponent, currency)
	}
}

func TestExponent_OnlyCurrenciesHaveOne(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "T", "thb", "hrk", "THBX", "XXX", "XTS", "XAU", "XFO", "BTC", "A D", " AE", "ED ", "RK ", "฿"} {
		_, ok := Exponent(code)
		assert.False(t, ok, "%q", code)
	}
}

func TestCurrencies_AreListedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, table := range [][]string{currenciesByExponent[:], retiredByExponent[:]} {
		for _, codes := range table {
			list := strings.Fields(codes)
			assert.IsIncreasing(t, append(list, "ZZZZ"))
			for _, code := range list {
				assert.Len(t, code, 3)
				assert.False(t, seen[code], code)
				seen[code] = true
			}
		}
	}
	assert.Len(t, seen, 165+54, "a change of the table is a decision, to be made with the standard in hand")
}

func TestMoney_StringUsesTheUnitsOfTheCurrency(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]Money{
		"THB 1000.00":               {"THB", 100000},
		"THB 0.05":                  {"THB", 5},
		"THB -0.05":                 {"THB", -5},
		"JPY 1000":                  {"JPY", 1000},
		"JPY 0":                     {"JPY", 0},
		"KWD 1.234":                 {"KWD", 1234},
		"THB -92233720368547758.08": {"THB", math.MinInt64},
		`5 minor units of "ABC" (not a currency)`: {"ABC", 5},
	} {
		assert.Equal(t, want, m.String())
	}
}

func TestMoney_SubNeverMixesCurrenciesNorOverflows(t *testing.T) {
	t.Parallel()
	left, err := Money{"THB", 100}.Sub(Money{"THB", 30})
	require.NoError(t, err)
	assert.Equal(t, Money{"THB", 70}, left)

	_, err = Money{"THB", 100}.Sub(Money{"JPY", 30})
	require.ErrorContains(t, err, "currencies differ")
	for _, pair := range [][2]int64{{math.MinInt64, 1}, {math.MaxInt64, -1}, {0, math.MinInt64}} {
		_, err = Money{"THB", pair[0]}.Sub(Money{"THB", pair[1]})
		require.ErrorContains(t, err, "out of range", "%v", pair)
	}
	edge, err := Money{"THB", math.MinInt64}.Sub(Money{"THB", 0})
	require.NoError(t, err)
	assert.Equal(t, int64(math.MinInt64), edge.MinorUnits)
}
