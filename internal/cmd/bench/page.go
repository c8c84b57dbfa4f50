package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// page is what is written.
type page struct {
	machine machine
	figures []figure
	results results
	full    bool
	began   time.Time
	took    time.Duration
}

// machine is what was measured on. The loads are the averages of a minute.
type machine struct {
	processor, system     string
	processors            int
	goVersion             string
	loadBefore, loadAfter string
}

func machineOf() machine {
	m := machine{processor: "unknown", system: runtime.GOOS + "/" + runtime.GOARCH, processors: runtime.NumCPU(), goVersion: runtime.Version()}
	content, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(content)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			m.processor = strings.TrimSpace(value)
		}
	}
	return m
}

// load returns the load average of the last minute; "unknown" where the system has no /proc.
func load() string {
	content, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	average, _, _ := strings.Cut(string(content), " ")
	return average
}

const intro = `# Benchmarks

What the software itself costs, each figure against the least that has to be done for it: its floor. ` + "`make bench`" + ` measures
them and writes this page; ` + "`make bench BENCH=-full`" + ` measures more rounds and larger ledgers. A figure and its floor are measured by turns
in one run, and their order changes with each round: compare the ratios, not figures of two machines. A ratio is the median of all
rounds, and the spread is from the first quartile to the third. The floors are code of this repository: go-plugin alone in
internal/bench/bare, and the others beside the benchmarks.
`

// files returns the page and its charts, by name.
func (p *page) files() map[string]string {
	files := map[string]string{"benchmarks.md": p.text()}
	for _, c := range p.charts() {
		files["benchmarks-"+c.name+".svg"] = c.svg()
	}
	return files
}

func (p *page) text() string {
	var b strings.Builder
	b.WriteString(intro)
	b.WriteString("\n| id | what | floor | ratio | spread | goal | met |\n|---|---|---|---|---|---|---|\n")
	for i := range p.figures {
		f := &p.figures[i]
		ratio, spread, met := f.read(p.results)
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", f.id, f.what, f.floor, ratio, spread, f.goal, met)
	}
	for i := range p.figures {
		if note := p.figures[i].note; note != "" {
			b.WriteString("\n" + note + "\n")
		}
	}
	form := "quick"
	if p.full {
		form = "full"
	}
	fmt.Fprintf(&b, "\nMeasured on %s in %s, in the %s form, on %s with %d processors (%s, %s).\nThe load of the machine was %s before and %s after: "+
		"other programs ran, unless it is about 1.\n", p.began.UTC().Format("2006-01-02 15:04 UTC"), p.took.Round(time.Second), form,
		p.machine.processor, p.machine.processors, p.machine.system, p.machine.goVersion, p.machine.loadBefore, p.machine.loadAfter)
	for _, c := range p.charts() {
		fmt.Fprintf(&b, "\n![%s](benchmarks-%s.svg)\n", c.title, c.name)
	}
	return b.String()
}

// read returns the cells of a figure. It is not measured unless all of its parts are.
func (f *figure) read(from results) (ratio, spread, met string) {
	if len(f.parts) == 0 {
		return "not measured", "–", "no"
	}
	var ratios, spreads []string
	met = "yes"
	for _, p := range f.parts {
		value, measured := from[p.bench+" "+p.unit]
		if !measured {
			return "not measured", "–", "no"
		}
		ratios = append(ratios, strings.TrimSpace(p.label+" "+short(value)))
		if low, ok := from[p.bench+" "+p.unit+"-q1"]; ok {
			spreads = append(spreads, short(low)+"–"+short(from[p.bench+" "+p.unit+"-q3"]))
		}
		if value < p.low || p.high > 0 && value > p.high {
			met = "no"
		}
	}
	if len(spreads) == 0 {
		spreads = []string{"–"}
	}
	return strings.Join(ratios, ", "), strings.Join(spreads, ", "), met
}

// short writes a value with three digits.
func short(value float64) string {
	if value >= 100 {
		return strconv.FormatFloat(value, 'f', 0, 64)
	}
	return strconv.FormatFloat(value, 'g', 3, 64)
}
