package host_test

import (
	"compress/gzip"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// kept is where databases of earlier days are, one for each day on which the tables
// changed, with the key of each. They are of "host-example serve", with three sales
// through the provider memory: order-paid, order-open, which nobody has paid, and
// order-refunded, of which THB 300.00 are on their way back. None is ever removed.
const kept = "testdata/kept"

// TestOpen_ReadsTheDatabasesOfEarlierDays is what docs/versioning.md promises of them.
func TestOpen_ReadsTheDatabasesOfEarlierDays(t *testing.T) {
	onSQLite(t)
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(kept, "*.db.gz"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			engine := openKept(t, file)
			paid, err := engine.Sale(t.Context(), "order-paid")
			require.NoError(t, err)
			assert.Equal(t, host.SalePaid, paid.Status)
			assert.Equal(t, contract.Money{Currency: "THB", MinorUnits: 100_000}, paid.Amount)
			assert.Equal(t, "memory", paid.Payments[0].Provider)
			assert.True(t, strings.HasPrefix(paid.Payments[0].GatewayID, "pay_"), "%+v", paid.Payments[0])

			open, err := engine.Sale(t.Context(), "order-open")
			require.NoError(t, err)
			assert.Equal(t, host.SaleWaiting, open.Status)
			assert.Equal(t, contract.PaymentPending, open.Payments[0].Status)
			require.NotNil(t, open.NextAction, "what was sealed for the payer is read with the key")

			refunded, err := engine.Sale(t.Context(), "order-refunded")
			require.NoError(t, err)
			require.Len(t, refunded.Refunds, 1)
			assert.Equal(t, contract.PaymentPending, refunded.Refunds[0].Status)
			assert.Equal(t, contract.Money{Currency: "THB", MinorUnits: 30_000}, refunded.Refunds[0].Amount)

			overview, err := engine.Overview(t.Context())
			require.NoError(t, err)
			assert.Equal(t, 1, overview.Open[contract.PaymentPending])
			_, err = engine.Checkout(t.Context(), order("another"))
			require.NoError(t, err, "and it takes what is new")
		})
	}
}

// openKept opens a copy of a database that was kept.
func openKept(t *testing.T, file string) *host.Engine {
	t.Helper()
	packed, err := os.Open(file)
	require.NoError(t, err)
	defer func() { assert.NoError(t, packed.Close()) }()
	unpacked, err := gzip.NewReader(packed)
	require.NoError(t, err)
	content, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	key, err := os.ReadFile(strings.TrimSuffix(file, ".gz") + ".key")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "shop.db")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	require.NoError(t, os.WriteFile(path+".key", key, 0o600))

	w := newWorld(t)
	options := *w.options
	options.Schema, options.KeyFile = "", path+".key"
	db, err := sql.Open("sqlite", "file:"+path+durable)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	engine, err := host.Open(t.Context(), db, host.SQLite, w.provider, &options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, engine.Close()) })
	return engine
}
