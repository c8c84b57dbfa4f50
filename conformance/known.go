package conformance

import (
	"bufio"
	"bytes"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// excuse is a line of a list of known failures.
type excuse struct {
	where string // file and line
	issue string
}

// readExcuses reads the list of known failures: lines of a clause (with
// "/VARIANT" for the manifest's variant of that name), the URL of an issue and
// expires=YYYY-MM-DD. The list is strict, so that nobody forgets it: what
// cannot be parsed, names no clause or has expired is an error.
func readExcuses(file string, catalogue *Catalogue, variants []string, today time.Time) (map[string]excuse, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // no list is an empty list
	}
	text, err := os.ReadFile(file) //nolint:gosec // the manifest names it
	if err != nil {
		return nil, misuse("knownFailing: %w", err)
	}
	excuses := make(map[string]excuse)
	scanner := bufio.NewScanner(bytes.NewReader(text))
	for number := 1; scanner.Scan(); number++ {
		line, _, _ := strings.Cut(scanner.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		where := fmt.Sprintf("%s:%d", file, number)
		key, issue, problem := readExcuse(fields, catalogue, variants, today)
		if _, twice := excuses[key]; twice && problem == "" {
			problem = fields[0] + " is listed twice"
		}
		if problem != "" {
			return nil, misuse("%s: %s", where, problem)
		}
		excuses[key] = excuse{where: where, issue: issue}
	}
	if err := scanner.Err(); err != nil {
		return nil, misuse("%s: %w", file, err)
	}
	return excuses, nil
}

// readExcuse parses the fields of a line. problem is what is wrong with it; empty
// if nothing is.
func readExcuse(fields []string, catalogue *Catalogue, variants []string, today time.Time) (key, issue, problem string) {
	if len(fields) != 3 {
		return "", "", "write a line as CLAUSE ISSUE-URL expires=YYYY-MM-DD"
	}
	id, variant, _ := strings.Cut(fields[0], "/")
	if _, ok := catalogue.clause(id); !ok {
		return "", "", fmt.Sprintf("there is no clause %q; %s shows all", id, catalogue.lister())
	}
	if variant != "" && !slices.Contains(variants, variant) {
		return "", "", fmt.Sprintf("the manifest has no variant %q", variant)
	}
	if parsed, err := url.Parse(fields[1]); err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		return "", "", fmt.Sprintf("%q is not the URL of an issue; write the URL of the issue that tracks this failure", fields[1])
	}
	date, ok := strings.CutPrefix(fields[2], "expires=")
	expires, err := time.Parse(time.DateOnly, date)
	if !ok || err != nil {
		return "", "", fmt.Sprintf("%q is not a date; write expires=YYYY-MM-DD", fields[2])
	}
	if !today.Before(expires.AddDate(0, 0, 1)) {
		return "", "", fmt.Sprintf("the excuse of %s expired on %s; fix it, or agree on another date at %s", fields[0], date, fields[1])
	}
	return id + "/" + variant, fields[1], ""
}

// idleExcuse returns an error for an excuse whose clause does not apply, and so can
// neither fail nor pass.
func (r *judged) idleExcuse() error {
	for key, excuse := range r.excuses {
		result := r.results[key]
		switch {
		case result == nil:
			return misuse("%s: the manifest's variants do not check %s", excuse.where, strings.TrimSuffix(key, "/"))
		case result.Status == NotApplied:
			return misuse("%s: %s does not apply (%s); remove the line", excuse.where, result.ID, result.Reason)
		}
	}
	return nil
}

// excuse marks a failure on the list as known, and fails a clause that passes
// although it is on the list.
func (r *judged) excuse(key string, result *ClauseResult) {
	excuse, listed := r.excuses[key]
	if !listed {
		return
	}
	switch result.Status {
	case Fail:
		result.Status, result.Issue = XFail, excuse.issue
	case Pass:
		result.Status, result.Issue = XPass, excuse.issue
		result.Reason = "it passes, but is on the list of known failures; remove " + excuse.where
	case Errored, NotApplied, Unverified, Skipped, XFail, XPass: // nothing to excuse
	}
}
