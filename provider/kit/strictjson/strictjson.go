// Package strictjson decodes JSON objects from outside: a gateway's answer, or
// the body of a webhook. It is for payment providers and for the HTTP clients
// below them.
//
// Two readers of one text must not believe different things about money.
// [Decode] therefore refuses an object that has a name twice, also where only
// one of the two is escaped, and also in members that nobody reads. It matches
// names exactly, case included, and refuses whatever follows the object. It
// bounds size and depth before it decodes.
//
// Every field that is to be read needs a json tag with the gateway's name: the
// Go name alone matches only a member that is written like it. A number decodes
// into an integer only if it is written as one and fits: 1.0, 1e2 and "100" are
// refused. null, like an absent member, is the zero value; use a pointer where
// that is a difference. A type of the caller's decides for itself what it
// accepts if it has a method UnmarshalJSON or UnmarshalJSONFrom.
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

// MaxDepth is how many objects and arrays may stand inside one another, the
// outermost object included.
const MaxDepth = 32

// What Decode refuses. The texts follow a subject, as in "the answer cannot be
// used: it is not one JSON object", and quote nothing of the input.
var (
	// ErrTooLarge: there are more bytes than the limit.
	ErrTooLarge = errors.New("it is too large")
	// ErrNotUTF8: some bytes are not UTF-8.
	ErrNotUTF8 = errors.New("it is not UTF-8")
	// ErrNotObject: it is not JSON, is cut off, is another value than an object,
	// or something follows the object.
	ErrNotObject = errors.New("it is not one JSON object")
	// ErrTooDeep: it is nested deeper than MaxDepth.
	ErrTooDeep = fmt.Errorf("it is nested more than %d deep", MaxDepth)
	// ErrDuplicateName: an object in it has two members of one name.
	ErrDuplicateName = errors.New("it has a name twice in one object")
	// ErrType: a member is of another type than the Go value for it, or does
	// not fit. The error that Decode returns wraps it and adds the place, in
	// names of the Go type.
	ErrType = errors.New("it has a value of another type than documented")
	// ErrDestination: Decode was called without a pointer, or with a nil one.
	// This is a mistake in the program, not in the input.
	ErrDestination = errors.New("the value to decode it into is not a non-nil pointer")
)

// Decode decodes the one JSON object that content consists of, which may have
// white space around it and at most limit bytes, into what the pointer into
// points to. To check an object that somebody else decodes, give it a pointer
// to an empty struct.
//
// The value is replaced, not merged into, and it is zero after an error: of an
// object that could be read in part nothing is left. Every error is one of this
// package's, by errors.Is, and tells the first fault that was found.
//
// An escaped surrogate without its other half (\ud83c) becomes U+FFFD. The
// grammar of JSON allows it, and it is what a gateway sends that shortens a
// text in the middle of an emoji: refusing it would make a payment unreadable
// because of its description.
func Decode(content []byte, limit int, into any) error {
	destination := reflect.ValueOf(into)
	if destination.Kind() != reflect.Pointer || destination.IsNil() {
		return ErrDestination
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

// isTooDeep reports whether some bracket stands deeper than MaxDepth. It is
// exact up to the first mistake in the JSON, and nobody reads beyond that.
func isTooDeep(content []byte) bool {
	if bytes.Count(content, []byte("{"))+bytes.Count(content, []byte("[")) <= MaxDepth {
		return false // most answers; counting is many times faster than what follows
	}
	depth := 0
	for i := 0; i < len(content); i++ {
		switch content[i] {
		case '{', '[':
			if depth++; depth > MaxDepth {
				return true
			}
		case '}', ']':
			depth--
		case '"':
			for i++; i < len(content) && content[i] != '"'; i++ {
				if content[i] == '\\' {
					i++
				}
			}
		}
	}
	return false
}
