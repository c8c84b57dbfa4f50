package kit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paysocket/paysocket/contract"
)

// Whole returns a text that the merchant can edit at the gateway, such as a
// payment's reference, if it is legal in an answer: at most longest bytes of
// UTF-8, undamaged, without control characters other than line breaks and tabs.
// Otherwise it returns "". Half a reference could be another order's, and no text
// for people may make a payment unreadable.
func Whole(text string, longest int) string {
	legal := len(text) <= longest && utf8.ValidString(text) && !strings.ContainsRune(text, utf8.RuneError) &&
		!strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) })
	if !legal {
		return ""
	}
	return text
}

// EventKind returns the gateway's word for an event as the Kind of a result: at most
// 64 bytes, without white space around it, and "unknown" if nothing is left of it.
func EventKind(word string) string {
	return cmp.Or(strings.TrimSpace(Clip(word, 64)), "unknown")
}

// DedupeKey returns the id of an event as the DedupeKey of a result: id itself if
// it has up to contract.MaxIDLength bytes of printable ASCII, and a digest of it
// otherwise. It is "" only for "".
func DedupeKey(id string) string {
	odd := len(id) > contract.MaxIDLength || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
	if !odd {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256-" + hex.EncodeToString(sum[:])
}
