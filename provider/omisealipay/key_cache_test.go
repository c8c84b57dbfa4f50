package omisealipay

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/contract"
)

func TestKeyCache_DropsTheLeastRecentlyUsedKey(t *testing.T) {
	t.Parallel()
	c := newKeyCache(3)
	for i := range 3 {
		c.put(strconv.Itoa(i), keyState{id: "id" + strconv.Itoa(i)})
	}
	assert.Equal(t, "id0", c.get("0").id) // used again
	c.put("3", keyState{id: "id3"})
	assert.Empty(t, c.get("1").id)
	for _, i := range []string{"0", "2", "3"} {
		assert.Equal(t, "id"+i, c.get(i).id)
	}
	c.remove("2")
	assert.Empty(t, c.get("2").id)
	assert.Len(t, c.byKey, c.recent.Len())
}

func TestKeyState_OnlyWidensAnAttempt(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 11, 22, 8, minute, 0, 0, time.UTC) }
	known := keyState{firstAt: at(10), unknownAt: at(20)}
	assert.Equal(t, contract.Attempt{Key: "k", FirstAt: at(10), LastUnknownAt: at(20)}, known.mergeInto(contract.Attempt{Key: "k"}))
	earlier := contract.Attempt{Key: "k", FirstAt: at(5), LastUnknownAt: at(30)}
	assert.Equal(t, earlier, known.mergeInto(earlier))
	assert.Equal(t, contract.Attempt{}, keyState{id: "chrg_test_1"}.mergeInto(contract.Attempt{}))
}
