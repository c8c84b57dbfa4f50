package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Members returns the members of content, one JSON object of at most limit bytes,
// without decoding their values. Of the values only the grammar is checked: they
// may have duplicate names, bytes need not be UTF-8, and they may be nested as deep
// as the library allows, which is 10,000.
//
// It is for an object that Decode refuses, if a part of it decides whether the
// rest matters at all: whose payment it is, for example. A name that the object
// itself has twice is refused all the same, since two readers could decide
// differently.
func Members(content []byte, limit int) (map[string]json.RawMessage, error) {
	d, err := begin(content, limit, jsontext.KindBeginObject)
	if err != nil {
		return nil, err
	}
	members := make(map[string]json.RawMessage)
	for d.PeekKind() != jsontext.KindEndObject {
		token, err := d.ReadToken()
		if err != nil {
			return nil, ErrNotObject
		}
		name := token.String()
		value, err := d.ReadValue()
		if err != nil {
			return nil, ErrNotObject
		}
		if _, twice := members[name]; twice {
			return nil, ErrDuplicateName
		}
		members[name] = bytes.Clone(value)
	}
	if err := end(d); err != nil {
		return nil, err
	}
	return members, nil
}

// Elements is Members for a JSON array.
func Elements(content []byte, limit int) ([]json.RawMessage, error) {
	d, err := begin(content, limit, jsontext.KindBeginArray)
	if err != nil {
		return nil, err
	}
	elements := []json.RawMessage{}
	for d.PeekKind() != jsontext.KindEndArray {
		value, err := d.ReadValue()
		if err != nil {
			return nil, ErrNotObject
		}
		elements = append(elements, bytes.Clone(value))
	}
	if err := end(d); err != nil {
		return nil, err
	}
	return elements, nil
}

// begin reads the first token, which must be of that kind.
func begin(content []byte, limit int, kind jsontext.Kind) (*jsontext.Decoder, error) {
	if len(content) > limit {
		return nil, ErrTooLarge
	}
	d := jsontext.NewDecoder(bytes.NewReader(content), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	token, err := d.ReadToken()
	if err != nil || token.Kind() != kind {
		return nil, ErrNotObject
	}
	return d, nil
}

// end reads the last token, behind which there must be nothing.
func end(d *jsontext.Decoder) error {
	if _, err := d.ReadToken(); err != nil {
		return ErrNotObject
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return ErrNotObject
	}
	return nil
}

// ToUTF8 returns content with U+FFFD in place of each run of bytes that are not
// UTF-8, and content itself if there are none. A text for people that was damaged
// at the gateway then remains the only damage; an id, an amount or a name that was
// damaged is not one.
func ToUTF8(content []byte) []byte {
	if utf8.Valid(content) {
		return content
	}
	return bytes.ToValidUTF8(content, []byte("\ufffd"))
}
