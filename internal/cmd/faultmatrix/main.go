// Command faultmatrix writes docs/fault-matrix.md: for each fault of internal/faults the
// tests and clauses that have had it happen and seen what is required. It runs the tests
// that call faults.Proved, and reads the reports that "make conformance" leaves.
// "make fault-matrix" runs it in the root of the module.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/paysocket/paysocket/internal/faults"
)

const page = "docs/fault-matrix.md"

// plan is what is run, and read.
type plan struct {
	race    bool
	events  string // a file with the output of go test -json; empty: the tests are run
	reports string // the folder with reports of the conformance suite
	out     io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	p := plan{out: os.Stdout}
	flag.BoolVar(&p.race, "race", false, "run the tests with the race detector")
	flag.StringVar(&p.events, "events", "", "read this output of go test -json, and run no tests")
	flag.StringVar(&p.reports, "reports", "bin/reports", "the folder with reports of the conformance suite")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "Usage: faultmatrix [flags] write|check")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := p.run(ctx, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "faultmatrix:", err)
		os.Exit(1) //nolint:gocritic // the signal's handler ends with the process
	}
}

var (
	errUsage = errors.New("say write or check")
	errStale = errors.New(page + " is not what the tests and reports say; run make fault-matrix, and read the difference")
)

func (p *plan) run(ctx context.Context, command string) error {
	if command != "write" && command != "check" {
		return errUsage
	}
	groups, err := faults.Groups()
	if err != nil {
		return err
	}
	proofs, err := p.collect(ctx)
	if err != nil {
		return err
	}
	if err := judge(groups, proofs); err != nil {
		return err
	}
	fresh := render(groups, proofs)
	if command == "write" {
		return os.WriteFile(page, []byte(fresh), 0o644)
	}
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	if withoutCounts(string(old)) != withoutCounts(fresh) {
		return errStale
	}
	_, err = fmt.Fprintf(p.out, "%s is what the tests and reports say\n", page)
	return err
}

// proof is a test or a clause that has had a fault happen.
type proof struct {
	fault string
	by    string // how a reader finds it
	link  string // from the page
	faults.Injected
}

func (p *plan) collect(ctx context.Context) ([]proof, error) {
	tests, err := findTests(".")
	if err != nil {
		return nil, err
	}
	proofs, err := p.ofTests(ctx, tests)
	if err != nil {
		return nil, err
	}
	clauses, err := ofReports(p.reports, []string{
		filepath.Join("conformance", "clauses.yaml"), filepath.Join("conformance", "host_clauses.yaml"),
	})
	return append(proofs, clauses...), err
}

// judge returns what is missing, and what is said to be missing and is not.
func judge(groups []faults.Group, proofs []proof) error {
	var wrong error
	on := map[string]map[faults.Engine]bool{}
	for i := range proofs {
		of := &proofs[i]
		if faults.Find(groups, of.fault) == nil {
			wrong = errors.Join(wrong, fmt.Errorf("%s proves %q, which faults.yaml does not have", of.by, of.fault))
		}
		if on[of.fault] == nil {
			on[of.fault] = map[faults.Engine]bool{}
		}
		on[of.fault][of.Engine] = true
	}
	for i := range groups {
		for j := range groups[i].Faults {
			wrong = errors.Join(wrong, judgeOne(&groups[i].Faults[j], on[groups[i].Faults[j].ID]))
		}
	}
	return wrong
}

func judgeOne(f *faults.Fault, on map[faults.Engine]bool) error {
	switch {
	case f.Unproven != "" && len(on) > 0:
		return fmt.Errorf("%s is proved: take \"unproven\" out of faults.yaml", f.ID)
	case f.Unproven == "" && len(on) == 0:
		return fmt.Errorf("%s has no proof: %s", f.ID, f.Fault)
	case f.Unproven != "":
		return nil
	}
	for _, engine := range f.Engines {
		if !on[engine] {
			return fmt.Errorf("%s is not proved on %s", f.ID, engine)
		}
	}
	return nil
}
