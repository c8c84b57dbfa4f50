package omise

// The reader of JSON before strictjson, for the fuzz tests that compare them.

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

const oldMaxDepth = 32

// A member is one key and value of a JSON object. Both may point into the input.
type member struct {
	key   []byte // without quotes and escapes
	value []byte // as it stands, without space around it
}

var (
	errNotObject = errors.New("it is not a JSON object")
	errTooDeep   = fmt.Errorf("it is nested more than %d deep", oldMaxDepth)
	errTwice     = errors.New("a key is given twice")
)

// parseObject gives the members of the object in raw. It refuses more than limit bytes, nesting deeper than oldMaxDepth, a
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

// A walker passes once over a JSON value and checks it on the way. After an error it stands still.
type walker struct {
	raw []byte
	at  int
	err error
	// members are a stack: those of the object being read stand on those of the objects around it.
	members []member
	// elements gets those of the outermost array, if it is not nil.
	elements *[][]byte
}

// peek gives the next byte, or 0 where there is none: 0 stands nowhere in valid JSON.
func (w *walker) peek() byte {
	if w.at < len(w.raw) {
		return w.raw[w.at]
	}
	return 0
}

func (w *walker) fail(err error) {
	if w.err == nil {
		w.err = err
	}
	w.at = len(w.raw)
}

// end checks that nothing follows, and gives the first error.
func (w *walker) end() error {
	w.skipSpace()
	if w.err == nil && w.at < len(w.raw) {
		return errNotObject
	}
	return w.err
}

func (w *walker) value(depth int) {
	switch c := w.peek(); c {
	case '{':
		before := len(w.members)
		w.object(depth + 1)
		w.members = w.members[:before]
	case '[':
		w.array(depth + 1)
	case '"':
		w.text()
	case 't':
		w.word("true")
	case 'f':
		w.word("false")
	case 'n':
		w.word("null")
	default:
		w.number()
	}
}

// object reads an object and leaves its members on the stack.
func (w *walker) object(depth int) {
	if depth > oldMaxDepth {
		w.fail(errTooDeep)
		return
	}
	first := len(w.members)
	w.at++
	for more := w.begin('}'); more; more = w.next('}') {
		key := w.key()
		start := w.at
		w.value(depth)
		if w.err != nil {
			return
		}
		w.members = append(w.members, member{key: key, value: w.raw[start:w.at]})
	}
	if w.err == nil && !unique(w.members[first:]) {
		w.fail(errTwice)
	}
}

// key reads a key and its colon, and stops before the value.
func (w *walker) key() []byte {
	start := w.at
	if w.peek() != '"' {
		w.fail(errNotObject)
		return nil
	}
	w.text()
	quoted := w.raw[start:w.at]
	w.skipSpace()
	if w.peek() != ':' {
		w.fail(errNotObject)
		return nil
	}
	w.at++
	w.skipSpace()
	return unescape(quoted)
}

func (w *walker) array(depth int) {
	if depth > oldMaxDepth {
		w.fail(errTooDeep)
		return
	}
	w.at++
	for more := w.begin(']'); more; more = w.next(']') {
		start := w.at
		w.value(depth)
		if w.err == nil && w.elements != nil && depth == 0 {
			*w.elements = append(*w.elements, w.raw[start:w.at])
		}
	}
}

// begin goes to the first element of an object or array, or behind its end, and tells which.
func (w *walker) begin(end byte) (more bool) {
	w.skipSpace()
	if w.peek() == end {
		w.at++
		return false
	}
	return w.err == nil
}

// next goes to the next element, or behind the end, and tells which.
func (w *walker) next(end byte) (more bool) {
	w.skipSpace()
	switch w.peek() {
	case end:
		w.at++
		return false
	case ',':
		w.at++
		w.skipSpace()
		return true
	default:
		w.fail(errNotObject)
		return false
	}
}

func (w *walker) skipSpace() {
	for w.at < len(w.raw) && (w.raw[w.at] == ' ' || w.raw[w.at] == '\n' || w.raw[w.at] == '\r' || w.raw[w.at] == '\t') {
		w.at++
	}
}

func (w *walker) word(word string) {
	if !bytes.HasPrefix(w.raw[w.at:], []byte(word)) {
		w.fail(errNotObject)
		return
	}
	w.at += len(word)
}

// text goes behind the closing quote of a string.
func (w *walker) text() {
	for w.at++; w.at < len(w.raw); w.at++ {
		switch c := w.raw[w.at]; {
		case c == '"':
			w.at++
			return
		case c == '\\':
			w.at++
			w.escape()
		case c < ' ':
			w.fail(errNotObject)
		}
	}
	w.fail(errNotObject)
}

// escape stops at the last byte of what follows a backslash.
func (w *walker) escape() {
	switch w.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
	case 'u':
		for range 4 {
			w.at++
			if c := w.peek() | 0x20; (c < '0' || c > '9' || w.raw[w.at] < '0') && (c < 'a' || c > 'f') {
				w.fail(errNotObject)
				return
			}
		}
	default:
		w.fail(errNotObject)
	}
}

// number goes behind a number.
func (w *walker) number() {
	if w.peek() == '-' {
		w.at++
	}
	if w.peek() == '0' {
		w.at++
	} else {
		w.digits()
	}
	if w.peek() == '.' {
		w.at++
		w.digits()
	}
	if w.peek()|0x20 == 'e' {
		w.at++
		if c := w.peek(); c == '+' || c == '-' {
			w.at++
		}
		w.digits()
	}
}

// digits goes behind one digit or more.
func (w *walker) digits() {
	start := w.at
	for c := w.peek(); c >= '0' && c <= '9'; c = w.peek() {
		w.at++
	}
	if w.at == start {
		w.fail(errNotObject)
	}
}
