package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// A mint makes keys and ids: unguessable from a random seed, the same every
// time from a given one. It is not safe for concurrent use.
type mint struct {
	seed    []byte
	counter uint64
}

// newMint takes any text as a seed; the empty one stands for chance.
func newMint(seed string) *mint {
	if seed == "" {
		random := make([]byte, sha256.Size)
		_, _ = rand.Read(random) // never fails
		return &mint{seed: random}
	}
	sum := sha256.Sum256([]byte("omise-sandbox " + seed))
	return &mint{seed: sum[:]}
}

// bytes gives at most 32.
func (m *mint) bytes(n int) []byte {
	m.counter++
	mac := hmac.New(sha256.New, m.seed)
	_ = binary.Write(mac, binary.BigEndian, m.counter) // a hash takes all
	return mac.Sum(nil)[:n]
}

const idAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

// keyLetters is how long Omise's ids and keys are.
const keyLetters = 19

// newID gives such as chrg_test_59tz85445qe6oj0illy.
func (a *account) newID(prefix string) string {
	n := keyLetters
	if a.dials.Trouble.LongIDs {
		n = 32
	}
	return prefix + "_test_" + a.ids.letters(n)
}

func (m *mint) letters(n int) string {
	letters := m.bytes(n)
	for i, b := range letters {
		letters[i] = idAlphabet[int(b)%len(idAlphabet)]
	}
	return string(letters)
}

// webhookSecret is base64 of 32 bytes, as the dashboard shows it.
func (m *mint) webhookSecret() string {
	return base64.StdEncoding.EncodeToString(m.bytes(32))
}
