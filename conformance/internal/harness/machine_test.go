package harness

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestMachine_HasPatienceForAWhileAfterAWait(t *testing.T) {
	t.Parallel()
	m := &Machine{}
	m.note(time.Now(), hardly/2)
	assert.Zero(t, m.Waited(), "that is nothing")
	assert.Zero(t, m.patience())
	m.note(time.Now(), 100*time.Millisecond)
	m.note(time.Now(), 50*time.Millisecond)
	assert.Equal(t, 150*time.Millisecond, m.Waited())
	assert.Equal(t, 400*time.Millisecond, m.patience())
	m.note(time.Now(), time.Minute)
	assert.Equal(t, mostPatience, m.patience())
	m.at = time.Now().Add(-2 * lately)
	assert.Zero(t, m.patience(), "it is over")
	assert.Zero(t, (*Machine)(nil).patience()+(*Machine)(nil).Waited())
}

func TestResult_IsExplainedOnlyByWhatTheSuiteMetItself(t *testing.T) {
	t.Parallel()
	late, wrong := Failure{What: "it came late", Late: true}, Failure{What: "two payments"}
	for what, c := range map[string]struct {
		result    Result
		explained bool
	}{
		"it passed":                            {Result{Starved: time.Hour}, false},
		"late, with a processor":               {Result{Failures: []Failure{late}, Starved: starving - 1}, false},
		"late, without a processor":            {Result{Failures: []Failure{late, late}, Starved: starving}, true},
		"timed out, without a processor":       {Result{TimedOut: true, Starved: starving}, true},
		"wrong about money":                    {Result{Failures: []Failure{wrong}, Starved: time.Hour}, false},
		"late, and wrong about money":          {Result{Failures: []Failure{late, wrong}, Starved: time.Hour, TimedOut: true}, false},
		"an address in use":                    {Result{SetupErr: fmt.Errorf("listen: %w", syscall.EADDRINUSE)}, true},
		"no file descriptors":                  {Result{SetupErr: fmt.Errorf("pipe: %w", syscall.EMFILE)}, true},
		"the sandbox does not do what it says": {Result{SetupErr: errors.New("two payments with one id"), Starved: time.Hour}, false},
		"no descriptors, and wrong":            {Result{SetupErr: syscall.EMFILE, Failures: []Failure{wrong}}, false},
	} {
		assert.Equal(t, c.explained, c.result.Trouble() != "", what)
	}
}
