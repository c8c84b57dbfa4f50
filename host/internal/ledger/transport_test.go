package ledger

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/pgtest"
)

func TestOpen_RefusesANetworkWithoutTLS(t *testing.T) {
	t.Parallel()
	d := &platform{Postgres, "pgx", pgtest.Start(t, outside(t)).Database(t)}
	_, err := Open(t.Context(), d.connect(t), d.dialect, "paysocket")
	plain, ok := errors.AsType[*PlainConnectionError](err)
	require.True(t, ok, "%v", err)
	assert.Contains(t, d.dsn, plain.Server)
	assert.Empty(t, d.tables(t))

	encrypted := &platform{Postgres, "pgx", strings.Replace(d.dsn, "sslmode=disable", "sslmode=require", 1)}
	encrypted.open(t).addSale(t, "1")
}

func TestOpen_TakesTheMachineItselfWithoutTLS(t *testing.T) {
	t.Parallel()
	d := &platform{Postgres, "pgx", pgtest.Start(t, "127.0.0.1").Database(t)}
	d.open(t).addSale(t, "1")
}

// outside returns an address of this machine by which others reach it.
func outside(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	require.NoError(t, err)
	for _, each := range addresses {
		if network, err := netip.ParsePrefix(each.String()); err == nil && network.Addr().Is4() && !network.Addr().IsLoopback() {
			return network.Addr().String()
		}
	}
	t.Skip("SKIPPED, NOT TESTED: this machine has no address but its own loopback")
	return ""
}
