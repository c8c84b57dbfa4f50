package hostchecks

import (
	"cmp"
	"fmt"
	"slices"
)

// plannedWorld is a world with the stories that will be told in it.
type plannedWorld struct {
	name    string
	fault   Fault
	live    bool
	stories []*Story
	wallets []placed
}

// placed is a provider of a world: for one story, or for all that need its kind.
type placed struct {
	kind Kind
	own  *Story // nil: for all
}

// mostWallets bounds the providers of a world where the manifest does not: each is a
// process.
const mostWallets = 24

// plan divides the stories of the clauses among worlds: those that have one fault, as many
// as the host may have providers for.
func (s *Suite) plan(clauses []string) []plannedWorld {
	var worlds []plannedWorld
	most := cmp.Or(s.Manifest.Providers, mostWallets)
	for _, story := range needed(clauses) {
		if story.isLive() && !s.Manifest.Live || slices.Contains(s.Without, story.Clause) {
			continue
		}
		at := slices.IndexFunc(worlds, func(w plannedWorld) bool {
			return w.fault == story.World && w.live == story.isLive() && len(w.needs(story)) <= most
		})
		if at < 0 {
			at = len(worlds)
			worlds = append(worlds, plannedWorld{name: fmt.Sprintf("world-%d", at+1), fault: story.World, live: story.isLive()})
		}
		w := &worlds[at]
		w.wallets = w.needs(story)
		w.stories = append(w.stories, story)
	}
	return worlds
}

// needs returns the providers that the world has with another story.
func (w *plannedWorld) needs(story *Story) []placed {
	all := slices.Clone(w.wallets)
	for _, kind := range story.kinds() {
		has := func(p placed) bool { return p.own == nil && p.kind.Name == kind.Name }
		switch {
		case story.Own:
			all = append(all, placed{kind, story})
		case !slices.ContainsFunc(all, has):
			all = append(all, placed{kind: kind})
		}
	}
	return all
}

// needed returns the stories of the clauses, and those that feed their monitors. Worlds
// whose stories take long come first.
func needed(clauses []string) []*Story {
	wanted := slices.Clone(clauses)
	for _, m := range Monitors() {
		if slices.Contains(clauses, m.Clause) {
			wanted = append(wanted, m.Fed...)
		}
	}
	var stories []*Story
	for _, story := range Stories() {
		if slices.Contains(wanted, story.Clause) {
			stories = append(stories, &story)
		}
	}
	slices.SortStableFunc(stories, func(a, b *Story) int { return cmp.Compare(b.World, a.World) })
	return stories
}
