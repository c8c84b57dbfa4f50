package checks

import (
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// properties holds the check of group PRP.
func properties() map[string]Check {
	return map[string]Check{"PRP-001": keepsItsPromises}
}

// The first walks are short, because a short failing walk needs no shrinking. The
// numbers of steps are averages.
var rounds = []struct{ walks, steps int }{{20, 10}, {16, 24}}

// shrinkTime limits the search for a shorter walk that fails in the same way.
const shrinkTime = 10 * time.Second

// keepsItsPromises walks at random. After two thirds of the check's time no walk
// is begun, so that a slow provider walks less, and a shorter walk is still
// looked for.
func keepsItsPromises(t *harness.T, e *harness.Env) {
	enough := time.Now().Add(e.Manifest.Timeouts.Check * 2 / 3)
	w := &walker{t: t, env: e}
	for i, round := range rounds {
		for number := 0; number < round.walks && time.Now().Before(enough); number++ {
			seed := e.Seed*uint64(len(rounds)) + uint64(i) + 1
			random := rand.New(rand.NewPCG(seed, uint64(number))) //nolint:gosec // it has to be repeatable, not secret
			if made := w.atRandom(random, round.steps); !made.sound() {
				w.report(made)
			}
		}
	}
	if w.last == nil {
		t.SetupFailed("walk", errors.New("there was no time for a single walk"))
	}
}

// walker makes one walk after another.
type walker struct {
	t    *harness.T
	env  *harness.Env
	last *walk
}

// atRandom makes a walk of a random length.
func (w *walker) atRandom(random *rand.Rand, steps int) *walk {
	made := w.begin(&choices{random: random})
	for made.sound() && random.IntN(steps+1) > 0 {
		made.next(&choices{random: random})
	}
	return made.end()
}

// along makes a walk along a trail.
func (w *walker) along(t trail) *walk {
	made := w.begin(&choices{replay: t[0]})
	for i := 1; i < len(t) && made.sound(); i++ {
		made.next(&choices{replay: t[i]})
	}
	return made.end()
}

func (w *walker) begin(c *choices) *walk {
	if w.last != nil && w.last.scenario != nil {
		w.last.scenario.Discard()
	}
	w.last = beginWalk(w.t, w.env, c)
	return w.last
}

// report looks for a shorter walk that fails like the one that was found, and
// ends the check with it.
func (w *walker) report(found *walk) {
	w.t.SetupFailed("walk", found.setupErr)
	until := time.Now().Add(shrinkTime)
	shorten(found.trail, func(t trail) (trail, bool) {
		if time.Now().After(until) || w.t.Context().Err() != nil {
			return nil, false
		}
		made := w.along(t)
		if !made.failsLike(found) {
			return nil, false
		}
		found = made
		return made.trail, true
	})
	w.t.Logf("the shortest failing walk: %s", strings.Join(found.steps, "; "))
	w.t.Report(found.failure)
	w.t.FailNow()
}
