package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/paysocket/paysocket/conformance/internal/selftest"
)

// sampleFlags choose some of the mutants.
type sampleFlags struct {
	oneIn int
	seed  string
	since string
	most  int
}

func (f *sampleFlags) add(set *pflag.FlagSet) {
	set.IntVar(&f.oneIn, "sample", 0, "run one in so many mutants")
	set.StringVar(&f.seed, "sample-seed", "", "a text that the sample is drawn by (default: the hash of the commit)")
	set.StringVar(&f.since, "since", "", "run the mutants whose declarations changed since this commit, besides the sample if there is one")
	set.IntVar(&f.most, "since-at-most", 0, "with --since: run at most so many of those mutants, and say how many are left out (default: all)")
}

// isSet reports whether some of the mutants are left out.
func (f *sampleFlags) isSet() bool { return f.oneIn > 0 || f.since != "" }

func (f *sampleFlags) check(only string) error {
	switch {
	case f.isSet() && only != "":
		return errors.New("--only names the mutants, and --sample and --since choose them: use one of them")
	case f.oneIn < 0:
		return errors.New("--sample is one in so many mutants, such as 20")
	case f.seed != "" && f.oneIn == 0:
		return errors.New("--sample-seed needs --sample")
	case f.most < 0:
		return errors.New("--since-at-most is a number of mutants, such as 40")
	case f.most > 0 && f.since == "":
		return errors.New("--since-at-most needs --since")
	}
	return nil
}

// choose returns the corpus with the mutants that are to run, and says which they
// are.
func (f *sampleFlags) choose(ctx context.Context, out io.Writer, corpus *selftest.Corpus) (*selftest.Corpus, error) {
	if !f.isSet() {
		return corpus, nil
	}
	root, err := selftest.Root(ctx)
	if err != nil {
		return nil, err
	}
	var drawn, parts []string
	if f.oneIn > 0 {
		var by string
		if drawn, by, err = f.draw(ctx, root, corpus); err != nil {
			return nil, err
		}
		parts = append(parts, fmt.Sprintf("%d drawn by %s", len(drawn), by))
	}
	changed, hash, err := f.changed(ctx, root, corpus)
	changed = slices.DeleteFunc(changed, func(name string) bool { return slices.Contains(drawn, name) })
	switch {
	case err != nil && f.oneIn == 0:
		return nil, err
	case err != nil:
		fmt.Fprintf(out, "%v; only the sample is run\n", err)
	case f.since != "":
		all := len(changed)
		if f.most > 0 {
			changed = selftest.AtMost(changed, f.most, f.seed+hash)
		}
		part := fmt.Sprintf("%d whose declarations changed since %s", len(changed), shortHash(hash))
		if left := all - len(changed); left > 0 {
			part += fmt.Sprintf(" (%d more of them are left out)", left)
		}
		parts = append(parts, part)
	}
	chosen := &selftest.Corpus{Kind: corpus.Kind, Tags: corpus.Tags, Subjects: corpus.Subjects}
	for i := range corpus.Mutants {
		if name := corpus.Mutants[i].Name; slices.Contains(drawn, name) || slices.Contains(changed, name) {
			chosen.Mutants = append(chosen.Mutants, corpus.Mutants[i])
		}
	}
	fmt.Fprintf(out, "%d of %d mutants: %s\n", len(chosen.Mutants), len(corpus.Mutants), strings.Join(parts, ", "))
	return chosen, nil
}

// draw returns the sample, and what it is drawn by.
func (f *sampleFlags) draw(ctx context.Context, root string, corpus *selftest.Corpus) (names []string, by string, err error) {
	if f.seed != "" {
		return selftest.Draw(corpus, f.oneIn, f.seed), fmt.Sprintf("the seed %q", f.seed), nil
	}
	hash, err := selftest.Commit(ctx, root, "HEAD")
	if err != nil {
		return nil, "", fmt.Errorf("%w; --sample-seed draws the sample without one", err)
	}
	return selftest.Draw(corpus, f.oneIn, hash), "commit " + shortHash(hash), nil
}

// changed returns the mutants whose declarations changed, and since when.
func (f *sampleFlags) changed(ctx context.Context, root string, corpus *selftest.Corpus) (names []string, hash string, err error) {
	if f.since == "" {
		return nil, "", nil
	}
	if hash, err = selftest.Commit(ctx, root, f.since); err != nil {
		return nil, "", err
	}
	tree, err := selftest.Committed(ctx, root, hash)
	if err != nil {
		return nil, "", err
	}
	return selftest.ChangedSince(corpus, selftest.NewSource(os.DirFS(root), corpus.Tags...), selftest.NewSource(tree, corpus.Tags...)), hash, nil
}

func shortHash(hash string) string { return hash[:min(7, len(hash))] }
