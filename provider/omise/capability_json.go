package omise

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The bounds of a capability. The largest that was seen has 50 methods, and 12 currencies for one of them.
const (
	maxMethods    = 1000
	maxCurrencies = 200 // more than ISO 4217 has
)

// methodList is payment_methods; nil if the value is not an array. It ends one after maxMethods.
type methodList []PaymentMethod

// UnmarshalJSONFrom reads the objects of an array. An element of another kind is a method without a name.
func (l *methodList) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	found := methodList{}
	isArray, err := elements(d, func() error {
		var element lenient[struct {
			Name       text       `json:"name"`
			Currencies currencies `json:"currencies"`
		}]
		err := element.UnmarshalJSONFrom(d)
		found.add(PaymentMethod{Name: string(element.value.Name), Currencies: element.value.Currencies})
		return err
	})
	*l = nil
	if isArray {
		*l = found
	}
	return err
}

func (l *methodList) add(method PaymentMethod) {
	if len(*l) <= maxMethods {
		*l = append(*l, method)
	}
}

// backendList is payment_backends; nil if the value is not an array. It ends one after maxMethods.
type backendList []PaymentMethod

// UnmarshalJSONFrom reads the objects of an array, whose members are methods by their names: usually one. It skips
// anything else.
func (l *backendList) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	found := methodList{}
	isArray, err := elements(d, func() error {
		if d.PeekKind() != '{' {
			return d.SkipValue()
		}
		return found.addBackends(d)
	})
	*l = nil
	if isArray {
		*l = backendList(found)
	}
	return err
}

// addBackends reads one element of payment_backends.
func (l *methodList) addBackends(d *jsontext.Decoder) error {
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != '}' {
		var name text
		if err = name.UnmarshalJSONFrom(d); err != nil {
			break
		}
		if d.PeekKind() != '{' {
			err = d.SkipValue()
			continue
		}
		var backend struct {
			Currencies currencies          `json:"currencies"`
			Amount     lenient[limitsJSON] `json:"amount"`
		}
		err = json.UnmarshalDecode(d, &backend)
		bounds := backend.Amount.value
		l.add(PaymentMethod{
			Name: string(name), Currencies: backend.Currencies, MinAmount: bounds.Min.number, MaxAmount: bounds.Max.number,
		})
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

// elements calls read with the decoder at each element of an array. It skips a value of another kind, and reports which
// of the two it was.
func elements(d *jsontext.Decoder, read func() error) (isArray bool, err error) {
	if d.PeekKind() != '[' {
		return false, d.SkipValue()
	}
	_, err = d.ReadToken()
	for err == nil && d.PeekKind() != ']' {
		err = read()
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return true, err
}

// currencies are different ISO 4217 codes in upper case; nil if the value is not an array.
type currencies []string

// UnmarshalJSONFrom reads the texts of three letters in an array, at most maxCurrencies of them, and skips anything else.
func (c *currencies) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	codes := currencies{}
	isArray, err := elements(d, func() error {
		var code text
		err := code.UnmarshalJSONFrom(d)
		if upper := code.upper(); len(upper) == 3 && len(codes) < maxCurrencies && !slices.Contains(codes, upper) {
			codes = append(codes, upper)
		}
		return err
	})
	*c = nil
	if isArray {
		*c = codes
	}
	return err
}

// wholeNumber is a limit; nil if the value is not a whole number that fits and is not negative. How it is written does
// not matter: no charge has this amount.
type wholeNumber struct{ number *int64 }

// UnmarshalJSONFrom reads a number such as 2000, 2000.0 or 2e3, and skips anything else.
func (n *wholeNumber) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	n.number = nil
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	if number, whole := wholeOf(string(raw)); whole {
		n.number = &number
	}
	return nil
}

// wholeOf returns the value of a JSON number, exactly, if it is whole and not negative.
func wholeOf(number string) (int64, bool) {
	const longest = 40 // far more digits than an int64 has
	mantissa, power, scaled := strings.Cut(strings.ToLower(number), "e")
	exponent, err := strconv.Atoi(power)
	if scaled && err != nil || len(number) > longest || max(exponent, -exponent) > longest {
		return 0, false
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	exponent -= len(fraction)
	for ; exponent < 0 && strings.HasSuffix(digits, "0"); exponent++ {
		digits = strings.TrimSuffix(digits, "0")
	}
	if exponent > 0 {
		digits += strings.Repeat("0", exponent)
	}
	if digits == "" { // 0.0
		return 0, whole != ""
	}
	value, err := strconv.ParseInt(digits, 10, 64)
	return value, err == nil && value >= 0 && exponent >= 0
}
