package omise_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// safeBuffer may be written by the goroutines of a client while a test reads it.
type safeBuffer struct {
	mu    sync.Mutex
	bytes bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes.String()
}

// newLogger returns a logger of all levels, and what it writes.
func newLogger() (*safeBuffer, *slog.Logger) {
	lines := &safeBuffer{}
	return lines, slog.New(slog.NewJSONHandler(lines, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))
}

func TestSecret_IsShownByNothing(t *testing.T) {
	t.Parallel()
	secret := omise.NewSecret(secretKey)
	type holder struct {
		Shown  omise.Secret
		hidden omise.Secret
	}
	held := holder{Shown: secret, hidden: secret}
	c, err := omise.New(testKeys(), nil)
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%10v"} {
		for _, value := range []any{secret, &secret, held, &held, []omise.Secret{secret}, map[string]omise.Secret{"a": secret}, testKeys(), c} {
			requireNoSecrets(t, fmt.Sprintf(verb, value))
			assert.NotContains(t, fmt.Sprintf(verb, value), fmt.Sprintf("%x", secretKey))
		}
	}
	text, err := json.Marshal(held)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Shown":"[redacted]"}`, string(text))
	markup, err := xml.Marshal(secret)
	require.NoError(t, err)
	assert.Contains(t, string(markup), "[redacted]")
	lines, logger := newLogger()
	logger.LogAttrs(t.Context(), slog.LevelInfo, "keys", slog.Any("secret", secret), slog.Any("held", held), slog.Any("keys", testKeys()))
	requireNoSecrets(t, lines.String())
	requireNoSecrets(t, fmt.Errorf("with %w and %v", assert.AnError, secret).Error())
	assert.Equal(t, secretKey, secret.Reveal())
	assert.Equal(t, "[redacted]", secret.String())
}

func TestSecret_IsBlankWhenZero(t *testing.T) {
	t.Parallel()
	var secret omise.Secret
	assert.Empty(t, secret.Reveal())
	assert.Equal(t, "[redacted]", secret.String())
}
