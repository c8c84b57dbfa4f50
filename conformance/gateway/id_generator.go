package gateway

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// IDGenerator generates ids and keys: random ones that cannot be guessed, or the
// same ones again from a seed. It is not safe for concurrent use.
type IDGenerator struct {
	seed  [sha256.Size]byte
	count uint64
}

// NewIDGenerator returns a generator with a seed, which may be any text. The same
// seed generates different ids in different realms. If the seed is empty, the ids
// are random.
func NewIDGenerator(realm, seed string) *IDGenerator {
	g := &IDGenerator{seed: sha256.Sum256([]byte(realm + seed))}
	if seed == "" {
		_, _ = rand.Read(g.seed[:]) // never fails
	}
	return g
}

// Bytes returns the next n bytes, at most 32, for ids of another form than that of
// ID.
func (g *IDGenerator) Bytes(n int) []byte {
	g.count++
	mac := hmac.New(sha256.New, g.seed[:])
	_ = binary.Write(mac, binary.BigEndian, g.count) // a hash never fails
	return mac.Sum(nil)[:n]
}

// ID returns the next id: the prefix and 24 hexadecimal digits.
func (g *IDGenerator) ID(prefix string) string { return prefix + hex.EncodeToString(g.Bytes(12)) }
