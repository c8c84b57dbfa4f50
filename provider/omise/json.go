package omise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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

// parseObject checks raw and gives the members of the object in it. It refuses more than limit bytes, nesting deeper
// than maxDepth, a key given twice at any depth, and anything behind the object.
func parseObject(raw []byte, limit int) ([]member, error) {
	if len(raw) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	if !json.Valid(raw) {
		return nil, errNotObject // encoding/json's own words would quote the input
	}
	return membersOf(raw)
}

// membersOf gives the members of the object in raw, which must be valid JSON.
func membersOf(raw []byte) ([]member, error) {
	w := walker{raw: raw, members: make([]member, 0, min(64, 1+len(raw)/16))}
	if w.skipSpace(); w.raw[w.at] != '{' {
		return nil, errNotObject
	}
	if err := w.object(1); err != nil {
		return nil, err
	}
	return w.members, nil
}

// elementsOf gives the elements of the array in raw, which must be valid JSON; false if it is no array.
func elementsOf(raw []byte) (elements [][]byte, ok bool) {
	w := walker{raw: raw, elements: &elements}
	if len(raw) == 0 || raw[0] != '[' {
		return nil, false
	}
	return elements, w.array(0) == nil
}

// A walker passes once over valid JSON, so that it need not look for errors of grammar.
type walker struct {
	raw []byte
	at  int
	// members are a stack: those of the object being read stand on those of the objects around it.
	members []member
	// elements gets those of the outermost array, if it is not nil.
	elements *[][]byte
}

func (w *walker) value(depth int) error {
	switch w.raw[w.at] {
	case '{':
		before := len(w.members)
		err := w.object(depth + 1)
		w.members = w.members[:before]
		return err
	case '[':
		return w.array(depth + 1)
	case '"':
		w.skipString()
	default:
		for w.at < len(w.raw) && strings.IndexByte(",]} \t\r\n", w.raw[w.at]) < 0 {
			w.at++
		}
	}
	return nil
}

// object reads an object and leaves its members on the stack.
func (w *walker) object(depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	first := len(w.members)
	w.at++
	for w.next('}') {
		start := w.at
		w.skipString()
		key := unescape(w.raw[start:w.at])
		w.skipSpace()
		w.at++ // the colon
		w.skipSpace()
		start = w.at
		if err := w.value(depth); err != nil {
			return err
		}
		w.members = append(w.members, member{key: key, value: w.raw[start:w.at]})
	}
	return unique(w.members[first:])
}

func (w *walker) array(depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	w.at++
	for w.next(']') {
		start := w.at
		if err := w.value(depth); err != nil {
			return err
		}
		if w.elements != nil && depth == 0 {
			*w.elements = append(*w.elements, w.raw[start:w.at])
		}
	}
	return nil
}

// next goes to the next element of an object or array, or behind its end, and tells which.
func (w *walker) next(end byte) bool {
	w.skipSpace()
	switch w.raw[w.at] {
	case end:
		w.at++
		return false
	case ',':
		w.at++
		w.skipSpace()
	}
	return true
}

func (w *walker) skipSpace() {
	for w.at < len(w.raw) && (w.raw[w.at] == ' ' || w.raw[w.at] == '\n' || w.raw[w.at] == '\r' || w.raw[w.at] == '\t') {
		w.at++
	}
}

// skipString goes behind the closing quote.
func (w *walker) skipString() {
	for w.at++; w.raw[w.at] != '"'; w.at++ {
		if w.raw[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
}

// unescape gives the text of a JSON string, without a copy where there is nothing to escape.
func unescape(quoted []byte) []byte {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	var text string
	_ = json.Unmarshal(quoted, &text) // it is valid
	return []byte(text)
}

// unique refuses a key given twice. Small objects are compared key by key, which costs no memory; the map keeps a
// large one from costing the square of its size.
func unique(members []member) error {
	const small = 64
	if len(members) > small {
		seen := make(map[string]struct{}, len(members))
		for _, m := range members {
			seen[string(m.key)] = struct{}{}
		}
		if len(seen) < len(members) {
			return errTwice
		}
		return nil
	}
	for i, m := range members {
		for _, earlier := range members[:i] {
			if bytes.Equal(m.key, earlier.key) {
				return errTwice
			}
		}
	}
	return nil
}
