package omise

import "bytes"

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
	if depth > maxDepth {
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
	if depth > maxDepth {
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
