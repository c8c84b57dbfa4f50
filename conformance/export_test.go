package conformance

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

// Content returns what the manifest says, for tests that change it.
func (m *Manifest) Content() *manifest.Manifest { return m.content }

// CapabilityWords returns all capability words.
func (c *Catalogue) CapabilityWords() []string { return c.capabilityWords() }

// Group returns the first part of the clause's id.
func (c *Clause) Group() string { return c.group() }

// RunWithin is [Run] with a budget.
func RunWithin(ctx context.Context, usual time.Duration, m *Manifest, subject Subject, options *Options) (*Report, error) {
	r, err := newRun(m, subject, options)
	if err != nil {
		return nil, err
	}
	r.least = usual
	clear(r.bounds)
	return r.whole(ctx)
}
