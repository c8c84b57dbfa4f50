package kit

import (
	"strings"
	"unicode"

	"github.com/paysocket/paysocket/internal/text"
)

// Clip returns a text of the gateway's that is shown to people, such as its word
// for a status, with blanks for control characters, and cut to at most so many
// bytes between two characters.
func Clip(said string, longest int) string {
	return text.Truncate(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, said), longest, "")
}
