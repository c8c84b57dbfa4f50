package host_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

const canary = "+66812345678"

// files returns all that the database has on disk.
func (w *world) files() string {
	w.t.Helper()
	names, err := filepath.Glob(w.database + "*")
	require.NoError(w.t, err)
	require.Contains(w.t, names, w.database+"-wal")
	var all []byte
	for _, name := range names {
		content, err := os.ReadFile(name)
		require.NoError(w.t, err)
		all = append(all, content...)
	}
	return string(all)
}

func TestEngine_StoresNoPayer(t *testing.T) {
	onSQLite(t)
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	a.front.Set(kittest.On(creates, kittest.Times(1, kittest.HangUp)))
	o := order("3947")
	o.Method, o.Providers = "phone", []string{"wallet-a"}
	o.Payer = &contract.Payer{IP: "203.0.113.77", Phone: contract.NewSecret(canary)}
	_, err := w.engine.Checkout(t.Context(), o)
	require.NoError(t, err)
	var sealed int
	count := func(of string) int {
		require.NoError(t, w.db.QueryRowContext(t.Context(), "SELECT count(*) FROM paysocket_attempts WHERE "+of).Scan(&sealed))
		return sealed
	}
	require.Equal(t, 1, count("payer IS NOT NULL"))
	assert.NotContains(t, w.files(), "0812345678")
	assert.NotContains(t, w.files(), "66812345678")
	assert.NotContains(t, w.files(), "203.0.113.77")

	// The payer need not act for this method, so a person decides.
	w.settle()
	sale := w.sale("3947")
	require.Equal(t, host.SaleOpen, sale.Status)
	require.NotEmpty(t, sale.Payments[0].Attention)
	_, err = w.engine.Resolve(t.Context(), sale.ID, sale.Payments[0].Key, &host.Resolution{Release: true})
	require.Error(t, err)
	sale, err = w.engine.Resolve(t.Context(), sale.ID, sale.Payments[0].Key, &host.Resolution{
		Release: true, By: "ann", Why: "the gateway has no such payment",
	})
	require.NoError(t, err)
	assert.Equal(t, host.SaleUnpaid, sale.Status)
	assert.Zero(t, count("payer IS NOT NULL"))
	entries := sale.Timeline
	assert.Contains(t, entries[len(entries)-1].Text+entries[len(entries)-2].Text, "ann")
}

func TestEngine_IsPrintedWithoutItsKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := host.FingerprintKey(w.engine)
	decimal := strings.Trim(fmt.Sprintf("%d", key), "[]")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		printed := fmt.Sprintf(verb, w.engine)
		for _, form := range []string{string(key), hex.EncodeToString(key), decimal, strings.Trim(fmt.Sprintf("%#v", key), "[]byte{}")} {
			assert.NotContains(t, printed, form, verb)
		}
	}
}

func TestOpen_RefusesAnotherKeyFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	options := *w.options
	options.KeyFile = filepath.Join(t.TempDir(), "another")
	_, err := host.Open(t.Context(), w.db, w.engineOf(), w.provider, &options)
	require.ErrorContains(t, err, "restore that one")
	assert.NoFileExists(t, options.KeyFile)
	require.NoError(t, os.Chmod(w.key, 0o644))
	_, err = host.Open(t.Context(), w.db, w.engineOf(), w.provider, w.options)
	require.ErrorContains(t, err, "chmod 600")
	for _, wrong := range []func(*host.Options){
		func(o *host.Options) { o.Schema = `x"; DROP TABLE orders; --` },
		func(o *host.Options) { o.CallTime = time.Millisecond },
		func(o *host.Options) { o.KeyFile = "" },
	} {
		options := *w.options
		wrong(&options)
		_, err := host.Open(t.Context(), w.db, w.engineOf(), w.provider, &options)
		require.Error(t, err)
	}
}
