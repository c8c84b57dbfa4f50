package kit

import (
	"strings"
	"unicode"

	"github.com/paysocket/paysocket/internal/text"
)

// Clip prepares a text of the gateway's for people, such as its word for a status:
// it replaces control characters by spaces, and truncates the text to at most
// longest bytes without splitting a character.
func Clip(said string, longest int) string {
	return text.Truncate(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, said), longest, "")
}
