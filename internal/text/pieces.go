package text

import "encoding/binary"

// minPart is how long a part of a secret is that is found nowhere by chance, and
// that is more than the beginning which says what a key is for.
const minPart = minEnding

// pieceSize is the size of the pieces by which parts are found.
const pieceSize = 8

// pieces are all pieces of all forms of secrets. A part of a form is so many of
// them, one byte after the other.
type pieces map[uint64]struct{}

// add takes the pieces of a form.
func (p pieces) add(form string) {
	for i := 0; len(form) >= minPart && i+pieceSize <= len(form); i++ {
		p[piece(form[i:])] = struct{}{}
	}
}

// spans returns where the text has parts of at least minPart bytes, in order. It
// looks at as few places as a part can have.
func (p pieces) spans(text string) []span {
	const inARow = minPart - pieceSize + 1
	if len(p) == 0 {
		return nil
	}
	var spans []span
	for at := inARow - 1; at+pieceSize <= len(text); at += inARow {
		if !p.has(text, at) {
			continue
		}
		begin, end := at, at+1
		for begin > 0 && p.has(text, begin-1) {
			begin--
		}
		for p.has(text, end) {
			end++
		}
		if end-begin >= inARow {
			spans = append(spans, span{begin, end - 1 + pieceSize})
		}
		at = max(at, end-inARow)
	}
	return spans
}

func (p pieces) has(text string, at int) bool {
	if at+pieceSize > len(text) {
		return false
	}
	_, ok := p[piece(text[at:])]
	return ok
}

// piece returns the first bytes of a text, which has so many.
func piece(text string) uint64 { return binary.LittleEndian.Uint64([]byte(text[:pieceSize])) }
