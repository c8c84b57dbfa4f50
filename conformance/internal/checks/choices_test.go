package checks

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestChoices_ReplayWhatWasDrawn(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		first := &choices{random: rand.New(rand.NewPCG(seed, 1))}
		draw := func(c *choices) []int {
			return []int{c.below(3), c.among([]bool{false, true, false, true}), oneOf(c, []int{5, 6, 7})}
		}
		drawn := draw(first)
		again := &choices{replay: first.drawn}
		assert.Equal(t, drawn, draw(again))
		assert.Equal(t, first.drawn, again.drawn)
	}
}

func TestChoices_ReplayInAnotherWalkIsBounded(t *testing.T) {
	t.Parallel()
	c := &choices{replay: []int{9, 2}}
	assert.Equal(t, 3, c.below(4), "the largest there is")
	assert.Equal(t, -1, c.among([]bool{true, true, false}), "an action that is not possible is no other one")
	assert.Zero(t, c.below(4), "no number is left")
}

// A defect of three steps, in an order, is found among many that have nothing to
// do with it.
func TestShorten_LeavesWhatTheFailureNeeds(t *testing.T) {
	t.Parallel()
	fails := func(walked trail) bool {
		next := 0
		for _, step := range walked[1:] {
			if next < 3 && step[0] == next && (next != 1 || step[1] >= 2) {
				next++
			}
		}
		return next == 3
	}
	found := trail{{2}}
	random := rand.New(rand.NewPCG(7, 7))
	for !fails(found) {
		found = append(found, []int{random.IntN(12), random.IntN(9)})
	}
	tried := 0
	shortest := shorten(found, func(candidate trail) (trail, bool) {
		tried++
		return candidate, fails(candidate)
	})
	assert.Equal(t, trail{{0}, {0, 0}, {1, 2}, {2, 0}}, shortest)
	assert.Less(t, tried, 1000)
}

// A walk can leave out steps which are not possible any more without others.
func TestShorten_GoesOnFromTheTrailThatWasTaken(t *testing.T) {
	t.Parallel()
	found := trail{{}, {0}, {1}, {1}, {2}, {1}}
	shortest := shorten(found, func(candidate trail) (trail, bool) {
		took := slices.Clone(candidate)
		if !slices.ContainsFunc(took, func(step []int) bool { return slices.Equal(step, []int{0}) }) {
			took = slices.DeleteFunc(took, func(step []int) bool { return slices.Equal(step, []int{1}) })
		}
		return took, slices.ContainsFunc(took, func(step []int) bool { return slices.Equal(step, []int{2}) })
	})
	assert.Equal(t, trail{{}, {2}}, shortest)
}

func TestShorten_EndsWhenNothingIsAccepted(t *testing.T) {
	t.Parallel()
	found := trail{{1}, {0, 1}, {1, 4}}
	assert.Equal(t, found, shorten(found, func(trail) (trail, bool) { return nil, false }))
}
