package omise

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// An object is decoded under the names that all versions of the API gave to its fields, and then read.
//
// What decides about money (ids, amounts, flags) has Go's own types, and makes the object malformed if it is of another
// type. What only informs (texts, times, settlement figures) has the types below, which are blank then: a new way to
// write a date must not stop payments. Where versions have two names for one fact the newer one counts if it is there.
type object[T any] interface {
	identified
	// read checks it and returns it in the words of version 2019-05-29. What it returns beside an error is incomplete.
	read(q question) (T, error)
}

type identified interface{ identify() identity }

// An identity is what an object of any kind says of itself.
type identity struct {
	Object text  `json:"object"`
	ID     text  `json:"id"`
	Live   *bool `json:"livemode"`
}

func (i identity) identify() identity { return i }

// is refuses another kind of object than the one named, and another one than was asked for. A blank prefix is for
// objects without ids.
func (i identity) is(object, prefix string, q question) error {
	switch {
	case string(i.Object) != object:
		return errors.New("it is not a " + object)
	case prefix != "" && !ValidID(string(i.ID), prefix):
		return errors.New("its id does not have the form " + prefix + "…")
	case q.id != "" && string(i.ID) != q.id:
		return errors.New("it has another id than was asked for")
	case q.live != nil && i.Live != nil && *i.Live != *q.live:
		return errors.New("it is an object of the other mode (test or live) than the key")
	}
	return nil
}

// A money is what charges, refunds and sources are made for.
type money struct {
	Amount   *int64 `json:"amount"`
	Currency text   `json:"currency"`
}

// complete refuses what has no amount or no currency.
func (m money) complete() error {
	switch {
	case m.Amount == nil || *m.Amount < 0:
		return errors.New("amount is missing or negative")
	case m.Currency == "":
		return errors.New("currency is missing")
	}
	return nil
}

// answers refuses another sum than was asked for.
func (m money) answers(q question) error {
	switch {
	case q.amount != nil && (m.Amount == nil || *m.Amount != *q.amount):
		return errors.New("it has another amount than was asked for")
	case q.currency != "" && !strings.EqualFold(string(m.Currency), q.currency):
		return errors.New("it has another currency than was asked for")
	}
	return nil
}

// code returns the currency in upper case.
func (m money) code() string { return m.Currency.upper() }

// errMalformed is what ParseEvent, DecodeCharge and DecodeRefund fail with. The text behind it tells what is wrong,
// without quoting the input.
var errMalformed = errors.New("omise: malformed")

// decode reads an object that nobody asked for.
func decode[T any](raw []byte, into object[T]) (*T, error) {
	if err := strictjson.Decode(raw, maxEventSize, into); err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	return readAs(into)
}

func readAs[T any](from object[T]) (*T, error) {
	value, err := from.read(question{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	return &value, nil
}

// A text is a string, and blank if it is none.
type text string

// UnmarshalJSONFrom reads a string and skips anything else.
func (t *text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*t = ""
	if d.PeekKind() != '"' {
		return d.SkipValue()
	}
	token, err := d.ReadToken()
	if err == nil {
		*t = text(token.String())
	}
	return err
}

func (t text) upper() string { return strings.ToUpper(string(t)) }

// A moment is a time in any form that was seen, in UTC; zero if it is none.
type moment struct{ time.Time }

// UnmarshalJSONFrom reads a string with a time in it and skips anything else.
func (m *moment) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*m = moment{}
	var written text
	if err := written.UnmarshalJSONFrom(d); err != nil || written == "" {
		return err
	}
	at, err := time.Parse(time.RFC3339, string(written))
	if err != nil {
		at, _ = time.Parse("2006-01-02 15:04:05 UTC", string(written)) // zero if it fails
	}
	m.Time = at.UTC()
	return nil
}

// A figure is a whole number that merely informs, and nil if it is none.
type figure struct{ number *int64 }

// UnmarshalJSONFrom reads a whole number and skips anything else.
func (f *figure) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	f.number = nil
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	if number, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		f.number = &number
	}
	return nil
}

// A reference is the id of another object, which comes as a string or, expanded, as that object; blank if it is neither.
type reference string

// UnmarshalJSONFrom reads a string, or the id in an object, and skips anything else.
func (r *reference) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' {
		return (*text)(r).UnmarshalJSONFrom(d)
	}
	var expanded struct {
		ID text `json:"id"`
	}
	err := json.UnmarshalDecode(d, &expanded)
	*r = reference(expanded.ID)
	return err
}

// A lenient value is an object that merely informs, and zero if it is none.
type lenient[T any] struct{ value T }

// UnmarshalJSONFrom reads an object and skips anything else.
func (l *lenient[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	return json.UnmarshalDecode(d, &l.value)
}

// Metadata is what a merchant wrote, which through other doors than this package may be any JSON: a value that is not a
// string is kept as JSON text.
type metadata map[string]string

// UnmarshalJSONFrom reads an object and skips anything else. It is nil if there is nothing in it.
func (m *metadata) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*m = nil
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = d.ReadToken(); err != nil {
			break
		}
		if *m == nil {
			*m = make(metadata)
		}
		key := name.String()
		(*m)[key], err = label(d)
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

// label reads one value of metadata.
func label(d *jsontext.Decoder) (string, error) {
	if d.PeekKind() == '"' {
		token, err := d.ReadToken()
		if err != nil {
			return "", err
		}
		return token.String(), nil
	}
	value, err := d.ReadValue()
	if err != nil {
		return "", err
	}
	value = value.Clone() // the decoder's own would be changed
	err = value.Compact()
	return string(value), err
}
