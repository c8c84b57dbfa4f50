package standin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Mint makes ids: unguessable ones from chance, the same ones again from a
// seed. It is not safe for concurrent use.
type Mint struct {
	seed  [sha256.Size]byte
	count uint64
}

// NewMint takes any text as a seed, which gives other ids in each realm; the
// empty one stands for chance.
func NewMint(realm, seed string) *Mint {
	m := &Mint{seed: sha256.Sum256([]byte(realm + seed))}
	if seed == "" {
		_, _ = rand.Read(m.seed[:]) // never fails
	}
	return m
}

// ID makes the next one.
func (m *Mint) ID(prefix string) string {
	m.count++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(m.seed[:], m.count))
	return prefix + hex.EncodeToString(sum[:12])
}
