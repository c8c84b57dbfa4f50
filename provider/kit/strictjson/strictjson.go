// Package strictjson decodes JSON objects from outside: a gateway's answer, or
// the body of a webhook. It is for payment providers and for the HTTP clients
// below them.
//
// Two programs that read the same text must not understand different amounts.
// [Decode] therefore refuses an object with two members of the same name, also if
// one name is escaped, and also in members that are not decoded. Names match
// exactly, including case. Anything after the object is refused. Size and depth
// are checked before decoding.
//
// Each field needs a json tag with the gateway's name: without one it matches
// only a member with the same name as the Go field. A number decodes into an
// integer only if it is written as an integer and fits: 1.0, 1e2 and "100" are
// refused. null decodes as the zero value, as an absent member does; use a pointer
// where that makes a difference. A type with a method UnmarshalJSON or
// UnmarshalJSONFrom decides for itself what it accepts.
//
// All functions may be called concurrently.
package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep objects and arrays may be nested, the outermost object
// included.
const maxDepth = 32

// What Decode refuses. The texts follow a subject, as in "the answer cannot be
// used: it is not one JSON object", and quote nothing of the input.
var (
	// ErrTooLarge: the content is longer than the limit.
	ErrTooLarge = errors.New("it is too large")
	// ErrNotUTF8: some bytes are not UTF-8.
	ErrNotUTF8 = errors.New("it is not UTF-8")
	// ErrNotObject: the content is not JSON, is truncated, is not an object, or
	// continues after the object.
	ErrNotObject = errors.New("it is not one JSON object")
	// ErrTooDeep: it is nested deeper than maxDepth.
	ErrTooDeep = fmt.Errorf("it is nested more than %d deep", maxDepth)
	// ErrDuplicateName: an object has two members with the same name.
	ErrDuplicateName = errors.New("it has a name twice in one object")
	// ErrType: a member does not have the type of its Go field, or does not fit.
	// The error that Decode returns wraps it and adds the path, in names of the Go
	// type.
	ErrType = errors.New("it has a value of another type than documented")
)

// errDestination is a mistake in the program, not in the input.
var errDestination = errors.New("the value to decode it into is not a non-nil pointer")

// Decode decodes content, one JSON object of at most limit bytes with white space
// around it, into the value that into points to. To check an object that another
// package decodes, use a pointer to an empty struct.
//
// Decode replaces the value and does not merge into it. After an error the value is
// zero, even if a part of the object was valid. Every error about the content
// matches one of this package's with errors.Is, and is about the first fault found.
//
// An escaped surrogate without its other half (\ud83c) becomes U+FFFD. The
// grammar of JSON allows it, and it is what a gateway sends that shortens a
// text in the middle of an emoji: refusing it would make a payment unreadable
// because of its description.
func Decode(content []byte, limit int, into any) error {
	destination := reflect.ValueOf(into)
	if destination.Kind() != reflect.Pointer || destination.IsNil() {
		return errDestination
	}
	value := destination.Elem()
	value.SetZero()
	if err := check(content, limit); err != nil {
		return err
	}
	// Raw bytes have been checked, so what this option allows is the surrogate.
	if err := json.Unmarshal(content, into, jsontext.AllowInvalidUTF8(true)); err != nil {
		value.SetZero()
		return explain(err, value.Type())
	}
	return nil
}

// check bounds the work before it is begun.
func check(content []byte, limit int) error {
	switch {
	case len(content) > limit:
		return ErrTooLarge
	case !utf8.Valid(content):
		return ErrNotUTF8
	case !bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte("{")):
		return ErrNotObject
	case isTooDeep(content):
		return ErrTooDeep
	}
	return nil
}

// isTooDeep reports whether some bracket stands deeper than maxDepth. It is
// exact up to the first mistake in the JSON, and nobody reads beyond that.
func isTooDeep(content []byte) bool {
	if bytes.Count(content, []byte("{"))+bytes.Count(content, []byte("[")) <= maxDepth {
		return false // most answers; counting is many times faster than what follows
	}
	depth := 0
	for i := 0; i < len(content); i++ {
		switch content[i] {
		case '{', '[':
			if depth++; depth > maxDepth {
				return true
			}
		case '}', ']':
			depth--
		case '"':
			i += lengthOfText(content[i+1:]) + 1
		}
	}
	return false
}

// lengthOfText returns how many bytes there are before the quote that ends a text; all if there is none.
func lengthOfText(content []byte) int {
	for length := 0; ; length++ {
		quote := bytes.IndexByte(content[length:], '"')
		if quote < 0 {
			return len(content)
		}
		length += quote
		escapes := length
		for escapes > 0 && content[escapes-1] == '\\' {
			escapes--
		}
		if (length-escapes)%2 == 0 {
			return length
		}
	}
}
