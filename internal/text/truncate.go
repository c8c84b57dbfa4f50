package text

import "unicode/utf8"

// Truncate returns text if it has at most limit bytes. If it has more, it
// returns its beginning, of at most limit bytes, followed by ellipsis, which may
// be empty. No character is cut in two, so valid UTF-8 stays valid; invalid
// UTF-8 is not corrected.
func Truncate(text string, limit int, ellipsis string) string {
	if limit = max(0, limit); len(text) <= limit {
		return text
	}
	begin, _ := characterAt(text, limit)
	return text[:begin] + ellipsis
}

// Tail returns the end of text, of at most limit bytes. No character is cut in
// two.
func Tail(text string, limit int) string {
	if limit = max(0, limit); len(text) <= limit {
		return text
	}
	_, end := characterAt(text, len(text)-limit)
	return text[end:]
}

// characterAt returns the bounds of the character that a cut before the byte at
// an index would go through; the index twice if there is none.
func characterAt(text string, at int) (begin, end int) {
	for begin = at - 1; begin >= 0 && begin > at-utf8.UTFMax; begin-- {
		if !utf8.RuneStart(text[begin]) {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[begin:]); begin+size > at {
			return begin, begin + size
		}
		break
	}
	return at, at
}
