package omise

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// fields is one JSON object under its exact names: encoding/json would match names in any case, and would need a
// struct for every version of the API. Each reader takes the names that versions gave to one fact, the newest first,
// and uses the first that is there and not null.
//
// What decides about money (ids, amounts, flags) must be readable, or err is set. What only informs (texts, times,
// settlement figures) is left out if it is not: a new way to write a date must not stop payments.
type fields struct {
	values   map[string]json.RawMessage
	response Response
	err      error
}

func readFields(raw []byte) *fields {
	f := &fields{}
	if err := json.Unmarshal(raw, &f.values); err != nil || f.values == nil {
		f.err = errors.New("it is not a JSON object")
	}
	return f
}

func (f *fields) fail(message string) {
	if f.err == nil {
		f.err = errors.New(message)
	}
}

func (f *fields) find(names []string) json.RawMessage {
	for _, name := range names {
		if raw, ok := f.values[name]; ok && !isNull(raw) {
			return raw
		}
	}
	return nil
}

func isNull(raw []byte) bool {
	return len(raw) == 0 || bytes.Equal(bytes.TrimSpace(raw), []byte("null"))
}

// required reads a value that must be there and of type T.
func required[T any](f *fields, names ...string) T {
	var value T
	raw := f.find(names)
	if raw == nil {
		f.fail(names[0] + " is missing")
	} else if json.Unmarshal(raw, &value) != nil {
		f.fail(names[0] + " is of another type")
	}
	return value
}

// ifGiven reads a value that may be absent, but must be of type T where it is there.
func ifGiven[T any](f *fields, names ...string) *T {
	if f.find(names) == nil {
		return nil
	}
	value := required[T](f, names...)
	return &value
}

// ifReadable reads a value that merely informs.
func ifReadable[T any](f *fields, names ...string) *T {
	var value T
	raw := f.find(names)
	if raw == nil || json.Unmarshal(raw, &value) != nil {
		return nil
	}
	return &value
}

// is checks what kind of object this is.
func (f *fields) is(object string) {
	if f.text("object") != object {
		f.fail("it is not a " + object)
	}
}

// id reads the object's own id.
func (f *fields) id(prefix string) string {
	id := required[string](f, "id")
	if !ValidID(id, prefix) {
		f.fail("id does not have the form " + prefix + "…")
	}
	return id
}

// reference reads the id of another object, which comes as a string or, expanded, as that object.
func (f *fields) reference(names ...string) string {
	raw := f.find(names)
	if len(raw) > 0 && raw[0] == '{' {
		return readFields(raw).text("id")
	}
	return f.text(names...)
}

// amount reads what must be there: a whole number of the smallest unit, not negative.
func (f *fields) amount(name string) int64 {
	amount := required[int64](f, name)
	if amount < 0 {
		f.fail(name + " is negative")
	}
	return amount
}

// currency reads an ISO 4217 code and gives it in upper case; blank if absent.
func (f *fields) currency(names ...string) string { return strings.ToUpper(f.text(names...)) }

func (f *fields) text(names ...string) string {
	if text := ifReadable[string](f, names...); text != nil {
		return *text
	}
	return ""
}

func (f *fields) flag(names ...string) *bool { return ifGiven[bool](f, names...) }

// time reads every form of time that was seen, and gives it in UTC; zero if absent.
func (f *fields) time(names ...string) time.Time {
	text := f.text(names...)
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05 UTC"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// metadata reads what a merchant wrote, which through other doors than this package may be any JSON: a value that is
// not a string is given as JSON text.
func (f *fields) metadata() map[string]string {
	values := ifReadable[map[string]json.RawMessage](f, "metadata")
	if values == nil || len(*values) == 0 {
		return nil
	}
	texts := make(map[string]string, len(*values))
	for key, raw := range *values {
		var text string
		if json.Unmarshal(raw, &text) != nil || isNull(raw) {
			var compact bytes.Buffer
			_ = json.Compact(&compact, raw) // it was parsed before
			text = compact.String()
		}
		texts[key] = text
	}
	return texts
}
