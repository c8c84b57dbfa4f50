package checks

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

// properties holds the check of group PRP.
func properties() map[string]Check {
	return map[string]Check{"PRP-001": keepsItsPromises}
}

// The walks are short at first: what fails early need not be made shorter.
var rounds = []struct{ walks, steps int }{{20, 10}, {16, 24}}

// shrinkTime is how long a shorter walk is looked for that fails like the one
// that was found.
const shrinkTime = 10 * time.Second

func keepsItsPromises(t *harness.T, e *harness.Env) {
	enough := time.Now().Add(e.Manifest.Timeouts.Check * 2 / 3)
	walked := false
	for i, round := range rounds {
		walked = walkAtRandom(t, e, enough, map[string]string{
			"rapid.checks": strconv.Itoa(round.walks), "rapid.steps": strconv.Itoa(round.steps),
			"rapid.seed":       strconv.FormatUint(e.Seed*uint64(len(rounds))+uint64(i)+1, 10),
			"rapid.shrinktime": shrinkTime.String(), "rapid.nofailfile": "true",
		}) || walked
	}
	if !walked {
		t.Broken("walk", errors.New("there was no time for a single walk"))
	}
}

// walkAtRandom makes a round of walks, and ends the check if one fails. After
// enough no walk is begun, so that a slow provider walks less, and a shorter
// walk is still looked for.
func walkAtRandom(t *harness.T, e *harness.Env, enough time.Time, settings map[string]string) (walked bool) {
	var last, found *walk // found is the latest that failed: the last one that rapid makes may not
	failed := withRapid(settings, func(tb rapid.TB) {
		rapid.Check(tb, func(chance *rapid.T) {
			if time.Now().After(enough) && (last == nil || last.sound()) {
				return
			}
			if last != nil && last.stage != nil {
				last.stage.Discard()
			}
			last = beginWalk(t, e, chance)
			defer func() {
				if last.failure.What != "" {
					found = last
				}
			}()
			chance.Repeat(map[string]func(*rapid.T){"": func(*rapid.T) {}, "next": last.do("a step", last.next)})
			last.do("the end", last.quiesce)(chance)
		})
	})
	switch {
	case failed == "":
		return last != nil
	case last.broken != nil:
		t.Broken("walk", last.broken)
	case found == nil:
		t.Broken("walk", fmt.Errorf("rapid: %s", failed))
	}
	t.Logf("the shortest walk that was found to fail: %s", strings.Join(found.steps, "; "))
	t.Report(found.failure)
	t.FailNow()
	return true
}

// rapidSettings are flags of the whole process, so one check uses them at a
// time.
var rapidSettings sync.Mutex

// Exclusive gives what has to be held while a check runs, because it uses what
// a process has but once. To wait for it before the check begins costs the
// provider none of its time.
func Exclusive(clause string) sync.Locker {
	if clause == walkClause {
		return &rapidSettings
	}
	return &sync.Mutex{}
}

const walkClause = "PRP-001"

// withRapid runs a check of rapid's with settings of its own, and gives what it
// says of a failure; empty if there is none. Its caller holds rapidSettings.
func withRapid(settings map[string]string, check func(rapid.TB)) string {
	if !flag.Parsed() { // outside of "go test", where rapid asks for -test.short all the same
		testing.Init()
		_ = flag.CommandLine.Parse(nil)
	}
	for name, value := range settings {
		setting := flag.Lookup(name)
		before := setting.Value.String()
		defer func() { _ = setting.Value.Set(before) }()
		_ = setting.Value.Set(value)
	}
	verdict := &verdictOfRapid{}
	func() {
		defer func() {
			if cause := recover(); cause != nil && cause != any(verdict) {
				panic(cause)
			}
		}()
		check(verdict)
	}()
	return verdict.said
}

// verdictOfRapid is a rapid.TB that keeps what rapid says in the end. The walks
// tell the rest themselves.
type verdictOfRapid struct{ said string }

func (v *verdictOfRapid) Errorf(format string, arguments ...any) {
	if v.said == "" {
		v.said = fmt.Sprintf(format, arguments...)
	}
}

func (v *verdictOfRapid) Helper()                {}
func (v *verdictOfRapid) Name() string           { return walkClause }
func (v *verdictOfRapid) Log(...any)             {}
func (v *verdictOfRapid) Logf(string, ...any)    {}
func (v *verdictOfRapid) Error(arguments ...any) { v.Errorf("%s", fmt.Sprint(arguments...)) }
func (v *verdictOfRapid) Fail()                  { v.Errorf("failed") }
func (v *verdictOfRapid) Failed() bool           { return v.said != "" }
func (v *verdictOfRapid) FailNow()               { v.Fail(); panic(v) }
func (v *verdictOfRapid) SkipNow()               { panic(v) }
func (v *verdictOfRapid) Skip(...any)            { v.SkipNow() }
func (v *verdictOfRapid) Skipf(string, ...any)   { v.SkipNow() }
func (v *verdictOfRapid) Fatal(arguments ...any) { v.Error(arguments...); v.FailNow() }
func (v *verdictOfRapid) Fatalf(format string, values ...any) {
	v.Errorf(format, values...)
	v.FailNow()
}
