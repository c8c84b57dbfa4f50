package plugin

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestCalls_LetOnlyAHostThatGoesOnWaitForAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		assert.True(t, newCalls().end(time.Minute))
		assert.Zero(t, time.Since(began), "the host has gone, or wants the process to end")
		newCalls().answer(time.Minute)
		assert.Equal(t, flushGrace, time.Since(began))
	})
}
