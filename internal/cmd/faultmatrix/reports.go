package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/internal/faults"
)

// clauses are the faults that clauses prove, by the id of the clause: for each the
// patterns, of path.Match, of what the suite must have injected.
type clauses map[string]map[string][]string

// readClauses reads the field "faults" of clauses. A file that is not there has none.
func readClauses(files []string) (clauses, error) {
	all := clauses{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var file struct {
			Clauses []struct {
				ID     string              `yaml:"id"`
				Faults map[string][]string `yaml:"faults"`
			} `yaml:"clauses"`
		}
		if err := yaml.Unmarshal(data, &file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, clause := range file.Clauses {
			if len(clause.Faults) > 0 {
				all[clause.ID] = clause.Faults
			}
		}
	}
	return all, nil
}

// ofReports returns what the clauses have proved that passed.
func ofReports(folder string, files []string) ([]proof, error) {
	known, err := readClauses(files)
	if err != nil || len(known) == 0 {
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s has no reports of the conformance suite; run make conformance", folder)
	}
	var all []proof
	for _, name := range names {
		proofs, err := ofReport(name, known)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, proofs...)
	}
	return all, nil
}

func ofReport(name string, known clauses) ([]proof, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var report conformance.Report
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, err
	}
	if err := isOfToday(&report.Provider); err != nil {
		return nil, err
	}
	var proofs []proof
	for i := range report.Clauses {
		clause := &report.Clauses[i]
		if clause.Status != conformance.Pass || clause.Evidence == nil {
			continue
		}
		for id, patterns := range known[clause.ID] {
			times, err := injected(clause.Evidence.Faults, patterns)
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", id, clause.ID, err)
			}
			if times > 0 {
				proofs = append(proofs, proof{
					fault: id, by: clause.ID, link: "../conformance/clauses.yaml",
					Injected: faults.Injected{How: clause.Title, Times: times, Engine: faults.NoEngine},
				})
			}
		}
	}
	return proofs, nil
}

// isOfToday returns an error if the binary has changed since its report.
func isOfToday(facts *conformance.ProviderFacts) error {
	if facts.Path == "" {
		return nil
	}
	binary, err := os.ReadFile(facts.Path)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(binary); hex.EncodeToString(sum[:]) != facts.SHA256 {
		return fmt.Errorf("the report is of another %s than the present one; run make conformance", facts.Path)
	}
	return nil
}

// injected returns how often the faults happened that patterns fit. A pattern that fits
// none of the faults of a clause proves nothing: then it is 0.
func injected(records []conformance.FaultRecord, patterns []string) (int, error) {
	times := 0
	for _, pattern := range patterns {
		fits := 0
		for _, record := range records {
			matched, err := path.Match(pattern, withoutCount(record))
			if err != nil {
				return 0, err
			}
			if matched {
				fits += record.Fired
			}
		}
		if fits == 0 {
			return 0, nil
		}
		times += fits
	}
	return times, nil
}

// withoutCount returns a fault as the suite's proxy names it: "create#1
// after_commit/reset".
func withoutCount(record conformance.FaultRecord) string {
	text, _, _ := strings.Cut(record.Fault, ": fired")
	return strings.TrimPrefix(text, record.ID+" ")
}
