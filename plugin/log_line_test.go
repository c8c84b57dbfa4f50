package plugin

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestLogLine_CrossesTheProcessBorderUnchanged(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	logger := slog.New(newLineHandler(&buf, levelTrace))
	for level, word := range map[slog.Level]string{
		levelTrace: "trace", slog.LevelDebug: "debug", slog.LevelInfo: "info", slog.LevelWarn: "warn", slog.LevelError: "error",
	} {
		buf.Reset()
		logger.LogAttrs(t.Context(), level, "a call",
			slog.String("operation", "REFUND"), slog.Group("payment", slog.String("id", "p1")),
			slog.Any("error", errors.New("oh")), slog.Any("key", contract.NewSecret("skey")))
		assert.Regexp(t, `^{"@timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z","@level":"`+word+`","@message":"a call",`, buf.String())
		got, ok := parseEntry(buf.Bytes())
		require.True(t, ok)
		assert.Equal(t, level, got.level)
		assert.Equal(t, "a call", got.message)
		assert.Equal(t, []slog.Attr{
			slog.Any("error", "oh"), slog.Any("key", "[redacted]"), slog.Any("operation", "REFUND"),
			slog.Any("payment", map[string]any{"id": "p1"}),
		}, got.fields)
	}
}

func TestLogLine_KeepsItsLevelWhateverItsAttributes(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	slog.New(newLineHandler(&buf, nil)).LogAttrs(t.Context(), slog.LevelInfo, "real",
		slog.String("@level", "error"), slog.Int("@message", 1), slog.String("level", "error"), slog.Int("time", 3))
	got, ok := parseEntry(buf.Bytes())
	require.True(t, ok)
	assert.Equal(t, slog.LevelInfo, got.level)
	assert.Equal(t, "real", got.message)
}

func TestLogLevel_IsReadFromTheEnvironment(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]slog.Level{
		"trace": slog.LevelDebug - 4, "debug": slog.LevelDebug, "info": slog.LevelInfo, "WARN": slog.LevelWarn, "error": slog.LevelError,
		"": slog.LevelInfo, "loud": slog.LevelInfo,
	} {
		assert.Equal(t, want, levelOf(word), "%q", word)
		if word != "" && word != "loud" {
			assert.Equal(t, strings.ToLower(word), levelWord(levelOf(word)), "and back")
		}
	}
}

func TestLogLine_IsReplacedWhenItIsTooLong(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	logger := slog.New(newLineHandler(&buf, nil))
	logger.LogAttrs(t.Context(), slog.LevelInfo, strings.Repeat("\x00", maxLogLine))
	assert.Less(t, buf.Len(), maxLogLine)
	got, ok := parseEntry(buf.Bytes())
	require.True(t, ok)
	assert.Equal(t, "a log line was dropped: it was too long", got.message)
}

func TestBridge_LogsWhatGoPluginSaysWithItsLevels(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	b := newBridge(slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: levelTrace})))
	b.Named("stdio").With("a", 1).Warn("odd", "err", errors.New("oh"), "dangling")
	b.Info("started")
	b.Log(hclog.NoLevel, "no level")
	b.Trace("detail")
	b.Error("broken")
	for _, want := range []string{
		`level=WARN msg=odd from=go-plugin.stdio a=1 err=oh`, `level=DEBUG msg=started`, `level=DEBUG msg="no level"`,
		`level=DEBUG-4 msg=detail`, `level=ERROR msg=broken`,
	} {
		assert.Contains(t, buf.String(), want)
	}
	assert.True(t, b.IsTrace() && b.IsDebug() && b.IsInfo() && b.IsWarn() && b.IsError())
}
