package hostchecks

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/internal/hostproc"
)

func TestPlan_GivesEachCheckItsWorldAndItsProviders(t *testing.T) {
	t.Parallel()
	for _, most := range []int{0, 2, 5} {
		s := &Suite{Settings: Settings{Manifest: &hostproc.Manifest{Providers: most, Live: true}}}
		counts := map[string]int{}
		for _, w := range s.plan(Clauses()) {
			if most > 0 {
				assert.LessOrEqual(t, len(w.wallets), most)
			}
			for _, check := range w.checks {
				assert.Equal(t, w.fault, check.World)
				assert.Equal(t, w.live, check.isLive())
				counts[check.Clause]++
				for _, kind := range check.kinds() {
					var fits int
					for _, p := range w.wallets {
						if p.kind.Name == kind.Name && (p.own == check || !check.Own && p.own == nil) {
							fits++
						}
					}
					assert.Equal(t, 1, fits, "%s: %s", check.Clause, kind.Name)
				}
			}
		}
		for _, check := range Checks() {
			counts[check.Clause]--
		}
		for clause, left := range counts {
			assert.Zero(t, left, clause)
		}
	}
}

func TestPlan_HasNoRealMoneyForAHostThatTakesNone(t *testing.T) {
	t.Parallel()
	s := &Suite{Settings: Settings{Manifest: &hostproc.Manifest{}}}
	total := 0
	for _, w := range s.plan([]string{"HAN-003", "HED-001"}) {
		assert.False(t, w.live)
		total += len(w.checks)
	}
	assert.Equal(t, 1, total, "the check of HAN-003 in test mode")
}

// A host that does not read its catalog again would be ended for it, below the checks
// that go on in its world.
func TestPlan_OfAMonitorHasNoCheckOfAClauseThatDoesNotHold(t *testing.T) {
	t.Parallel()
	s := &Suite{Settings: Settings{Manifest: &hostproc.Manifest{}, Without: []string{"HLF-003"}}}
	worlds := s.plan([]string{"HSC-001"})
	assert.NotEmpty(t, worlds)
	for _, w := range worlds {
		for _, check := range w.checks {
			assert.NotEqual(t, "HLF-003", check.Clause)
		}
	}
}

func TestPlan_OfAMonitorHasTheChecksThatFeedIt(t *testing.T) {
	t.Parallel()
	s := &Suite{Settings: Settings{Manifest: &hostproc.Manifest{}}}
	var run []string
	for _, w := range s.plan([]string{"HKY-004"}) {
		for _, check := range w.checks {
			run = append(run, check.Clause)
		}
	}
	assert.Contains(t, run, "HKY-001")
}
