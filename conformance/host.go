package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
)

// HostManifest tells the suite about a host: how its processes are started and ended, and
// how long they may take.
type HostManifest struct {
	content *hostproc.Manifest
}

// LoadHostManifest reads the manifest of a host in a file. docs/hostctl.md describes the
// format.
func LoadHostManifest(file string) (*HostManifest, error) {
	content, err := hostproc.Load(file)
	if err != nil {
		return nil, err
	}
	return &HostManifest{content: content}, nil
}

// HostFacts describe the host that was checked.
type HostFacts struct {
	// Name is what the host calls itself.
	Name string `json:"name"`

	Processes int    `json:"processes"`
	Database  string `json:"database"`

	// Path and SHA256 are those of the program that the manifest starts.
	Path   string `json:"path"`
	SHA256 string `json:"sha256,omitempty"`
}

// hostReportKind is the kind of a report about a host. No host admits a provider by it.
const hostReportKind = "HostConformanceReport"

// hostFactsOf returns what is known about a host before it is started.
func hostFactsOf(m *hostproc.Manifest) *HostFacts {
	return &HostFacts{Processes: m.Processes, Database: string(m.Database), Path: m.Command[0], SHA256: sumOf(m.Command[0])}
}

// sumOf returns the SHA-256 of a file, in hex; empty if it cannot be read, and then starting
// it says why.
func sumOf(path string) string {
	file, err := os.Open(path) //nolint:gosec // it is the subject of the run
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	if !copied(sum, file) {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// scriptedName is the program that hosts load in a run.
const scriptedName = "payment-provider-scripted"

// scriptedBinary finds the provider that the suite plays: the one that was named, or the
// one beside this program or in PATH.
func scriptedBinary(named string) (string, error) {
	if named != "" {
		if _, err := os.Stat(named); err != nil {
			return "", misuse("the provider that the suite plays is not there: %w", err)
		}
		return filepath.Abs(named)
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), scriptedName)
		if _, err := os.Stat(beside); err == nil {
			return beside, nil
		}
	}
	found, err := exec.LookPath(scriptedName)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", misuse("there is no %s beside this program, nor in PATH; \"make build\" builds it, and --provider names it", scriptedName)
	}
	return filepath.Abs(found)
}

// hostCapabilities returns the words of the catalogue that hold for a host.
func hostCapabilities(m *hostproc.Manifest, hello *hostctl.Hello, words []string) []string {
	holds := map[string]bool{
		"webhooks": m.Webhooks != "", "reload": m.Reload != 0, "stop": m.Stop != 0,
		"database": m.Database != hostproc.None, "processes": m.Processes > 1, "live": m.Live,
	}
	for _, feature := range hello.Features {
		holds[string(feature)] = true
	}
	declared := []string{}
	for _, word := range words {
		if holds[word] {
			declared = append(declared, word)
		}
	}
	return declared
}

// hostCommand is the command that checks the host again.
func hostCommand(file string, o *Options) string {
	command := "paysocket conformance host run -f " + file
	if o.Provider != "" {
		command += " --provider " + o.Provider
	}
	if o.Profile != "" {
		command += " --profile " + o.Profile
	}
	return command
}
