package selftest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path"
	"runtime"
	"slices"
	"sync"
)

// CheckOptions change a check. Nil means the defaults.
type CheckOptions struct {
	// Compile type-checks the packages that a mutant changes, too.
	Compile bool

	// Parallel is how many mutants are checked at once; 0: as many as there are
	// processors.
	Parallel int
}

// Check finds the mutants that do not fit the source in the root: those that are
// stale, and those that would not compile. It builds nothing.
func Check(ctx context.Context, corpus *Corpus, root string, o *CheckOptions) ([]error, error) {
	if o == nil {
		o = &CheckOptions{}
	}
	source := NewSource(os.DirFS(root), corpus.Tags...)
	problems := make([]error, len(corpus.Mutants))
	changed := make([]map[string]string, len(corpus.Mutants))
	for i := range corpus.Mutants {
		changed[i], problems[i] = corpus.Mutants[i].changed(source)
	}
	if o.Compile {
		u, err := newUniverse(ctx, source, root, corpus.Mutants)
		if err != nil {
			return nil, err
		}
		var working sync.WaitGroup
		next := make(chan int)
		for range cmp.Or(o.Parallel, runtime.GOMAXPROCS(0)) {
			working.Go(func() {
				mine := u.again()
				for i := range next {
					problems[i] = mine.compiles(&corpus.Mutants[i], changed[i])
				}
			})
		}
		for i := range corpus.Mutants {
			if problems[i] == nil && ctx.Err() == nil {
				next <- i
			}
		}
		close(next)
		working.Wait()
	}
	return once(problems), ctx.Err()
}

// once drops what is no error, and what was said before.
func once(problems []error) []error {
	said := make(map[string]bool)
	return slices.DeleteFunc(problems, func(err error) bool {
		if err == nil || said[err.Error()] {
			return true
		}
		said[err.Error()] = true
		return false
	})
}

// compiles type-checks the packages that a mutant changes.
func (u *universe) compiles(m *Mutant, changed map[string]string) error {
	v := u.with(changed)
	for _, folder := range foldersOf(changed) {
		_, err := v.check(folder, newInfo())
		if err == nil {
			continue
		}
		if _, without := u.with(nil).check(folder, newInfo()); without != nil {
			return fmt.Errorf("package %s does not compile, and its mutants cannot be checked: %w", folder, without)
		}
		return fmt.Errorf("mutant %s does not compile: %w", m.Name, err)
	}
	return nil
}

// foldersOf returns the packages that changed files belong to.
func foldersOf(changed map[string]string) []string {
	var folders []string
	for at := range changed {
		if folder := path.Dir(at); path.Ext(at) == ".go" && !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
	}
	slices.Sort(folders)
	return folders
}
