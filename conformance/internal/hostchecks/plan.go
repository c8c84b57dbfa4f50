package hostchecks

import (
	"cmp"
	"fmt"
	"slices"
)

// plannedWorld is a world with the checks that will run in it.
type plannedWorld struct {
	name    string
	fault   Fault
	live    bool
	checks  []*Check
	wallets []placed
}

// placed is a provider of a world: for one check, or for all that need its kind.
type placed struct {
	kind Kind
	own  *Check // nil: for all
}

// mostWallets bounds the providers of a world where the manifest does not: each is a
// process.
const mostWallets = 24

// plan divides the checks of the clauses among worlds: those that have one fault, as many
// as the host may have providers for.
func (s *Suite) plan(clauses []string) []plannedWorld {
	var worlds []plannedWorld
	most := cmp.Or(s.Manifest.Providers, mostWallets)
	for _, check := range needed(clauses) {
		if check.isLive() && !s.Manifest.Live || slices.Contains(s.Without, check.Clause) {
			continue
		}
		at := slices.IndexFunc(worlds, func(w plannedWorld) bool {
			return w.fault == check.World && w.live == check.isLive() && len(w.needs(check)) <= most
		})
		if at < 0 {
			at = len(worlds)
			worlds = append(worlds, plannedWorld{name: fmt.Sprintf("world-%d", at+1), fault: check.World, live: check.isLive()})
		}
		w := &worlds[at]
		w.wallets = w.needs(check)
		w.checks = append(w.checks, check)
	}
	return worlds
}

// needs returns the providers that the world has with another check.
func (w *plannedWorld) needs(check *Check) []placed {
	all := slices.Clone(w.wallets)
	for _, kind := range check.kinds() {
		has := func(p placed) bool { return p.own == nil && p.kind.Name == kind.Name }
		switch {
		case check.Own:
			all = append(all, placed{kind, check})
		case !slices.ContainsFunc(all, has):
			all = append(all, placed{kind: kind})
		}
	}
	return all
}

// needed returns the checks of the clauses, and those that feed their monitors. Worlds
// whose checks take long come first.
func needed(clauses []string) []*Check {
	wanted := slices.Clone(clauses)
	for _, m := range Monitors() {
		if slices.Contains(clauses, m.Clause) {
			wanted = append(wanted, m.Fed...)
		}
	}
	var checks []*Check
	for _, check := range Checks() {
		if slices.Contains(wanted, check.Clause) {
			checks = append(checks, &check)
		}
	}
	slices.SortStableFunc(checks, func(a, b *Check) int { return cmp.Compare(b.World, a.World) })
	return checks
}
