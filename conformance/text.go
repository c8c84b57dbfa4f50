package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteText writes a report for people; with trace, the end of the provider's
// log for each clause that did not pass.
func WriteText(w io.Writer, r *Report, trace bool) error {
	var b strings.Builder
	writeHead(&b, r)
	writeGroups(&b, r)
	writeProblem(&b, r)
	for i := range r.Clauses {
		if r.kept(&r.Clauses[i]) {
			continue
		}
		writeClause(&b, &r.Clauses[i])
		if log := r.Clauses[i].Evidence; trace && log != nil && log.Log != "" {
			fmt.Fprintf(&b, "     log of %s:\n%s\n", name(&r.Clauses[i]), log.Log)
		}
	}
	writeLeft(&b, r)
	writeAlike(&b, r)
	writeFoot(&b, r)
	_, err := io.WriteString(w, r.redact(b.String()))
	return err
}

// writeProblem writes once why clauses could not be checked.
func writeProblem(w io.Writer, r *Report) {
	count := 0
	for i := range r.Clauses {
		if r.kept(&r.Clauses[i]) {
			count++
		}
	}
	if count > 0 {
		fmt.Fprintf(w, "ERROR %d clauses could not be checked\n     why:  %s\n\n", count, firstLine(r.Problem))
	}
}

func writeHead(w io.Writer, r *Report) {
	fmt.Fprintf(w, "%s %s  spec %s  seed %d  profile %s\n", r.Tool.Name, r.Tool.Version, r.Spec, r.Seed, r.Profile)
	writeSubject(w, r)
	if r.Gateway != nil {
		fmt.Fprintf(w, "gateway   %s, %s\n", r.Gateway.Name, r.Gateway.Protocol)
	}
	if len(r.Capabilities.Declared) > 0 {
		fmt.Fprintf(w, "declared  %s\n", strings.Join(r.Capabilities.Declared, " "))
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(w, "warning   %s\n", warning)
	}
	fmt.Fprintln(w)
}

// writeSubject writes what was checked.
func writeSubject(w io.Writer, r *Report) {
	p, h := &r.Provider, r.Host
	switch where := program(r); {
	case h != nil:
		fmt.Fprintf(w, "host      %s (%s), processes %d, database %s\n", cmp.Or(h.Name, "not known"), where, h.Processes, h.Database)
	case p.ID == "":
		fmt.Fprintf(w, "provider  not known (%s)\n", where)
	default:
		fmt.Fprintf(w, "provider  %s %s (%s)\n", p.ID, p.Version, where)
	}
}

// program says which program was checked.
func program(r *Report) string {
	path, sum := r.Provider.Path, r.Provider.SHA256
	if r.Host != nil {
		path, sum = r.Host.Path, r.Host.SHA256
	}
	if path == "" {
		return "in this process"
	}
	return fmt.Sprintf("%s, sha256 %.12s…", path, sum)
}

// writeGroups writes for each group how many clauses passed of those that apply.
func writeGroups(w io.Writer, r *Report) {
	type tally struct{ passed, applicable int }
	groups, order := make(map[string]*tally), []string{}
	for i := range r.Clauses {
		name := group(r.Clauses[i].ID)
		if groups[name] == nil {
			groups[name] = &tally{}
			order = append(order, name)
		}
		if r.Clauses[i].Status != NotApplied {
			groups[name].applicable++
		}
		if r.Clauses[i].Status == Pass {
			groups[name].passed++
		}
	}
	for _, name := range order {
		fmt.Fprintf(w, " %s %d/%d ", name, groups[name].passed, groups[name].applicable)
	}
	fmt.Fprint(w, "\n\n")
}

// maxTimelineLines limits the timeline of one clause; the JSON report
// has more.
const maxTimelineLines = 40

