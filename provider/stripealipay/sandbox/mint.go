package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// mint makes ids: unguessable ones from chance, the same ones again from a
// seed. It is not safe for concurrent use.
type mint struct {
	seed  [sha256.Size]byte
	count uint64
}

// newMint takes any text as a seed; the empty one stands for chance.
func newMint(seed string) *mint {
	m := &mint{seed: sha256.Sum256([]byte(Name + seed))}
	if seed == "" {
		_, _ = rand.Read(m.seed[:]) // never fails
	}
	return m
}

func (m *mint) id(prefix string) string {
	m.count++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(m.seed[:], m.count))
	return prefix + hex.EncodeToString(sum[:12])
}
