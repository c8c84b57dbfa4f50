package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// results are values by "benchmark unit", such as "BenchmarkHop/8 cpu-q1".
type results map[string]float64

// A run is one call of "go test" for a figure, or of another command whose time is measured.
type run struct {
	id          string
	pkg, bench  string
	quick, full int // rounds
	args        []string
	fullArgs    []string
	prefix      string   // before the names of its benchmarks, if they run twice
	command     []string // in place of a benchmark
}

func (r *run) what() string {
	if r.command != nil {
		return strings.Join(r.command, " ")
	}
	return r.pkg + " " + r.bench
}

// run measures, and adds what it measured.
func (r *run) run(ctx context.Context, p *plan, into results) error {
	if r.command != nil {
		return r.time(ctx, p, into)
	}
	rounds, args := r.quick, r.args
	if p.full {
		rounds, args = r.full, append(args, r.fullArgs...)
	}
	if p.rounds > 0 {
		rounds = p.rounds
	}
	line := append([]string{"test", r.pkg, "-run", "^$", "-bench", r.bench, "-timeout", "2h", "-benchtime", strconv.Itoa(rounds) + "x"}, args...)
	cmd := exec.CommandContext(ctx, "go", line...)
	cmd.Dir, cmd.Stderr = p.root, os.Stderr
	output, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", r.what(), err, output)
	}
	found := parse(output)
	if len(found) == 0 {
		return errors.New(r.what() + " reported nothing")
	}
	for name, value := range found {
		into[r.prefix+name] = value
	}
	return nil
}

// time runs the command, and adds how long it ran and how long it and its children computed.
func (r *run) time(ctx context.Context, p *plan, into results) error {
	cmd := exec.CommandContext(ctx, r.command[0], r.command[1:]...)
	cmd.Dir = p.root
	began := time.Now()
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", r.what(), err, output)
	}
	into[r.id+" s"] = time.Since(began).Seconds()
	into[r.id+" cpu-s"] = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	return nil
}

// procs is what go test adds to a name: how many processors there are.
var procs = regexp.MustCompile(`-\d+$`)

// parse reads the lines of benchmarks: a name, how many rounds there were, and values with their units.
func parse(output []byte) results {
	found := results{}
	for line := range bytes.Lines(output) {
		words := strings.Fields(string(line))
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := procs.ReplaceAllString(words[0], "")
		for i := 2; i+1 < len(words); i += 2 {
			if value, err := strconv.ParseFloat(words[i], 64); err == nil {
				found[name+" "+words[i+1]] = value
			}
		}
	}
	return found
}
