package conformance

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The elements of JUnit's XML that build servers agree on.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Name    string       `xml:"name,attr"`
		Suites  []junitSuite `xml:"testsuite"`
		junitCounts
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitCounts struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"`
		millis   int64
	}
	junitCase struct {
		Class      string          `xml:"classname,attr"`
		Name       string          `xml:"name,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property,omitempty"`
		Failure    *junitMessage   `xml:"failure"`
		Error      *junitMessage   `xml:"error"`
		Skipped    *junitMessage   `xml:"skipped"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// verdictCase is the name of the test case that represents the verdict.
const verdictCase = "verdict"

// WriteJUnit writes a report for build servers: a suite for each group, a test
// case for each clause. The last case represents the verdict, so that a server
// cannot show a run as passed that proved too little. With allowPartial, a PARTIAL
// verdict is reported there as skipped instead of failed.
func WriteJUnit(w io.Writer, r *Report, allowPartial bool) error {
	all := junitSuites{Name: "paysocket conformance " + subjectOf(r).Name}
	for i := range r.Clauses {
		result := &r.Clauses[i]
		name := group(result.ID)
		if len(all.Suites) == 0 || all.Suites[len(all.Suites)-1].Name != name {
			all.Suites = append(all.Suites, junitSuite{Name: name, Properties: junitFacts(r)})
		}
		suite := &all.Suites[len(all.Suites)-1]
		suite.add(junitClause(result), result.DurationMS)
	}
	last := junitSuite{Name: verdictCase, Properties: junitFacts(r)}
	last.add(junitVerdict(r, allowPartial), 0)
	all.Suites = append(all.Suites, last)
	for i := range all.Suites {
		all.Suites[i].Time = seconds(all.Suites[i].millis)
		all.sum(&all.Suites[i].junitCounts)
	}
	all.Time = seconds(r.DurationMS)
	var b bytes.Buffer
	b.WriteString(xml.Header)
	encoder := xml.NewEncoder(&b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, r.redact(b.String()))
	return err
}

func (c *junitCounts) sum(other *junitCounts) {
	c.Tests += other.Tests
	c.Failures += other.Failures
	c.Errors += other.Errors
	c.Skipped += other.Skipped
}

func (s *junitSuite) add(c junitCase, millis int64) {
	c.Time = seconds(millis)
	one := junitCounts{Tests: 1}
	switch {
	case c.Failure != nil:
		one.Failures = 1
	case c.Error != nil:
		one.Errors = 1
	case c.Skipped != nil:
		one.Skipped = 1
	}
	s.sum(&one)
	s.millis += millis
	s.Cases = append(s.Cases, c)
}

// junitFacts returns the properties of the run that every suite carries.
func junitFacts(r *Report) []junitProperty {
	of := subjectOf(r)
	return []junitProperty{
		{"verdict", string(r.Verdict)},
		{"profile", r.Profile},
		{"spec", r.Spec},
		{"seed", strconv.FormatUint(r.Seed, 10)},
		{strings.TrimPrefix(of.Kind, "payment "), strings.TrimSpace(of.Name + " " + of.Version)},
		{"sha256", of.SHA256},
	}
}

func junitClause(result *ClauseResult) junitCase {
	c := junitCase{
		Class: group(result.ID), Name: name(result) + " " + result.Title,
		Properties: []junitProperty{{"level", result.Level}, {"status", string(result.Status)}},
	}
	if result.Gate != "" {
		c.Properties = append(c.Properties, junitProperty{"gate", result.Gate})
	}
	said := &junitMessage{Message: readable(firstLine(result.Reason))}
	switch result.Status {
	case Pass:
	case Fail, XPass:
		c.Failure, said.Text = said, clauseText(result)
	case Errored:
		c.Error, said.Text = said, clauseText(result)
	case NotApplied, Unverified, Skipped:
		c.Skipped, said.Message = said, string(result.Status)+": "+said.Message
	case XFail:
		c.Skipped, said.Message = said, "known failure, see "+result.Issue+": "+said.Message
	}
	return c
}

func junitVerdict(r *Report, allowPartial bool) junitCase {
	c := junitCase{Class: verdictCase, Name: verdictCase}
	said := &junitMessage{Message: readable(strings.TrimSuffix(string(r.Verdict)+": "+firstLine(r.Reason), ": "))}
	switch {
	case r.ExitCode(false) == ExitConformant:
	case r.Verdict == Inconclusive:
		c.Error = said
	case r.ExitCode(allowPartial) == ExitConformant:
		c.Skipped = said
	default:
		c.Failure = said
	}
	return c
}

// clauseText returns the clause as in the text report.
func clauseText(result *ClauseResult) string {
	var b strings.Builder
	writeClause(&b, result)
	return readable(b.String())
}

// readable removes characters that XML does not allow.
func readable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, text)
}

func seconds(millis int64) string { return strconv.FormatFloat(float64(millis)/1000, 'f', 3, 64) }
