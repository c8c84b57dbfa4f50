package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// catalogReport is what a bug report has of a catalog.
type catalogReport struct {
	// Unreadable says that no host can use the file, and Line where; 0 for the file as a
	// whole.
	Unreadable bool             `json:"unreadable,omitempty"`
	Line       int              `json:"line,omitempty"`
	Warnings   int              `json:"warnings"`
	Providers  []providerReport `json:"providers,omitempty"`
}

type providerReport struct {
	Name          string            `json:"name"`
	Is            string            `json:"is"`
	Version       string            `json:"version"`
	Contract      string            `json:"contract"`
	Mode          string            `json:"mode"`
	SHA256        string            `json:"sha256"`
	Confinement   string            `json:"confinement"`
	Sandbox       bool              `json:"sandbox"`
	Probe         bool              `json:"probe"`
	Conformance   string            `json:"conformance,omitempty"`
	Problems      int               `json:"problems"`
	Settings      []string          `json:"settings_given,omitempty"`
	Secrets       map[string]string `json:"secrets_from,omitempty"`
	UnknownFields int               `json:"unknown_fields"`
}

func reportCatalog(ctx context.Context, path string) *catalogReport {
	providers, err := loadListed(path)
	if err != nil {
		r := &catalogReport{Unreadable: true}
		if bad, ok := errors.AsType[*supervisor.CatalogError](err); ok {
			r.Line = bad.Line
		}
		return r
	}
	r := &catalogReport{Warnings: len(providers.Warnings)}
	findings, err := checkEntries(ctx, providers, &catalogRules{}, nil)
	if err != nil {
		return r // it was interrupted
	}
	for i, f := range findings {
		r.Providers = append(r.Providers, reportEntry(&providers.Entries[i], f))
	}
	return r
}

// reportEntry takes the names of settings and secrets from the descriptor: somebody may
// have written a key where the catalog has a name.
func reportEntry(entry *supervisor.Entry, f *finding) providerReport {
	r := providerReport{
		Name: entry.Name, Is: oneLine(f.is(), 64), Version: oneLine(f.version(), 64), Contract: oneLine(f.contract(), 64),
		Mode: oneLine(string(entry.Mode), 8), SHA256: entry.SHA256, Confinement: oneLine(string(entry.Confinement), 8),
		Sandbox: entry.Sandbox != nil, Probe: entry.Probe, Conformance: oneLine(f.report, 64), Problems: len(f.problems), Secrets: map[string]string{},
	}
	var known []contract.ConfigField
	if f.descriptor != nil {
		known = f.descriptor.ConfigFields
	}
	found := 0
	for i := range known {
		name := known[i].Name
		if source, given := entry.Secrets[name]; given {
			r.Secrets[name] = sourceKind(source)
			found++
		}
		if _, given := entry.Settings[name]; given {
			r.Settings = append(r.Settings, name)
			found++
		}
	}
	r.UnknownFields = len(entry.Settings) + len(entry.Secrets) - found
	return r
}

func sourceKind(s supervisor.SecretSource) string {
	switch {
	case s.File != "":
		return "file"
	case s.Env != "":
		return "env"
	default:
		return "sandbox"
	}
}

func (r *catalogReport) print(out io.Writer) {
	if r.Unreadable {
		fmt.Fprintf(out, "catalog    cannot be read (line %d); \"paysocket catalog check\" says why\n", r.Line)
		return
	}
	fmt.Fprintf(out, "catalog    %d providers, %d warnings\n", len(r.Providers), r.Warnings)
	for _, p := range r.Providers {
		fmt.Fprintf(out, "  %s: %s %s, contract %s, mode %s, sha256 %.12s, confinement %s, sandbox %t, probe %t, report %s, problems %d\n",
			p.Name, p.Is, p.Version, p.Contract, p.Mode, p.SHA256, p.Confinement, p.Sandbox, p.Probe, p.Conformance, p.Problems)
		fmt.Fprintf(out, "    settings: %s; secrets:", strings.Join(p.Settings, " "))
		for _, name := range slices.Sorted(maps.Keys(p.Secrets)) {
			fmt.Fprintf(out, " %s from %s", name, p.Secrets[name])
		}
		fmt.Fprintf(out, "; unknown: %d\n", p.UnknownFields)
	}
}
