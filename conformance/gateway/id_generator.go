package gateway

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// IDGenerator makes ids and keys: unguessable ones by chance, the same ones
// again from a seed. It is not safe for concurrent use.
type IDGenerator struct {
	seed  [sha256.Size]byte
	count uint64
}

// NewIDGenerator takes any text as a seed, which makes other ids in each realm;
// the empty one stands for chance.
func NewIDGenerator(realm, seed string) *IDGenerator {
	g := &IDGenerator{seed: sha256.Sum256([]byte(realm + seed))}
	if seed == "" {
		_, _ = rand.Read(g.seed[:]) // never fails
	}
	return g
}

// Bytes returns the next n bytes, at most 32, for ids of a form of their own.
func (g *IDGenerator) Bytes(n int) []byte {
	g.count++
	mac := hmac.New(sha256.New, g.seed[:])
	_ = binary.Write(mac, binary.BigEndian, g.count) // a hash takes all
	return mac.Sum(nil)[:n]
}

// ID returns the next id: the prefix with 24 hexadecimal digits.
func (g *IDGenerator) ID(prefix string) string { return prefix + hex.EncodeToString(g.Bytes(12)) }
