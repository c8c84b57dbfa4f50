package selftest

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// heirs are the declarations that a source has and an earlier one had not, at
// least not by their names: what others may have become.
type heirs struct {
	source *Source
	all    []heir
}

type heir struct {
	place  place
	kind   string
	shares map[string]int
	size   int
}

// likeness is how much of two declarations is the same, from 0 to 1.
type likeness struct {
	place place
	share float64
}

// findHeirs returns the new declarations of the source.
func findHeirs(source, before *Source) (*heirs, error) {
	h := &heirs{source: source}
	folders, err := source.packages()
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		for _, f := range source.folder(folder).files {
			for _, d := range f.decls {
				if _, err := before.find(folder, d.names[0]); err == nil {
					continue
				}
				shares, size := shingles(d.words())
				h.all = append(h.all, heir{place{folder, d.names[0]}, d.kind.String(), shares, size})
			}
		}
	}
	return h, nil
}

// packages returns the folders that hold Go of the module.
func (s *Source) packages() ([]string, error) {
	var folders []string
	err := fs.WalkDir(s.tree, ".", func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if isNoPackage(at, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if folder := path.Dir(at); strings.HasSuffix(at, ".go") && !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
		return nil
	})
	return folders, err
}

// isNoPackage reports whether a folder is none that the go command looks into.
func isNoPackage(at, name string) bool {
	return name == "testdata" || name == "node_modules" || at != "." && strings.HasPrefix(name, ".")
}

// shingles counts the runs of three tokens.
func shingles(words []word) (map[string]int, int) {
	words = solid(words)
	counts := make(map[string]int)
	for i := range len(words) - 2 {
		counts[words[i].text+"\x00"+words[i+1].text+"\x00"+words[i+2].text]++
	}
	return counts, max(len(words)-2, 0)
}

// least is the likeness from which on a declaration may be what another became.
const least = 0.4

// of returns the new declarations that are like one, the most alike first.
func (h *heirs) of(kind string, words []word) []likeness {
	shares, size := shingles(words)
	var found []likeness
	for _, other := range h.all {
		if other.kind != kind || size == 0 || other.size == 0 {
			continue
		}
		same := 0
		for shingle, n := range shares {
			same += min(n, other.shares[shingle])
		}
		if share := 2 * float64(same) / float64(size+other.size); share >= least {
			found = append(found, likeness{other.place, share})
		}
	}
	slices.SortStableFunc(found, func(a, b likeness) int { return cmp.Compare(b.share, a.share) })
	return found
}

// gap is a declaration that was there and that the record leads nowhere.
type gap struct {
	at   place
	like []likeness
}

func (g gap) String() string {
	if len(g.like) == 0 {
		return g.at.String() + " is no more, and nothing new is like it"
	}
	to := g.like[0].place
	verb := "move " + g.at.String() + " " + to.String()
	switch {
	case g.at.folder == to.folder:
		verb = "rename " + g.at.String() + " " + to.name
	case strings.Contains(g.at.name+to.name, "."):
		verb = "rehome " + g.at.String() + " " + to.String()
	}
	return fmt.Sprintf("%s is no more; %.0f%% like it is %s (%s)", g.at, 100*g.like[0].share, to, verb)
}

// gaps returns the declarations of the packages that the subjects are built from
// which are neither in the source today nor lead there.
func gaps(base, today *Source, module string, subjects map[string]Subject, steps []step) ([]gap, error) {
	news, err := findHeirs(today, base)
	if err != nil {
		return nil, err
	}
	var found []gap
	for _, folder := range closure(base, module, subjects) {
		for _, f := range base.folder(folder).files {
			for _, d := range f.decls {
				c := &carried{module: module, isGo: true, places: []place{{folder, d.names[0]}}}
				for _, s := range steps {
					if err := s.apply(c); err != nil {
						return nil, err
					}
				}
				if d.names[0] != "_" && !c.gone && !c.stands(today) {
					found = append(found, gap{c.places[0], news.of(d.kind.String(), d.words())})
				}
			}
		}
	}
	return found, nil
}

// stands reports whether the source has one of the edit's places.
func (c *carried) stands(s *Source) bool {
	return slices.ContainsFunc(c.places, func(p place) bool {
		_, err := s.find(p.folder, p.name)
		return err == nil
	})
}

// closure returns the packages of the module that the subjects are built from.
func closure(s *Source, module string, subjects map[string]Subject) []string {
	u := &universe{source: s, module: module}
	var all []string
	var visit func(folder string)
	visit = func(folder string) {
		if slices.Contains(all, folder) {
			return
		}
		all = append(all, folder)
		for _, f := range s.folder(folder).files {
			for _, spec := range f.ast.Imports {
				if other, ours := u.folder(importOf(spec).path); ours {
					visit(other)
				}
			}
		}
	}
	for _, subject := range subjects {
		visit(subject.Package)
	}
	slices.Sort(all)
	return all
}
