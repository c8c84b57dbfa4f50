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
	t := &TLS{gateways: gateways, folder: folder, file: filepath.Join(folder, "authority.pem")}
	if err := os.WriteFile(t.file, trusted.PEM(), 0o600); err != nil {
		t.Close()
		return nil, fmt.Errorf("the authority's certificate: %w", err)
	}
	return t, nil
}

// Env returns the variable by which a process learns of the authority.
func (t *TLS) Env() []string {
	if t == nil {
		return nil
	}
	return []string{"SSL_CERT_FILE=" + t.file}
}

// proxied returns the options of a proxy. The run's seed decides whether it offers
// HTTP/2, as some gateways do.
func (e *Env) proxied() proxy.Options {
	if e.TLS == nil {
		return proxy.Options{}
	}
	return proxy.Options{TLS: e.TLS.gateways, HTTP2: e.Rand.IntN(2) == 0}
}

// Close removes the file.
func (t *TLS) Close() {
	if t != nil {
		_ = os.RemoveAll(t.folder) // it holds nothing secret
	}
}
