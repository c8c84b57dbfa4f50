package hostchecks

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func uuid(version byte) string {
	b := randomBytes(16)
	b[6], b[8] = b[6]&0x0f|version<<4, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func TestRoom_IsEnoughInEveryFormOfARandomKey(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]struct {
		random bool
		key    func(n int) string
	}{
		"text":           {true, func(int) string { return rand.Text() }},
		"hex":            {true, func(int) string { return hex.EncodeToString(randomBytes(16)) }},
		"with a prefix":  {true, func(int) string { return "order_" + hex.EncodeToString(randomBytes(16)) }},
		"base64":         {true, func(int) string { return base64.RawURLEncoding.EncodeToString(randomBytes(16)) }},
		"UUID":           {true, func(int) string { return uuid(4) }},
		"64 bits":        {false, func(int) string { return hex.EncodeToString(randomBytes(8)) }},
		"time and a bit": {false, func(n int) string { return fmt.Sprintf("%020d-%x", 1_790_000_000_000+n*131, randomBytes(6)) }},
		"UUID of a time": {false, func(n int) string { return fmt.Sprintf("%012x-7%s", 1_790_000_000_000+n*131, uuid(4)[15:]) }},
		"a counter":      {false, func(n int) string { return fmt.Sprintf("%032d", n) }},
	} {
		var keys []string
		for n := range 4 * fewKeys {
			keys = append(keys, form.key(n))
		}
		bits := room(keys, randomPlaces(keys))
		assert.Equal(t, form.random, bits >= keyBits, "%s: %.0f bits, such as %s", name, bits, keys[0])
	}
}

func TestCommon_FindsWhatTwoKeysShare(t *testing.T) {
	t.Parallel()
	places := []int{2, 3, 4, 5, 6, 7}
	assert.Equal(t, 0, common("k_aaaaaa", "k_bbbbbb", places))
	assert.Equal(t, 4, common("k_aaaaxx", "k_aaaayy", places))
	assert.Equal(t, 2, common("k_axaayx", "k_ayaaxx", places))
}
