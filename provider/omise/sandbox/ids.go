package sandbox

import (
	"encoding/base64"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// newIDs returns a generator that repeats its output for a seed; random if empty.
func newIDs(seed string) *gateway.IDGenerator { return gateway.NewIDGenerator("omise-sandbox ", seed) }

const idAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

// keyLetters is the length of Omise's ids and keys.
const keyLetters = 19

// newID returns an id such as chrg_test_59tz85445qe6oj0illy.
func (a *account) newID(prefix string) string {
	n := keyLetters
	if a.dials.Trouble.LongIDs {
		n = 32
	}
	return prefix + "_test_" + letters(a.IDs, n)
}

func letters(from *gateway.IDGenerator, n int) string {
	letters := from.Bytes(n)
	for i, b := range letters {
		letters[i] = idAlphabet[int(b)%len(idAlphabet)]
	}
	return string(letters)
}

// webhookSecret returns base64 of 32 bytes, as Omise's dashboard shows it.
func webhookSecret(from *gateway.IDGenerator) string {
	return base64.StdEncoding.EncodeToString(from.Bytes(32))
}