func writeClause(w io.Writer, c *ClauseResult) {
	switch c.Status {
	case Pass, NotApplied, Skipped:
		return
	case Unverified:
		fmt.Fprintf(w, "UNVERIFIED %s %s: %s\n", name(c), c.Title, c.Reason)
		return
	case Fail, Errored, XFail, XPass:
	}
	fmt.Fprintf(w, "%s %s [%s] %s\n", strings.ToUpper(string(c.Status)), name(c), c.Level, c.Title)
	if c.Text != "" {
		fmt.Fprintf(w, "     spec: %s\n", wrap(c.Text, "           "))
	}
	if len(c.Failures) == 0 && c.Reason != "" {
		fmt.Fprintf(w, "     why:  %s\n", firstLine(c.Reason))
	}
	for i, f := range c.Failures {
		if slices.Contains(c.Failures[:i], f) { // met on another way
			continue
		}
		fmt.Fprintf(w, "     %s\n", wrap(f.What, "     "))
		if f.Want != "" || f.Got != "" {
			fmt.Fprintf(w, "       want %s\n       got  %s\n", f.Want, f.Got)
		}
	}
	for _, note := range c.Notes {
		fmt.Fprintf(w, "     note: %s\n", firstLine(note))
	}
	writeEvidence(w, c)
	if c.Issue != "" {
		fmt.Fprintf(w, "     issue:     %s\n", c.Issue)
	}
	if c.Reproduce != "" {
		fmt.Fprintf(w, "     reproduce: %s\n", c.Reproduce)
	}
	fmt.Fprintln(w)
}

func writeEvidence(w io.Writer, c *ClauseResult) {
	if c.Evidence == nil {
		return
	}
	for _, fault := range c.Evidence.Faults {
		fmt.Fprintf(w, "     fault %s\n", fault.Fault)
	}
	lines := c.Evidence.Timeline
	if over := len(lines) - maxTimelineLines; over > 0 {
		fmt.Fprintf(w, "     (%d lines before; --json has them)\n", over)
		lines = lines[over:]
	}
	for _, line := range lines {
		fmt.Fprintf(w, "     %s\n", line)
	}
}

// fewAlike is how many clauses that fail with the same words are worth a remark.
const fewAlike = 3

// writeAlike says with which clause to begin if many fail for one cause.
func writeAlike(w io.Writer, r *Report) {
	counts, most, failed := make(map[string]int), "", 0
	first := make(map[string]string)
	for i := range r.Clauses {
		c := &r.Clauses[i]
		if c.Status != Fail {
			continue
		}
		failed++
		if first[c.Reason] == "" {
			first[c.Reason] = c.ID
		}
		counts[c.Reason]++
		if counts[c.Reason] > counts[most] {
			most = c.Reason
		}
	}
	if counts[most] >= fewAlike {
		fmt.Fprintf(w, "BEGIN with %s: %d of %d failed clauses say the same first, \"%s\"\n\n", first[most], counts[most], failed, firstLine(most))
	}
}

func writeFoot(w io.Writer, r *Report) {
	c := &r.Counts
	fmt.Fprintf(w, "%d passed, %d failed, %d error, %d unverified, %d n/a, %d skipped, %d xfail, %d xpass   (%d applicable, %d executed)   %.1fs\n",
		c.Pass, c.Fail, c.Error, c.Unverified, c.NotApplied, c.Skipped, c.XFail, c.XPass,
		c.Applicable, c.Executed, float64(r.DurationMS)/1000)
	fmt.Fprintf(w, "VERDICT %s: %s", r.Profile, r.Verdict)
	if r.Reason != "" {
		fmt.Fprintf(w, " (%s)", firstLine(r.Reason))
	}
	fmt.Fprintln(w)
}

func name(c *ClauseResult) string {
	if c.Variant == "" {
		return c.ID
	}
	return c.ID + " (" + c.Variant + ")"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

const lineWidth = 110

// wrap breaks a text into lines and indents all but the first.
func wrap(text, indent string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case width+1+len(word) > lineWidth:
			b.WriteString("\n" + indent)
			width = 0
		default:
			b.WriteString(" ")
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	return b.String()
}
