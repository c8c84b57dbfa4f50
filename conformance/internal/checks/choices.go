package checks

import (
	"math/rand/v2"
	"slices"
)

// choices draws the numbers that decide what one part of a walk does, and
// records them, so that the walk can be repeated, also without some parts.
type choices struct {
	random *rand.Rand // nil: the numbers are those of replay
	replay []int
	drawn  []int
}

// below returns a number from 0 to n-1. A replay that has no number left returns
// 0, and one whose number is too large the largest.
func (c *choices) below(n int) int {
	number := 0
	switch {
	case c.random != nil:
		number = c.random.IntN(n)
	case len(c.drawn) < len(c.replay):
		number = min(c.replay[len(c.drawn)], n-1)
	}
	c.drawn = append(c.drawn, number)
	return number
}

// among returns the index of an item that is possible; -1 if the one to replay is
// not. What is recorded is the index among all items, so that it means the same
// in a walk in which other items are possible.
func (c *choices) among(possible []bool) int {
	if c.random == nil {
		index := c.below(len(possible))
		if !possible[index] {
			return -1
		}
		return index
	}
	var indexes []int
	for i, is := range possible {
		if is {
			indexes = append(indexes, i)
		}
	}
	index := indexes[c.random.IntN(len(indexes))]
	c.drawn = append(c.drawn, index)
	return index
}

// oneOf returns one of the items.
func oneOf[Item any](c *choices, items []Item) Item { return items[c.below(len(items))] }

// trail is what was drawn in a walk: in its beginning, and then in each step. The
// first number of a step is the index of its action.
type trail [][]int

func (t trail) without(from, to int) trail { return slices.Delete(slices.Clone(t), from, to) }

func (t trail) with(part, at, number int) trail {
	changed := slices.Clone(t)
	changed[part] = slices.Clone(t[part])
	changed[part][at] = number
	return changed
}

// shorten looks for a shorter trail that fails like the one that was found. Try
// makes a walk along a trail, and returns the trail that it took and whether it
// failed in the same way. It can end the search by returning false from then on.
func shorten(found trail, try func(trail) (trail, bool)) trail {
	for shorter := true; shorter; {
		shorter = false
		accept := func(candidate trail) bool {
			took, failed := try(candidate)
			if failed {
				found, shorter = took, true
			}
			return failed
		}
		leaveOut(&found, accept)
		makeSmaller(&found, accept)
	}
	return found
}

// leaveOut tries to do without steps: many at once first, the last ones first.
func leaveOut(found *trail, accept func(trail) bool) {
	for size := len(*found) - 1; size > 0; size /= 2 {
		for from := len(*found) - size; from > 0; from = min(from, len(*found)) - size {
			accept(found.without(from, from+size))
		}
	}
}

// makeSmaller tries smaller numbers, the smallest first. It leaves those of actions
// alone.
func makeSmaller(found *trail, accept func(trail) bool) {
	has := func(part, at int) bool { return part < len(*found) && at < len((*found)[part]) }
	for part := range *found {
		for at := min(part, 1); has(part, at); at++ {
			for number := 0; has(part, at) && number < (*found)[part][at]; number++ {
				if accept(found.with(part, at, number)) {
					break
				}
			}
		}
	}
}
