package proxytest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/authority"
)

// An Authority certifies servers of a test.
type Authority struct{ authority *authority.Authority }

// NewAuthority returns an authority that nobody trusts yet.
func NewAuthority(tb testing.TB) *Authority {
	tb.Helper()
	own, err := authority.New()
	require.NoError(tb, err)
	return &Authority{own}
}

// File writes the authority's own certificate to a file, for SSL_CERT_FILE.
func (a *Authority) File(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "authority.pem")
	require.NoError(tb, os.WriteFile(path, a.authority.PEM(), 0o600))
	return path
}

// Pair returns the certificate and the key of a server, as PEM. name is a name or
// an IP address.
func (a *Authority) Pair(tb testing.TB, name string) (certificate, key string) {
	tb.Helper()
	pair := a.certify(tb, name)
	secret, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(tb, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// Config returns the TLS configuration of a server of that name.
func (a *Authority) Config(tb testing.TB, name string) *tls.Config {
	tb.Helper()
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{a.certify(tb, name)}}
}

func (a *Authority) certify(tb testing.TB, name string) tls.Certificate {
	tb.Helper()
	pair, err := a.authority.Certify(name, time.Now().Add(-time.Minute))
	require.NoError(tb, err)
	return pair
}
