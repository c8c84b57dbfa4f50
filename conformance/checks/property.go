package checks

import (
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/paysocket/paysocket/conformance/harness"
)

// properties holds the check of group PRP.
func properties() map[string]Check {
	return map[string]Check{"PRP-001": keepsItsPromises}
}

// How far the walks go, and how long what fails is made shorter.
const (
	walks      = "16"
	walkSteps  = "24" // on average
	shrinkTime = "6s"
)

func keepsItsPromises(t *harness.T, e *harness.Env) {
	var last *walk
	settings := map[string]string{
		"rapid.checks": walks, "rapid.steps": walkSteps, "rapid.shrinktime": shrinkTime,
		"rapid.nofailfile": "true", "rapid.seed": fmt.Sprint(max(e.Seed, 1)),
	}
	failed := withRapid(settings, func(tb rapid.TB) {
		rapid.Check(tb, func(chance *rapid.T) {
			last = beginWalk(t, e, chance)
			chance.Repeat(last.actions())
			last.do("in the end", last.quiesce)(chance)
		})
	})
	if last == nil || last.broken != nil {
		t.Broken("walk", fmt.Errorf("no walk could be made: %v", last))
	}
	if failed == "" {
		return
	}
	if last.failure.What == "" { // of rapid's own, such as a walk that went nowhere
		t.Broken("walk", fmt.Errorf("rapid: %s", failed))
	}
	t.Logf("the shortest walk that was found to fail: %s", strings.Join(last.steps, "; "))
	t.Report(last.failure)
}

// rapidSettings are flags of the whole process, so one check uses them at a
// time.
var rapidSettings sync.Mutex

// withRapid runs a check of rapid's with settings of its own, and gives what it
// says of a failure; empty if there is none.
func withRapid(settings map[string]string, check func(rapid.TB)) string {
	rapidSettings.Lock()
	defer rapidSettings.Unlock()
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
func (v *verdictOfRapid) Name() string           { return "PRP-001" }
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
