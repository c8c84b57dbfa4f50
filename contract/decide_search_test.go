package contract

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// settings are the searches: every kind of idempotency, payments and refunds, one key and
// two.
func settings() []setting {
	weaker := native
	weaker.KeyLife = nativeLookup.KeyLife
	var all []setting
	for name, terms := range map[string]Idempotency{"look-up": lookup, "native": native, "native with look-up": nativeLookup} {
		for _, keys := range []int{1, 2} {
			all = append(all,
				setting{name: "payment, " + name, operation: OperationCreatePayment, action: PayerActionRequired, terms: terms, liar: terms.LookupByKey, keys: keys},
				setting{name: "payment without the payer, " + name, operation: OperationCreatePayment, action: PayerActionNone, terms: terms, liar: terms.LookupByKey, keys: keys},
			)
		}
		all = append(all,
			setting{name: "refund, " + name, operation: OperationRefund, action: PayerActionNone, terms: terms, keys: 1},
			setting{name: "payment, another account, " + name, operation: OperationCreatePayment, action: PayerActionRequired, terms: terms, moves: true, keys: 1},
			setting{name: "refund, another account, " + name, operation: OperationRefund, action: PayerActionNone, terms: terms, moves: true, keys: 1},
		)
		if terms.LookupByKey {
			all = append(all, setting{name: "payment, weaker terms, " + name, operation: OperationCreatePayment, action: PayerActionRequired, terms: terms, other: &weaker, keys: 1})
		}
	}
	slices.SortFunc(all, func(a, b setting) int { return strings.Compare(a.title(), b.title()) })
	return all
}

func (s *setting) title() string { return fmt.Sprintf("%s, %d keys", s.name, s.keys) }

// found is what a search found: how many states there are, and the way to the first that
// must never be.
type found struct {
	states int
	way    []string
	wrong  string
	stuck  int // states from which no quiet way leads to an end or a person
}

// search visits every state that can be reached.
func (s *setting) search(decide decider) found {
	type step struct {
		from string
		do   string
	}
	begin := s.begin()
	steps := map[string]step{begin.id(s): {}}
	ended := map[string]bool{}
	before := map[string][]string{}
	queue := []*world{begin}
	for len(queue) > 0 {
		w := queue[0]
		queue = queue[1:]
		id := w.id(s)
		if wrong := s.unsafe(w); wrong != "" {
			var way []string
			for at := id; at != ""; at = steps[at].from {
				way = append(way, steps[at].do)
			}
			slices.Reverse(way)
			return found{states: len(steps), way: way, wrong: wrong}
		}
		following, done := s.next(w, decide)
		ended[id] = done
		for _, next := range following {
			n := next.id(s)
			before[n] = append(before[n], id)
			if _, seen := steps[n]; !seen {
				steps[n] = step{from: id, do: next.describe()}
				queue = append(queue, next)
			}
		}
	}
	return found{states: len(steps), stuck: len(steps) - reach(ended, before)}
}

// reach counts the states from which an ended one can be reached.
func reach(ended map[string]bool, before map[string][]string) int {
	seen := map[string]bool{}
	var queue []string
	for id, done := range ended {
		if done {
			seen[id] = true
			queue = append(queue, id)
		}
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		for _, earlier := range before[id] {
			if !seen[earlier] {
				seen[earlier] = true
				queue = append(queue, earlier)
			}
		}
	}
	return len(seen)
}

// describe says what the last key looks like.
func (w *world) describe() string {
	k := &w.keys[len(w.keys)-1]
	text := fmt.Sprintf("%4d s  key %d, %d made %s", w.at.Unix()-second(0).Unix(), len(w.keys), k.made, k.really)
	if n := len(k.Tries); n > 0 {
		text += fmt.Sprintf("; call %d %s %s", n, k.Tries[n-1].Outcome, k.Tries[n-1].Reason)
	}
	if k.ghost {
		text += "; a request on its way"
	}
	if k.Look != nil {
		text += fmt.Sprintf("; looked up, proves %t", k.Look.Proves)
	}
	return text
}

func TestDecide_NeverDoublesNorLosesAPayment(t *testing.T) {
	t.Parallel()
	for _, s := range settings() {
		t.Run(s.title(), func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			f := s.search(Decide)
			require.Empty(t, f.wrong, "%s", strings.Join(f.way, "\n"))
			assert.Zero(t, f.stuck, "states without a way to an end or a person")
			assert.Greater(t, f.states, 20)
			t.Logf("%d states, %s", f.states, time.Since(began).Round(time.Millisecond))
		})
	}
}
