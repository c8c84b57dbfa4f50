package hostchecks

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/internal/hostproc"
)

func TestPlan_GivesEachStoryItsWorldAndItsProviders(t *testing.T) {
	t.Parallel()
	for _, most := range []int{0, 2, 5} {
		s := &Suite{Settings: Settings{Manifest: &hostproc.Manifest{Providers: most, Live: true}}}
		told := map[string]int{}
		for _, w := range s.plan(Clauses()) {
			if most > 0 {
				assert.LessOrEqual(t, len(w.wallets), most)
			}
			for _, story := range w.stories {
				assert.Equal(t, w.fault, story.World)
				assert.Equal(t, w.live, story.isLive())
				told[story.Clause]++
				for _, kind := range story.kinds() {
					var fits int
					for _, p := range w.wallets {
						if p.kind.Name == kind.Name && (p.own == story || !story.Own && p.own == nil) {
							fits++
						}
					}
					assert.Equal(t, 1, fits, "%s: %s", story.Clause, kind.Name)
				}
			}
		}
		for _, story := range Stories() {
			told[story.Clause]--
		}
		for clause, left := range told {
			assert.Zero(t, left, clause)
		}
	}
}

func TestPlan_HasNoRealMoneyForAHostThatTakesNone(t *testing.T) {
	t.Parallel()
	s := &Suite{Settings: Settings{Manifest: &hostproc.Manifest{}}}
	told := 0
	for _, w := range s.plan([]string{"HAN-003", "HED-001"}) {
		assert.False(t, w.live)
		told += len(w.stories)
	}
	assert.Equal(t, 1, told, "the story of HAN-003 in test mode")
}

// A host that does not read its catalog again would be ended for it, below the stories
// that go on in its world.
func TestPlan_OfAMonitorHasNoStoryOfAClauseThatDoesNotHold(t *testing.T) {
	t.Parallel()
	s := &Suite{Settings: Settings{Manifest: &hostproc.Manifest{}, Without: []string{"HLF-003"}}}
	worlds := s.plan([]string{"HSC-001"})
	assert.NotEmpty(t, worlds)
	for _, w := range worlds {
		for _, story := range w.stories {
			assert.NotEqual(t, "HLF-003", story.Clause)
		}
	}
}

func TestPlan_OfAMonitorHasTheStoriesThatFeedIt(t *testing.T) {
	t.Parallel()
	s := &Suite{Settings: Settings{Manifest: &hostproc.Manifest{}}}
	var told []string
	for _, w := range s.plan([]string{"HKY-004"}) {
		for _, story := range w.stories {
			told = append(told, story.Clause)
		}
	}
	assert.Contains(t, told, "HKY-001")
}
