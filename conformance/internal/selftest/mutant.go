package selftest

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	yaml "go.yaml.in/yaml/v3"
)

//go:embed mutants.yaml
var mutantsYAML []byte

//go:embed host_mutants.yaml
var hostMutantsYAML []byte

// Kind is what the subjects of a list are.
type Kind string

// The kinds of subjects.
const (
	Providers Kind = "provider"
	Hosts     Kind = "host"
)

// File returns the path of the built-in list of a kind, from the root of the module.
func (k Kind) File() string {
	if k == Hosts {
		return "conformance/internal/selftest/host_mutants.yaml"
	}
	return "conformance/internal/selftest/mutants.yaml"
}

func (k Kind) text() []byte {
	if k == Hosts {
		return hostMutantsYAML
	}
	return mutantsYAML
}

// Corpus is a list of mutants and what they are built into.
type Corpus struct {
	Kind Kind `yaml:"-"`

	// Tags are the build tags with which the subjects are built.
	Tags []string `yaml:"tags"`

	// Subjects are the providers or hosts, by name.
	Subjects map[string]Subject `yaml:"subjects"`

	Mutants []Mutant `yaml:"mutants"`
}

// Subject is a provider or a host of this repository.
type Subject struct {
	Package  string `yaml:"package"`  // of its main, from the root of the module
	Manifest string `yaml:"manifest"` // likewise

	// Profile is what the run is about; the manifest's if empty. A host that lacks what the
	// manifest's profile requires is legal as another.
	Profile string `yaml:"profile"`
}

// Mutant is a provider or a host with a defect, or with an oddity.
type Mutant struct {
	Name    string `yaml:"name"    json:"name"`
	Subject string `yaml:"subject" json:"subject"`

	// Edits are made together, each in the source as it is.
	Edits []Edit `yaml:"edits" json:"-"`

	// Kills are the clauses that must fail. Empty: the edit is odd and legal,
	// and every clause must pass that the subject's manifest does not excuse.
	Kills []string `yaml:"kills" json:"kills"`

	// Chance are clauses that fail it in some runs and not in others, as patterns
	// of path.Match: where a second began decides, or what was checked before.
	// But for Kills, they are no cells of the matrix.
	Chance []string `yaml:"chance" json:"chance,omitempty"`
}

// Legal reports whether the mutant is one that must pass.
func (m *Mutant) Legal() bool { return len(m.Kills) == 0 }

// cell reports whether the clause is one of the mutant's cells.
func (m *Mutant) cell(id string) bool {
	byChance := slices.ContainsFunc(m.Chance, func(pattern string) bool {
		fits, _ := filepath.Match(pattern, id)
		return fits
	})
	return !byChance || slices.Contains(m.Kills, id)
}

// Own returns the mutants of a kind that are built in.
func Own(kind Kind) (*Corpus, error) {
	corpus, err := read(kind.text())
	if err != nil {
		return nil, err
	}
	corpus.Kind = kind
	return corpus, nil
}

// Load reads a list of mutants of a kind from a file. It may leave subjects out, and
// then uses the built-in ones.
func Load(kind Kind, file string) (*Corpus, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the file is the person's own choice
	if err != nil {
		return nil, err
	}
	corpus, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	corpus.Kind = kind
	if corpus.Subjects == nil {
		own, err := Own(kind)
		if err != nil {
			return nil, err
		}
		corpus.Tags, corpus.Subjects = own.Tags, own.Subjects
	}
	return corpus, corpus.check()
}

var errOldForm = errors.New("its edits have the old form (file, old, new); " +
	`"paysocket conformance selftest migrate" turns it into the new one`)

var errNoMutants = errors.New("there are no mutants in it")

func read(text []byte) (*Corpus, error) {
	var corpus Corpus
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&corpus); err != nil && !errors.Is(err, io.EOF) {
		if _, notOld := ReadOldList(text); notOld == nil {
			return nil, errOldForm
		}
		return nil, err
	}
	if len(corpus.Mutants) == 0 {
		return nil, errNoMutants
	}
	return &corpus, nil
}

// check finds what cannot be run.
func (c *Corpus) check() error {
	var problems []error
	var names []string
	for i := range c.Mutants {
		m := &c.Mutants[i]
		if m.Name == "" || len(m.Edits) == 0 {
			problems = append(problems, fmt.Errorf("mutant %d has no name or no edits", i+1))
		}
		if slices.Contains(names, m.Name) {
			problems = append(problems, fmt.Errorf("two mutants are called %s", m.Name))
		}
		names = append(names, m.Name)
		if _, ok := c.Subjects[m.Subject]; !ok {
			problems = append(problems, fmt.Errorf("mutant %s has the subject %q, which is none", m.Name, m.Subject))
		}
		if m.Legal() && len(m.Chance) > 0 {
			problems = append(problems, fmt.Errorf("mutant %s is legal, and nothing may fail it by chance", m.Name))
		}
	}
	return errors.Join(problems...)
}
