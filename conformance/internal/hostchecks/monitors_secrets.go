package hostchecks

import (
	"fmt"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
)

// The kinds of traces, by the beginnings of their names.
const (
	printed  = "file output/"
	arranged = "command line "
	around   = "environment "
)

// noSecretPrinted looks through all that the hosts have printed.
func noSecretPrinted(m *M) int {
	return m.search(func(t *hostproc.Trace) bool { return strings.HasPrefix(t.What, printed) })
}

// noSecretStored looks through the databases, and the folders for files of the hosts' own.
func noSecretStored(m *M) int {
	return m.search(func(t *hostproc.Trace) bool {
		return !strings.HasPrefix(t.What, printed) && !isShown(t)
	})
}

// noSecretArranged looks at what everybody may see of processes.
func noSecretArranged(m *M) int { return m.search(isShown) }

func isShown(t *hostproc.Trace) bool {
	return strings.HasPrefix(t.What, arranged) || strings.HasPrefix(t.What, around)
}

// noSecretShown looks through all answers of the hosts, to buyers, gateways and operators.
func noSecretShown(m *M) int {
	parts, seen := m.parts(), 0
	for _, w := range m.worlds {
		w.mu.Lock()
		said := w.said
		w.mu.Unlock()
		seen += len(said)
		if found := parts.Find(strings.Join(said, "\n")); found != "" {
			m.Errorf("an answer of the host of %s has %s", w.name, found)
		}
	}
	return seen
}

// search looks for secrets in the traces that are meant, and returns how many of them have
// something in them.
func (m *M) search(meant func(*hostproc.Trace) bool) int {
	parts, seen := m.parts(), 0
	for _, trace := range m.Traces() {
		if !meant(&trace) || len(trace.Content) == 0 {
			continue
		}
		seen++
		if found := parts.Find(string(trace.Content)); found != "" {
			m.Errorf("the %s has %s", trace.What, found)
			m.lines = append(m.lines, fmt.Sprintf("%s, %d bytes", trace.What, len(trace.Content)))
		}
	}
	return seen
}

// parts finds the secrets of all accounts of the run, and parts of them.
func (m *M) parts() *harness.Parts {
	var parts harness.Parts
	for _, w := range m.worlds {
		for _, secret := range w.secrets() {
			parts.Add(secret)
		}
	}
	return &parts
}

// secrets returns the secrets of all accounts that the world's providers have had.
func (w *world) secrets() []string {
	var all []string
	for _, one := range w.wallets {
		for _, secret := range one.Secrets() {
			all = append(all, secret)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, other := range w.others {
		for _, secret := range other.Secrets() {
			all = append(all, secret)
		}
	}
	return all
}
