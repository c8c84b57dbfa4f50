// Command soak runs the conformance suite again and again on a busy machine, and counts
// what did not pass. A clause that honest providers fail now and then is a flake of the
// suite's. "make soak" runs it in the root of the module.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/paysocket/paysocket/conformance"
)

// waiting are the clauses whose checks wait, listen or inject faults.
const waiting = "HSK-*,CFG-006,CFG-007,CRE-009,IDM-*,STS-007,STS-010,STS-011,REF-008,REF-012,WHK-012,WHK-013,ERR-*,DLN-*,CON-*,SEC-*,RST-*"

// plan is what is run.
type plan struct {
	tool       string
	whole      int // whole runs of each manifest
	times      int // runs of the waiting clauses of each manifest
	load       int // threads that keep the machine busy
	manifests  []string
	out        io.Writer
	folder     string // for reports
	unexpected int    // clauses that did not pass, flaky ones left out
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	p := plan{out: os.Stdout}
	flag.StringVar(&p.tool, "tool", "bin/paysocket", "the paysocket tool")
	flag.IntVar(&p.whole, "whole", 20, "whole runs of each manifest")
	flag.IntVar(&p.times, "times", 100, "runs of the clauses that wait, listen or inject")
	flag.IntVar(&p.load, "load", 2*runtime.NumCPU(), "threads that keep the machine busy meanwhile; 0 for none")
	flag.Parse()
	p.manifests = flag.Args()
	if err := p.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1) //nolint:gocritic // the signal's handler ends with the process
	}
}

var errFlakes = errors.New("not every clause passed every time")

func (p *plan) run(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "soak")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	p.folder = folder
	burn(ctx, p.load)
	for _, manifest := range p.manifests {
		if err := p.repeat(ctx, manifest, p.whole, ""); err != nil {
			return err
		}
		if err := p.repeat(ctx, manifest, p.times, waiting); err != nil {
			return err
		}
	}
	if p.unexpected > 0 {
		return errFlakes
	}
	return nil
}

// burn keeps so many threads busy until ctx ends.
func burn(ctx context.Context, threads int) {
	runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), threads+1))
	for range threads {
		go func() {
			for ctx.Err() == nil {
			}
		}()
	}
}

// repeat runs a manifest, and prints what did not pass and how often.
func (p *plan) repeat(ctx context.Context, manifest string, times int, clauses string) error {
	found := newTally()
	for i := range times {
		report, err := p.once(ctx, manifest, clauses)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("run %d of %s: %w", i+1, manifest, err)
		}
		for _, finding := range found.add(report) {
			fmt.Fprintf(p.out, "run %d, seed %d: %s\n", i+1, report.Seed, finding)
		}
	}
	if times > 0 {
		what := "whole runs"
		if clauses != "" {
			what = "runs of what waits, listens or injects"
		}
		fmt.Fprintf(p.out, "%s: %d %s, %s\n", manifest, times, what, found)
	}
	p.unexpected += found.unexpected
	return nil
}

// once runs the suite once, with a seed of its own.
func (p *plan) once(ctx context.Context, manifest, clauses string) (*conformance.Report, error) {
	file := filepath.Join(p.folder, "report.json")
	arguments := []string{"conformance", "run", "-f", manifest, "--json", file}
	if clauses != "" {
		arguments = append(arguments, "--run", clauses)
	}
	command := exec.CommandContext(ctx, p.tool, arguments...)
	command.Stderr = os.Stderr
	ended := command.Run() // its verdict is in the report
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, errors.Join(ended, err)
	}
	defer func() { _ = os.Remove(file) }()
	var report conformance.Report
	return &report, json.Unmarshal(text, &report)
}
