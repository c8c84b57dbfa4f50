package faults

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v3"
)

//go:embed faults.yaml
var faultsYAML []byte

// Fault is one thing that goes wrong.
type Fault struct {
	ID       string `yaml:"id"`
	Fault    string `yaml:"fault"`
	Required string `yaml:"required"` // what can be seen from outside

	// Engines are the databases on which it must be proved. None: one proof is enough,
	// whatever stores the sales.
	Engines []Engine `yaml:"engines"`

	// Open says which part of what is required no test shows.
	Open string `yaml:"open"`

	// Unproven says why there is no proof at all.
	Unproven string `yaml:"unproven"`
}

// Group is the faults between two sides.
type Group struct {
	ID     string  `yaml:"id"`
	Title  string  `yaml:"title"`
	Faults []Fault `yaml:"faults"`
}

// Engine is what stores the sales of a test.
type Engine string

// The engines. NoEngine is that of a test without a database.
const (
	NoEngine Engine = "none"
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Groups returns all faults. An error is a mistake in faults.yaml.
func Groups() ([]Group, error) { return parse(faultsYAML) }

func parse(data []byte) ([]Group, error) {
	var groups []Group
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&groups); err != nil {
		return nil, fmt.Errorf("faults.yaml: %w", err)
	}
	var wrong error
	seen := map[string]bool{}
	for i := range groups {
		g := &groups[i]
		for j := range g.Faults {
			if err := g.Faults[j].check(g.ID); err != nil {
				wrong = errors.Join(wrong, err)
			}
			if seen[g.Faults[j].ID] {
				wrong = errors.Join(wrong, fmt.Errorf("faults.yaml: %s is there twice", g.Faults[j].ID))
			}
			seen[g.Faults[j].ID] = true
		}
	}
	return groups, wrong
}

func (f *Fault) check(group string) error {
	switch {
	case len(f.ID) != len(group)+2 || f.ID[:len(group)] != group:
		return fmt.Errorf("faults.yaml: %q is no id of group %s", f.ID, group)
	case f.Fault == "" || f.Required == "":
		return fmt.Errorf("faults.yaml: %s lacks its fault or what is required", f.ID)
	case f.Open != "" && f.Unproven != "":
		return fmt.Errorf("faults.yaml: %s is both open and unproven", f.ID)
	}
	for _, engine := range f.Engines {
		if engine != SQLite && engine != Postgres {
			return fmt.Errorf("faults.yaml: %s names the engine %q", f.ID, engine)
		}
	}
	return nil
}

// Find returns the fault with an id, or nil.
func Find(groups []Group, id string) *Fault {
	for i := range groups {
		of := groups[i].Faults
		if at := slices.IndexFunc(of, func(f Fault) bool { return f.ID == id }); at >= 0 {
			return &of[at]
		}
	}
	return nil
}
