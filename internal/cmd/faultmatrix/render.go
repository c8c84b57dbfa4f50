package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/internal/faults"
)

const introduction = `# What may go wrong, and what shows that it does no harm

Made by "make fault-matrix" of [internal/faults/faults.yaml](../internal/faults/faults.yaml), of the tests that had
each fault happen, and of the reports of the [conformance suite](conformance.md). A test or clause stands here only if
it passed and the fault has happened, as counted by what injected it. What may vary from run to run is how often.

`

// render returns the page.
func render(groups []faults.Group, proofs []proof) string {
	var b strings.Builder
	b.WriteString(introduction)
	b.WriteString(summary(groups))
	for i := range groups {
		g := &groups[i]
		fmt.Fprintf(&b, "\n## %s: %s\n\n| id | fault | what must hold | proof |\n|---|---|---|---|\n", g.ID, g.Title)
		for j := range g.Faults {
			f := &g.Faults[j]
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.ID, cell(f.Fault), cell(f.Required), shown(f, proofs))
		}
	}
	return b.String()
}

func summary(groups []faults.Group) string {
	var all int
	var open, unproven []string
	for i := range groups {
		for j := range groups[i].Faults {
			f := &groups[i].Faults[j]
			all++
			if f.Open != "" {
				open = append(open, f.ID)
			}
			if f.Unproven != "" {
				unproven = append(unproven, f.ID)
			}
		}
	}
	text := fmt.Sprintf("Of %d faults %d have a proof.", all, all-len(unproven))
	if len(open) > 0 {
		text += " A part is open of " + strings.Join(open, ", ") + "."
	}
	if len(unproven) > 0 {
		text += " There is none of " + strings.Join(unproven, ", ") + "."
	}
	return text + "\n"
}

// shown returns what has proved a fault, once for each test or clause with its engines.
func shown(f *faults.Fault, proofs []proof) string {
	type line struct {
		by, link string
		hows     []string
		engines  []string
		times    int
	}
	var lines []*line
	for i := range proofs {
		p := &proofs[i]
		if p.fault != f.ID {
			continue
		}
		at := slices.IndexFunc(lines, func(l *line) bool { return l.by == p.by })
		if at < 0 {
			at, lines = len(lines), append(lines, &line{by: p.by, link: p.link})
		}
		l := lines[at]
		l.times += p.Times
		if !slices.Contains(l.hows, p.How) {
			l.hows = append(l.hows, p.How)
		}
		if p.Engine != faults.NoEngine && !slices.Contains(l.engines, string(p.Engine)) {
			l.engines = append(l.engines, string(p.Engine))
		}
	}
	slices.SortFunc(lines, func(a, b *line) int { return cmp.Compare(a.by, b.by) })
	var texts []string
	for _, l := range lines {
		slices.Sort(l.hows)
		slices.Sort(l.engines)
		on := ""
		if len(l.engines) > 0 {
			on = ", on " + strings.Join(l.engines, " and ")
		}
		texts = append(texts, fmt.Sprintf("[%s](%s): %s (%d×%s)", l.by, l.link, cell(strings.Join(l.hows, "; ")), l.times, on))
	}
	switch {
	case f.Unproven != "":
		texts = append(texts, "**None**: "+cell(f.Unproven))
	case f.Open != "":
		texts = append(texts, "**Open**: "+cell(f.Open))
	}
	return strings.Join(texts, "<br>")
}

func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

var count = regexp.MustCompile(`\(\d+×`)

// withoutCounts returns the page without how often, which varies.
func withoutCounts(page string) string { return count.ReplaceAllString(page, "(×") }
