package plugin

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/flood"
)

// Whatever a plugin prints, the host must take it, in bounds, and its own log
// must stay lines of JSON.
func FuzzOutput_IsBoundedAndLoggedAsJSON(f *testing.F) {
	f.Add([]byte("plain\n"))
	f.Add([]byte(`{"@level":"info","@message":"hello","@timestamp":"2026-11-23T08:30:00.000000Z","n":1}` + "\n"))
	f.Add([]byte(`{"@level":1,"@message":null}` + "\n\x00\xff\n"))
	f.Add([]byte(`{"@level":"x","@message":"y","a":{"b":[1,2,{"c":null}]}} trailing`))
	f.Add([]byte("panic: oh\n\ngoroutine 1 [running]:\n"))
	f.Fuzz(func(t *testing.T, printed []byte) {
		var log bytes.Buffer
		out := newOutput(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: levelTrace})), nil, &flood.Budget{})
		out.read("stderr", readCloser(printed))
		for piece := range bytes.Lines(printed) {
			_, _ = out.lines("stdout").Write(piece)
		}
		for line := range bytes.Lines(log.Bytes()) {
			require.True(t, json.Valid(line), "%q", line)
		}
		assert.LessOrEqual(t, len(out.end()), maxTail)
	})
}

func FuzzHandshake_IsCheckedWhateverItIs(f *testing.F) {
	f.Add("1|1|unix|/run/paysocket-1/socket|grpc|\n", false)
	f.Add("1|1|unix|/run/paysocket-1/socket|grpc|MIIB\n", true)
	f.Add("1|1|unix|/run/paysocket-1/../socket|grpc|\n", false)
	f.Add("1|1|tcp|10.0.0.1:99|grpc|\n", false)
	f.Add("|||||", false)
	f.Add(strings.Repeat("x", maxHandshake), true)
	f.Fuzz(func(t *testing.T, line string, certificate bool) {
		failure, err := checkHandshake(line, "/run/paysocket-1", certificate)
		require.Equal(t, err == nil, failure == "")
		if err != nil {
			require.Less(t, len(err.Error()), 2000)
			return
		}
		parts := strings.Split(line, "|")
		require.Equal(t, "unix", parts[2])
		require.True(t, strings.HasPrefix(filepath.Clean(parts[3]), "/run/paysocket-1/"), parts[3])
	})
}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }

func readCloser(b []byte) nopCloser { return nopCloser{bytes.NewReader(b)} }
