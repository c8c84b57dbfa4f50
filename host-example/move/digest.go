package move

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math/bits"
)

// digest tells sets of rows apart whatever their order, which differs between the two
// databases: it is the sum of the hashes of all rows in a form that both have.
type digest struct {
	rows int64
	sum  [4]uint64

	hash  hash.Hash
	plain []byte
}

func newDigest() *digest { return &digest{hash: sha256.New()} }

// add adds a row. Each value is written with its type and length, so that no two rows are
// written alike.
func (d *digest) add(row []any) error {
	d.plain = d.plain[:0]
	for _, value := range row {
		switch v := value.(type) {
		case nil:
			d.plain = append(d.plain, 0)
		case int64:
			d.plain = binary.BigEndian.AppendUint64(append(d.plain, 1), uint64(v)) //nolint:gosec // All bits count.
		case string:
			d.plain = append(binary.BigEndian.AppendUint64(append(d.plain, 2), uint64(len(v))), v...)
		case []byte:
			d.plain = append(binary.BigEndian.AppendUint64(append(d.plain, 3), uint64(len(v))), v...)
		default:
			return fmt.Errorf("a value of type %T is not known", value)
		}
	}
	d.hash.Reset()
	d.hash.Write(d.plain)
	var carry uint64
	sum := d.hash.Sum(d.plain[:0])
	for i := range d.sum {
		d.sum[i], carry = bits.Add64(d.sum[i], binary.BigEndian.Uint64(sum[8*i:]), carry)
	}
	d.rows++
	return nil
}

// equal reports whether both are of the same rows.
func (d *digest) equal(other *digest) bool { return d.rows == other.rows && d.sum == other.sum }

// String returns what is shown of the digest.
func (d *digest) String() string {
	var all []byte
	for _, lane := range d.sum {
		all = binary.BigEndian.AppendUint64(all, lane)
	}
	const shown = 16
	return hex.EncodeToString(all[:shown])
}
