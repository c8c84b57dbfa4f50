package plugin_test

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// flooded is how much RoleFlood prints, on each of its streams and in lines of each
// kind.
const flooded = 6 << 20

// flood plays a provider that prints without end before it crashes.
func flood() {
	for _, line := range []string{"x\n", strings.Repeat("y", 1000) + "\n", `{"@level":"info","@message":"z"}` + "\n", strings.Repeat("w", 100<<10)} {
		block := strings.Repeat(line, 1+(1<<20)/len(line))
		for range flooded / len(block) {
			_, _ = io.WriteString(os.Stderr, block)
		}
	}
	fmt.Fprintln(os.Stderr, "\npanic: the last words")
	os.Exit(2)
}

// counter counts what is written to it.
type counter struct{ bytes atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	return len(p), nil
}

func TestOpen_BoundsTheLogOfAProviderThatPrintsWithoutEnd(t *testing.T) {
	t.Parallel()
	var log counter
	said := &plugintest.Log{}
	logger := slog.New(slog.NewJSONHandler(io.MultiWriter(&log, said), &slog.HandlerOptions{Level: slog.LevelDebug}))
	began := time.Now()
	_, err := plugintest.Start(t, roleFlood, plugin.OpenOptions{Logger: logger, StartTimeout: 3 * time.Minute})
	require.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureExited})
	assert.ErrorContains(t, err, "panic: the last words", "however much came before it")
	assert.LessOrEqual(t, log.bytes.Load(), (4<<20)+int64(time.Since(began).Seconds()+1)*(1<<20), "4 MiB, and 1 MiB a second")
	record := said.Record("the provider prints too much, and lines of it were dropped")
	require.NotNil(t, record)
	assert.Equal(t, "WARN", record["level"])
	assert.Positive(t, record["lines"])
	assert.Positive(t, record["bytes"])
	dropped, _ := record["lines"].(float64)
	faults.Proved(t, faults.Injected{How: "lines of a provider that prints without end, which are dropped", Times: int(dropped)}, "HP15")
}

func TestClient_ErrSaysThatTheHostClosedIt(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{})
	require.NoError(t, client.Err())
	require.NoError(t, client.Close())
	assert.ErrorContains(t, client.Err(), "was lost: this host closed it")
}
