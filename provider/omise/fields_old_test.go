package omise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// fields is one JSON object under its exact names. Each reader takes the names that versions gave to one fact, the
// newest first, and uses the first that is there and not null.
//
// What decides about money (ids, amounts, flags) must be readable, or err is set. What only informs (texts, times,
// settlement figures) is left out if it is not: a new way to write a date must not stop payments.
type fields struct {
	members  []member
	response Response
	err      error
}

// decode checks raw and reads the object in it.
func oldDecode[T any](raw []byte, limit int, read func(*fields) T) (*T, error) {
	members, err := parseObject(raw, limit)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	f := &fields{members: members}
	value := read(f)
	if f.err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, f.err)
	}
	return &value, nil
}

// within gives the fields of an object inside a checked one. If it is no object, they are empty and err is set.
func within(raw []byte) *fields {
	members, err := membersOf(raw)
	return &fields{members: members, err: err}
}

func (f *fields) fail(message string) {
	if f.err == nil {
		f.err = errors.New(message)
	}
}

// find gives the first that is there and not null, else nil.
func (f *fields) find(names ...string) []byte {
	for _, name := range names {
		for i := range f.members {
			if string(f.members[i].key) == name && string(f.members[i].value) != "null" {
				return f.members[i].value
			}
		}
	}
	return nil
}

// is checks what kind of object this is.
func (f *fields) is(object string) {
	if !f.holds("object", object) {
		f.fail("it is not a " + object)
	}
}

// holds tells whether a member is just that string, without making a copy of it.
func (f *fields) holds(name, text string) bool {
	raw := f.find(name)
	return len(raw) == len(text)+2 && raw[0] == '"' && string(raw[1:len(raw)-1]) == text
}

// id reads the object's own id.
func (f *fields) id(prefix string) string {
	id := f.text("id")
	if !ValidID(id, prefix) {
		f.fail("its id does not have the form " + prefix + "…")
	}
	return id
}

// reference reads the id of another object, which comes as a string or, expanded, as that object; blank if absent.
func (f *fields) reference(name string) string {
	raw := f.find(name)
	if len(raw) > 0 && raw[0] == '{' {
		return within(raw).text("id")
	}
	return f.text(name)
}

// required fails where text is blank.
func (f *fields) required(name, text string) string {
	if text == "" {
		f.fail(name + " is missing")
	}
	return text
}

// text reads a string; blank if it is absent or none.
func (f *fields) text(names ...string) string {
	raw := f.find(names...)
	if len(raw) == 0 || raw[0] != '"' {
		return ""
	}
	return string(unescape(raw))
}

// currency reads an ISO 4217 code and gives it in upper case; blank if absent.
func (f *fields) currency(name string) string { return strings.ToUpper(f.text(name)) }

// number reads a whole number that must be readable if it is there; nil if it is not.
func (f *fields) number(names ...string) *int64 {
	number := f.figure(names...)
	if number == nil && f.find(names...) != nil {
		f.fail(names[0] + " is not a whole number")
	}
	return number
}

// figure reads a whole number that merely informs; nil if it is absent or unreadable.
func (f *fields) figure(names ...string) *int64 {
	raw := f.find(names...)
	if raw == nil {
		return nil
	}
	number, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return nil
	}
	return &number
}

// amount reads what must be there: a whole number of the smallest unit, not negative.
func (f *fields) amount(name string) int64 {
	amount := f.number(name)
	if amount == nil || *amount < 0 {
		f.fail(name + " is missing or negative")
		return 0
	}
	return *amount
}

// flag reads what is true or false, and must be one of them if it is there; nil if it is not.
func (f *fields) flag(names ...string) *bool {
	raw := f.find(names...)
	if raw == nil {
		return nil
	}
	flag := string(raw) == "true"
	if !flag && string(raw) != "false" {
		f.fail(names[0] + " is neither true nor false")
	}
	return &flag
}

// time reads every form of time that was seen, and gives it in UTC; zero if absent.
func (f *fields) time(names ...string) time.Time {
	text := f.text(names...)
	if text == "" {
		return time.Time{}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC()
	}
	at, _ := time.Parse("2006-01-02 15:04:05 UTC", text) // zero if it fails
	return at
}

// metadata reads what a merchant wrote, which through other doors than this package may be any JSON: a value that is
// not a string is given as JSON text.
func (f *fields) metadata() map[string]string {
	raw := f.find("metadata")
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	values := within(raw)
	if len(values.members) == 0 {
		return nil
	}
	texts := make(map[string]string, len(values.members))
	for _, m := range values.members {
		if m.value[0] == '"' {
			texts[string(m.key)] = string(unescape(m.value))
			continue
		}
		var compact bytes.Buffer
		_ = json.Compact(&compact, m.value) // it is valid
		texts[string(m.key)] = compact.String()
	}
	return texts
}
