package omise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// This reader of JSON exists beside encoding/json for what that lets pass (a key given twice, of which two readers may
// believe different ones; deep nesting; names in any case), and because it finds the members of an object in one walk,
// without a struct for every version of the API.

const maxDepth = 32

// A member is one key and value of a JSON object. Both may point into the input.
type member struct {
	key   []byte // without quotes and escapes
	value []byte // as it stands, without space around it
}

var (
	errNotObject = errors.New("it is not a JSON object")
	errTooDeep   = fmt.Errorf("it is nested more than %d deep", maxDepth)
	errTwice     = errors.New("a key is given twice")
)

// parseObject gives the members of the object in raw. It refuses more than limit bytes, nesting deeper than maxDepth, a
// key given twice at any depth, and anything behind the object.
func parseObject(raw []byte, limit int) ([]member, error) {
	if len(raw) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	return membersOf(raw)
}

// membersOf is parseObject for what is part of a value within the limits.
func membersOf(raw []byte) ([]member, error) {
	w := walker{raw: raw, members: make([]member, 0, min(64, 1+len(raw)/16))}
	w.skipSpace()
	if w.peek() != '{' {
		return nil, errNotObject
	}
	w.object(1)
	return w.members, w.end()
}

// elementsOf gives the elements of the array in raw; false if it is none.
func elementsOf(raw []byte) (elements [][]byte, ok bool) {
	w := walker{raw: raw, elements: &elements}
	if w.peek() != '[' {
		return nil, false
	}
	w.array(0)
	return elements, w.end() == nil
}

// unescape gives the text of a JSON string, without a copy where there is nothing to escape.
func unescape(quoted []byte) []byte {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	var text string
	_ = json.Unmarshal(quoted, &text) // the walker has checked it
	return []byte(text)
}

// unique tells whether no key is given twice. Small objects are compared key by key, which costs no memory; the map
// keeps a large one from costing the square of its size.
func unique(members []member) bool {
	const small = 64
	if len(members) > small {
		seen := make(map[string]struct{}, len(members))
		for _, m := range members {
			seen[string(m.key)] = struct{}{}
		}
		return len(seen) == len(members)
	}
	for i, m := range members {
		for _, earlier := range members[:i] {
			if bytes.Equal(m.key, earlier.key) {
				return false
			}
		}
	}
	return true
}
