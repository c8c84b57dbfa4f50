package conformance

import "github.com/paysocket/paysocket/conformance/internal/manifest"

// Content returns what the manifest says, for tests that change it.
func (m *Manifest) Content() *manifest.Manifest { return m.content }
