package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"net/netip"
)

// PlainConnectionError says that the connection to the database goes over a network
// without TLS, where others can read and change what is paid. Nothing was written.
type PlainConnectionError struct{ Server string }

func (e *PlainConnectionError) Error() string {
	return fmt.Sprintf("the connection to the database at %s is not encrypted: connect with sslmode=verify-full", e.Server)
}

// checkTransport asks PostgreSQL how it is connected.
func checkTransport(ctx context.Context, conn *sql.Conn) error {
	var encrypted sql.NullBool
	var server sql.NullString
	// An address has the length of its network behind it, unless it is asked for as text by host.
	err := conn.QueryRowContext(ctx, `SELECT (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), host(inet_server_addr())`).
		Scan(&encrypted, &server)
	if err != nil {
		return fmt.Errorf("asking the database how it is connected: %w", err)
	}
	if encrypted.Bool || !server.Valid { // a Unix socket has no address
		return nil
	}
	if address, err := netip.ParseAddr(server.String); err == nil && address.Unmap().IsLoopback() {
		return nil
	}
	return &PlainConnectionError{server.String}
}
