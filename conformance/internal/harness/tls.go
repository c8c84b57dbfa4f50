package harness

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/internal/authority"
)

// TLS is what gateways prove themselves with to the provider of a run.
type TLS struct {
	gateways *proxy.TLS
	folder   string
	file     string // with the certificate of the authority
	empty    string // a folder
}

// NewTLS makes an authority that the provider's processes trust. The caller must close
// the TLS.
func NewTLS() (*TLS, error) {
	trusted, err := authority.New()
	if err != nil {
		return nil, err
	}
	gateways, err := proxy.NewTLS(trusted)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "paysocket-authority-")
	if err != nil {
		return nil, fmt.Errorf("a folder for the authority's certificate: %w", err)
	}
	t := &TLS{gateways: gateways, folder: folder, file: filepath.Join(folder, "authority.pem"), empty: filepath.Join(folder, "none")}
	if err := os.WriteFile(t.file, trusted.PEM(), 0o600); err != nil {
		t.Close()
		return nil, fmt.Errorf("the authority's certificate: %w", err)
	}
	if err := os.Mkdir(t.empty, 0o700); err != nil {
		t.Close()
		return nil, fmt.Errorf("a folder of no certificates: %w", err)
	}
	return t, nil
}

// Env returns the variables by which a process learns of the authority, and of no other:
// to read those of the system takes as long as to start.
func (t *TLS) Env() []string {
	if t == nil {
		return nil
	}
	return []string{"SSL_CERT_FILE=" + t.file, "SSL_CERT_DIR=" + t.empty}
}

// An HTTPVersion is the highest that a gateway offers.
type HTTPVersion string

// The versions. HTTP/2 carries many requests on one connection, and HTTP/1.1 one.
const (
	HTTP1 HTTPVersion = "HTTP/1.1"
	HTTP2 HTTPVersion = "HTTP/2"
)

// HTTPVersions returns the versions that gateways of the run can offer.
func (e *Env) HTTPVersions() []HTTPVersion {
	if e.TLS == nil { // which HTTP/2 needs
		return []HTTPVersion{HTTP1}
	}
	return []HTTPVersion{HTTP1, HTTP2}
}

// proxied returns the options of a proxy that offers the version. With none, the run's
// seed decides whether it offers HTTP/2, as some gateways do.
func (e *Env) proxied(version HTTPVersion) proxy.Options {
	if e.TLS == nil {
		return proxy.Options{}
	}
	drawn := e.Rand.IntN(2) == 0 // always, so that what is drawn after it stays the same
	return proxy.Options{TLS: e.TLS.gateways, HTTP2: version == HTTP2 || version == "" && drawn}
}

// Close removes the file.
func (t *TLS) Close() {
	if t != nil {
		_ = os.RemoveAll(t.folder) // it holds nothing secret
	}
}
