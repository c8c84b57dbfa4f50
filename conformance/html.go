package conformance

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"
)

//go:embed report.html.tmpl
var reportPage string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"statusClass": func(s Status) string { return strings.ReplaceAll(string(s), "/", "") },
	"sign":        func(s Status) string { return signs[s] },
	"seconds":     func(millis int64) string { return fmt.Sprintf("%.1f s", float64(millis)/1000) },
	"day":         func(t time.Time) string { return t.Format("2 January 2006, 15:04 MST") },
	"name":        name,
	"join":        func(words []string) string { return strings.Join(words, ", ") },
}).Parse(reportPage))

// signs are shown with the colors, which not everybody can distinguish.
var signs = map[Status]string{
	Pass: "✓", Fail: "✗", Errored: "!", NotApplied: "–", Unverified: "?", Skipped: "›", XFail: "x", XPass: "✗",
}

// meanings explain each verdict to a reader who is new to them.
var meanings = map[Verdict]string{
	Conformant:    "Every clause that applies to this SUBJECT was checked, and it keeps them all.",
	Partial:       "Nothing was found wrong, but not everything was proven. Nobody can rely on what was not checked.",
	NonConformant: "The SUBJECT breaks the contract. It must not be used for real money.",
	Inconclusive:  "The suite could not do its work, so this says nothing about the SUBJECT, good or bad.",
}

func meaningOf(r *Report) string {
	return strings.ReplaceAll(meanings[r.Verdict], "SUBJECT", subjectOf(r).Kind)
}

// htmlSubject is what was checked.
type htmlSubject struct {
	Kind, Name, Version, Path, SHA256, Promise string
}

func subjectOf(r *Report) htmlSubject {
	if r.Host != nil {
		return htmlSubject{"host", r.Host.Name, r.Implementation.Version, r.Host.Path, r.Host.SHA256, "what package contract asks of hosts"}
	}
	p := &r.Provider
	return htmlSubject{"payment provider", p.ID, p.Version, p.Path, p.SHA256, "the PaymentProvider contract"}
}

// isWrong reports whether a status needs action.
func isWrong(s Status) bool { return s == Fail || s == Errored || s == XPass }

// htmlGroup is a group of clauses with their results.
type htmlGroup struct {
	ID, Title          string
	Passed, Applicable int
	Clauses            []htmlClause
}

// htmlClause is a result with the clause of the catalogue.
type htmlClause struct {
	*ClauseResult

	Anchor string
	Clause *Clause
	Open   bool // whether it needs action
}

// WriteHTML writes a report as one self-contained page.
func WriteHTML(w io.Writer, r *Report) error {
	catalogue, _, err := catalogueOf(r)
	if err != nil {
		return err
	}
	groups := htmlGroups(catalogue, r)
	var wrong []htmlClause
	for i := range groups {
		for _, clause := range groups[i].Clauses {
			if clause.Open {
				wrong = append(wrong, clause)
			}
		}
	}
	var b strings.Builder
	err = reportTemplate.Execute(&b, map[string]any{
		"R": r, "Groups": groups, "Wrong": wrong, "Meaning": meaningOf(r), "Exit": r.ExitCode(false), "Subject": subjectOf(r),
	})
	if err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	_, err = io.WriteString(w, r.redact(b.String()))
	return err
}

func htmlGroups(catalogue *Catalogue, r *Report) []htmlGroup {
	var groups []htmlGroup
	for i := range r.Clauses {
		result := &r.Clauses[i]
		id := group(result.ID)
		if len(groups) == 0 || groups[len(groups)-1].ID != id {
			groups = append(groups, htmlGroup{ID: id, Title: catalogue.Groups[id]})
		}
		g := &groups[len(groups)-1]
		clause, ok := catalogue.clause(result.ID)
		if !ok { // the report is of another version
			clause = &Clause{ID: result.ID, Title: result.Title, Level: result.Level}
		}
		g.Clauses = append(g.Clauses, htmlClause{
			ClauseResult: result, Clause: clause, Anchor: strings.TrimSuffix(result.ID+"-"+result.Variant, "-"),
			Open: isWrong(result.Status) && !r.kept(result),
		})
		if result.Status != NotApplied {
			g.Applicable++
		}
		if result.Status == Pass {
			g.Passed++
		}
	}
	return groups
}
