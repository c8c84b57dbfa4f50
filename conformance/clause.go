package conformance

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

//go:embed clauses.yaml
var clausesYAML []byte

//go:embed host_clauses.yaml
var hostClausesYAML []byte

// must is the level of a clause that must hold. The other one is SHOULD.
const must = "MUST"

// Clause is one sentence of the contract that the suite checks of providers, or of hosts.
type Clause struct {
	ID    string `yaml:"id"    json:"id"`
	Level string `yaml:"level" json:"level"` // MUST or SHOULD

	// Gate lists, separated by commas, the capabilities that a provider (host) must
	// declare for the clause to apply; "!word" is one that it must not declare.
	// If Gate is empty, the clause applies to every provider (host).
	Gate string `yaml:"gate" json:"gate,omitempty"`

	Title string `yaml:"title" json:"title"`
	Text  string `yaml:"text"  json:"text"` // the contract's sentence
	Why   string `yaml:"why"   json:"why"`  // what goes wrong without it
	How   string `yaml:"how"   json:"how"`  // how the suite finds out

	// Needs lists what the check needs of the sandbox and of the way in which
	// the provider runs.
	Needs []string `yaml:"needs" json:"needs,omitempty"`

	// Serial says that no other check may run at the same time.
	Serial bool `yaml:"serial" json:"serial,omitempty"`

	// Faults are the faults of docs/fault-matrix.md that the check proves, each with
	// what the suite's proxy must have done in it.
	Faults map[string][]string `yaml:"faults" json:"-"`
}

// group returns the first part of the clause's id.
func (c *Clause) group() string {
	group, _, _ := strings.Cut(c.ID, "-")
	return group
}

// gates returns the words of Gate.
func (c *Clause) gates() []string {
	if c.Gate == "" {
		return nil
	}
	words := strings.Split(c.Gate, ",")
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	return words
}

// Catalogue is the content of clauses.yaml.
type Catalogue struct {
	Clauses []Clause

	// Groups are the titles of groups by their ids, and GroupOrder the ids in
	// the order of the clauses.
	Groups     map[string]string
	GroupOrder []string

	// Profiles are the capabilities that each profile requires.
	Profiles map[string][]string

	capabilities []capabilityRule
	hosts        bool // the clauses are about hosts
}

// lister is the command that lists the clauses.
func (c *Catalogue) lister() string {
	if c.hosts {
		return `"paysocket conformance host list"`
	}
	return `"paysocket conformance list"`
}

// LoadCatalogue reads the clauses about providers, which are built into the program. An
// error is a bug in the suite.
func LoadCatalogue() (*Catalogue, error) { return readCatalogue("clauses.yaml", clausesYAML) }

// LoadHostCatalogue reads the clauses about hosts, as LoadCatalogue does. Their
// capabilities are words that hold for a host.
func LoadHostCatalogue() (*Catalogue, error) {
	c, err := readCatalogue("host_clauses.yaml", hostClausesYAML)
	if err != nil {
		return nil, err
	}
	c.hosts = true
	return c, nil
}

func readCatalogue(name string, content []byte) (*Catalogue, error) {
	var file struct {
		Capabilities yaml.Node           `yaml:"capabilities"`
		Profiles     map[string][]string `yaml:"profiles"`
		Groups       map[string]string   `yaml:"groups"`
		Clauses      []Clause            `yaml:"clauses"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	rules, err := readCapabilityRules(&file.Capabilities)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := &Catalogue{Clauses: file.Clauses, Groups: file.Groups, Profiles: file.Profiles, capabilities: rules}
	for i := range c.Clauses {
		if group := c.Clauses[i].group(); !slices.Contains(c.GroupOrder, group) {
			c.GroupOrder = append(c.GroupOrder, group)
		}
	}
	return c, nil
}

// clause returns the clause with an id, and false if there is none.
func (c *Catalogue) clause(id string) (*Clause, bool) {
	at := slices.IndexFunc(c.Clauses, func(clause Clause) bool { return clause.ID == id })
	if at < 0 {
		return nil, false
	}
	return &c.Clauses[at], true
}

// errUnknownClause means that there is no clause with an id, or none that a
// pattern matches.
var errUnknownClause = errors.New("no such clause")
