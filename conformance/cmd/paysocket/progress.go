package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/internal/text"
)

// progress shows how a run goes on: one line that changes on a terminal, a
// line for each clause that does not pass elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	running  []string
	width    int
}

func newProgress(out io.Writer) *progress {
	file, ok := out.(*os.File)
	return &progress{out: out, terminal: ok && term.IsTerminal(int(file.Fd()))}
}

// step takes one step of a run.
func (p *progress) step(step conformance.Progress) {
	switch {
	case step.Preflight != nil:
		p.upFront(step.Preflight)
	case step.Result == nil:
		p.running = append(p.running, step.Name())
	default:
		if at := slices.Index(p.running, step.Name()); at >= 0 {
			p.running = slices.Delete(p.running, at, at+1)
		}
		if !p.terminal {
			fmt.Fprintf(p.out, "%s %s (%d ms, %d left)%s\n", step.Name(), step.Result.Status, step.Result.DurationMS, step.Left, repeated(step.Result))
			return
		}
	}
	if p.terminal {
		p.line(fmt.Sprintf("%3d left  %s", step.Left, strings.Join(p.running, " ")))
	}
}

// upFront says how long the wait will be, and what will not be checked.
func (p *progress) upFront(report *conformance.Report) {
	usual := time.Duration(report.UsualMS) * time.Millisecond
	fmt.Fprintf(p.out, "takes about %s, and gives up after %s\n", usual, 2*usual)
	var unverified []string
	for i := range report.Clauses {
		if report.Clauses[i].Status == conformance.Unverified {
			unverified = append(unverified, report.Clauses[i].ID)
		}
	}
	if len(unverified) > 0 {
		fmt.Fprintf(p.out, "unverified up front: %s\n", strings.Join(unverified, ", "))
	}
}

// line writes over the line before.
func (p *progress) line(words string) {
	words = text.Truncate(words, 78, "")
	fmt.Fprintf(p.out, "\r%s%s", words, strings.Repeat(" ", max(0, p.width-len(words))))
	p.width = len(words)
}

// end takes the line away.
func (p *progress) end() {
	if p.terminal {
		p.line("")
		fmt.Fprint(p.out, "\r")
	}
}

// repeated says why a clause was checked twice; empty if it was not.
func repeated(r *conformance.ClauseResult) string {
	if r.Repeated == nil {
		return ""
	}
	return " after a repetition: " + r.Repeated.Cause
}
