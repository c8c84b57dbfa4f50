package supervisor

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func TestSupervisor_WatchAppliesACatalogOnceItHasSettled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "catalog.yaml")
	sums := func(digit string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "SUMS"), []byte(strings.Repeat(digit, 64)+"  wallet\n"), 0o600))
	}
	write := func(text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o600)) }
	const wallet = "providers:\n  - {name: wallet, path: wallet, mode: test, sha256_file: SUMS}\n"
	const bank = "  - {name: bank, path: bank, mode: test, sha256_file: SUMS}\n"
	sums("1")
	write(wallet)
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		logger, log := plugintest.NewLog()
		s := w.supervise(t, &Options{Logger: logger})
		catalog, err := LoadCatalog(path)
		require.NoError(t, err)
		require.NoError(t, s.Apply(t.Context(), catalog))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go s.Watch(ctx, path, time.Second)
		generation := func() int {
			state, _ := s.State("wallet")
			return state.Generation
		}

		pass(time.Minute)
		assert.Equal(t, 1, generation(), "nothing has changed")
		assert.Nil(t, log.Record("the catalog has changed"))
		assert.Nil(t, log.Record("the catalog should be changed"))
		write(wallet + bank[:20]) // as an editor may leave it for a moment
		pass(time.Minute)
		assert.Equal(t, 1, generation(), "a catalog that is refused changes nothing")
		sums("2")
		write(wallet)
		pass(time.Second)
		assert.Equal(t, 1, generation(), "seen once, it may not be whole")
		pass(time.Second)
		assert.Equal(t, 2, generation(), "another sum is another catalog")
		write("providers:\n  - {name: bank, path: wallet, mode: test, sha256_file: SUMS}\n")
		pass(2 * time.Second)
		_, ok := s.State("wallet")
		assert.False(t, ok)
		state, _ := s.State("bank")
		assert.Equal(t, StatusReady, state.Status)
		assert.Equal(t, 3, w.starts())
		write("providers:\n  - {name: bank, path: wallet, mode: test, sha256_file: SUMS, sandbox: files}\n")
		pass(2 * time.Second)
		assert.Contains(t, log.Record("the catalog should be changed")["warning"], "catalog.yaml:2: provider bank: ")
	})
}
