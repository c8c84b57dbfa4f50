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

// object is decoded from the field names of all API versions, and then read.
//
// Fields that decide about money (ids, amounts, flags) have Go's types: another type makes the object malformed. Fields
// that only inform (texts, times, settlement) have the types below, which are blank then: a new way to write a date must
// not stop payments. If versions have two names for one field, the newer one is used if it is there.
type object[T any] interface {
	identified
	// read checks it and returns it with the names of version 2019-05-29. What it returns with an error is incomplete.
	read(want expectation) (T, error)
}

type identified interface{ identify() identity }

// identity has the fields of every object.
type identity struct {
	Object text  `json:"object"`
	ID     text  `json:"id"`
	Live   *bool `json:"livemode"`
}

func (i identity) identify() identity { return i }

// is returns an error if the object is of another kind, or another one than was asked for. A blank prefix is for objects
// without ids.
func (i identity) is(object, prefix string, want expectation) error {
	switch {
	case string(i.Object) != object:
		return errors.New("its object is not " + strconv.Quote(object))
	case prefix != "" && !ValidID(string(i.ID), prefix):
		return errors.New("its id does not have the form " + prefix + "…")
	case want.id != "" && string(i.ID) != want.id:
		return errors.New("it has another id than was asked for")
	case want.live != nil && i.Live != nil && *i.Live != *want.live:
		return errors.New("it is an object of the other mode (test or live) than the key")
	}
	return nil
}

// money has the fields of an amount.
type money struct {
	Amount   *int64 `json:"amount"`
	Currency text   `json:"currency"`
}

// complete returns an error if amount or currency is missing.
func (m money) complete() error {
	switch {
	case m.Amount == nil || *m.Amount < 0:
		return errors.New("amount is missing or negative")
	case m.Currency == "":
		return errors.New("currency is missing")
	}
	return nil
}

// matches returns an error if it is another amount or currency than was asked for.
func (m money) matches(want expectation) error {
	switch {
	case want.amount != nil && (m.Amount == nil || *m.Amount != *want.amount):
		return errors.New("it has another amount than was asked for")
	case want.currency != "" && !strings.EqualFold(string(m.Currency), want.currency):
		return errors.New("it has another currency than was asked for")
	}
	return nil
}

// currencyCode returns the currency in upper case.
func (m money) currencyCode() string { return m.Currency.upper() }

// errMalformed is wrapped by the errors of ParseEvent, DecodeCharge and DecodeRefund, which do not quote the input.
var errMalformed = errors.New("omise: malformed")

// decode reads an object that was not asked for.
func decode[T any](raw []byte, into object[T]) (*T, error) {
	if err := strictjson.Decode(raw, maxEventSize, into); err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	return readAs(into)
}

func readAs[T any](from object[T]) (*T, error) {
	value, err := from.read(expectation{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	return &value, nil
}

// text is a string; blank if the value is of another type.
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

// timestamp is a time in UTC, in any form that Omise was seen to use; zero if the value is not a time.
type timestamp struct{ time.Time }

// UnmarshalJSONFrom reads a string with a time and skips anything else.
func (m *timestamp) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*m = timestamp{}
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

// optionalInt is a whole number that only informs; nil if the value is of another type.
type optionalInt struct{ number *int64 }

// UnmarshalJSONFrom reads a whole number and skips anything else.
func (f *optionalInt) UnmarshalJSONFrom(d *jsontext.Decoder) error {
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

// optionalBool is a flag that only informs; nil if the value is of another type.
type optionalBool struct{ value *bool }

// UnmarshalJSONFrom reads true or false and skips anything else.
func (f *optionalBool) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	f.value = nil
	kind := d.PeekKind()
	if kind == 't' || kind == 'f' {
		f.value = new(kind == 't')
	}
	return d.SkipValue()
}

// reference is the id of another object, given as a string or as the expanded object; blank if it is neither.
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

// lenient is an object that only informs; zero if the value is of another type.
type lenient[T any] struct{ value T }

// UnmarshalJSONFrom reads an object and skips anything else.
func (l *lenient[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	return json.UnmarshalDecode(d, &l.value)
}

// metadata is the merchant's, who may write any JSON in the dashboard. A value that is not a string is left out: it is none
// of what this client has sent.
type metadata struct {
	texts map[string]string // nil if there are none
	lost  bool              // whether it is there, and no object
}

// UnmarshalJSONFrom reads an object and skips anything else.
func (m *metadata) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*m = metadata{}
	if kind := d.PeekKind(); kind != '{' {
		m.lost = kind != 'n'
		return d.SkipValue()
	}
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = d.ReadToken(); err != nil {
			break
		}
		key := name.String()
		if d.PeekKind() != '"' {
			err = d.SkipValue()
			continue
		}
		var value text
		if err = value.UnmarshalJSONFrom(d); err != nil {
			break
		}
		if m.texts == nil {
			m.texts = make(map[string]string)
		}
		m.texts[key] = string(value)
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}
