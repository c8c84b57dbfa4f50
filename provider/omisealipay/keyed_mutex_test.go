package omisealipay

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKeyedMutex_ForgetsKeysThatNobodyNeeds(t *testing.T) {
	t.Parallel()
	m := newKeyedMutex()
	unlock, err := m.Lock(t.Context(), "a")
	require.NoError(t, err)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.Lock(over, "a")
	require.ErrorIs(t, err, context.Canceled)
	unlockOther, err := m.Lock(t.Context(), "b")
	require.NoError(t, err, "another key is not held up")
	unlockOther()
	unlock()
	assert.Empty(t, m.byKey)
	assert.Empty(t, m.waiting)
}
