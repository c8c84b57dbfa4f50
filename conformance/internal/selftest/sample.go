package selftest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"strings"
)

// Draw returns the names of one in so many mutants of the corpus, rounded up. The
// same seed draws the same ones, in whatever order they are listed.
func Draw(corpus *Corpus, oneIn int, seed string) []string {
	names := make([]string, 0, len(corpus.Mutants))
	for i := range corpus.Mutants {
		names = append(names, corpus.Mutants[i].Name)
	}
	return AtMost(names, (len(names)+oneIn-1)/oneIn, seed)
}

// AtMost draws so many of the names, or returns all if there are no more, in
// alphabetical order.
func AtMost(names []string, most int, seed string) []string {
	type ticket struct {
		name string
		sum  [sha256.Size]byte
	}
	tickets := make([]ticket, 0, len(names))
	for _, name := range names {
		tickets = append(tickets, ticket{name, sha256.Sum256([]byte(seed + "\x00" + name))})
	}
	slices.SortFunc(tickets, func(a, b ticket) int { return bytes.Compare(a.sum[:], b.sum[:]) })
	drawn := make([]string, 0, len(names))
	for _, t := range tickets[:min(most, len(tickets))] {
		drawn = append(drawn, t.name)
	}
	slices.Sort(drawn)
	return drawn
}

// ChangedSince returns the names of the mutants that edit a declaration, or a file
// that is not Go, that is not what it was in the other source. Comments and line
// breaks do not count.
func ChangedSince(corpus *Corpus, now, then *Source) []string {
	var names []string
	for i := range corpus.Mutants {
		m := &corpus.Mutants[i]
		if slices.ContainsFunc(m.Edits, func(e Edit) bool {
			was, wasThere := then.stand(&e)
			is, isThere := now.stand(&e)
			return was != is || !wasThere || !isThere
		}) {
			names = append(names, m.Name)
		}
	}
	return names
}

// stand returns what is built of the place that an edit belongs to.
func (s *Source) stand(e *Edit) (text string, ok bool) {
	folder, name, isGo := e.place()
	if !isGo {
		text, err := s.read(e.In)
		return text, err == nil
	}
	decls, err := s.find(folder, name)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	for _, d := range decls {
		b.WriteString(plain(d.words()))
	}
	return b.String(), true
}

// Commit returns the hash of a commit of the repository that root is in, such as
// that of HEAD.
func Commit(ctx context.Context, root, name string) (string, error) {
	hash, err := git(ctx, root, "rev-parse", "--verify", "--end-of-options", name+"^{commit}")
	if err != nil {
		return "", &NoCommitError{Commit: name, Err: err}
	}
	return strings.TrimSpace(string(hash)), nil
}
