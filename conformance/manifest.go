package conformance

import (
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

// Manifest tells the suite about a provider: how it and its gateway's sandbox
// are started, how it is configured, and what its gateway's answers look like.
type Manifest struct {
	content *manifest.Manifest
}

// LoadManifest reads the manifest in a file. docs/conformance.md describes the
// format.
func LoadManifest(file string) (*Manifest, error) {
	content, err := manifest.Load(file)
	if err != nil {
		return nil, err
	}
	return &Manifest{content: content}, nil
}

// Binary returns the path of the provider's program.
func (m *Manifest) Binary() string { return m.content.Provider.Binary }

// Sandbox returns the command line of the gateway's sandbox, for
// [gateway.StartSandbox].
func (m *Manifest) Sandbox() []string { return slices.Clone(m.content.Gateway) }

// Amount returns the amount of an ordinary payment.
func (m *Manifest) Amount() gateway.Money { return amountOf(m.content) }

func amountOf(m *manifest.Manifest) gateway.Money {
	return gateway.Money{Amount: m.Fixtures.Amounts.OK, Currency: m.Fixtures.Currency}
}

// Implementation says whose provider was checked, as its manifest does.
type Implementation struct {
	Organization string `json:"organization"`
	Project      string `json:"project"`
	URL          string `json:"url,omitempty"`
	Version      string `json:"version,omitempty"`
}
