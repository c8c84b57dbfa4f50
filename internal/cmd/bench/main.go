// Command bench measures what payments cost, each figure against its floor in the same run, and writes docs/benchmarks.md with
// its charts. "make bench" runs it in the root of the module. The measurements are benchmarks of the packages that they are
// about; figures.go lists them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	full := flag.Bool("full", false, "measure more rounds and larger ledgers, which takes most of an hour")
	folder := flag.String("docs", "docs", "the folder that the page is written to")
	only := flag.String("only", "", "measure these figures alone, such as P1,P4; the others are not measured")
	rounds := flag.Int("rounds", 0, "rounds of each benchmark, in place of its own number")
	flag.Parse()
	if err := measure(ctx, &plan{full: *full, rounds: *rounds, only: names(*only)}, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // the signal's handler ends with the process
	}
}

func names(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// plan is what is measured, and how long.
type plan struct {
	full   bool
	rounds int
	only   []string // nil: all
	root   string   // of the module; empty: the working directory
}

func (p *plan) wants(id string) bool { return p.only == nil || slices.Contains(p.only, id) }

// measure measures what is planned, and writes the page.
func measure(ctx context.Context, p *plan, folder string) error {
	made := page{machine: machineOf(), figures: figures(), full: p.full, began: time.Now()}
	made.machine.loadBefore = load()
	all := results{}
	for _, r := range runs() {
		if !p.wants(r.id) {
			continue
		}
		fmt.Fprintln(os.Stderr, r.id, r.what())
		if err := r.run(ctx, p, all); err != nil {
			return err
		}
	}
	made.results, made.took, made.machine.loadAfter = all, time.Since(made.began), load()
	for name, content := range made.files() {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}
