package conformance

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

func TestBounds_AreThereForEveryClause(t *testing.T) {
	t.Parallel()
	catalogue, err := LoadCatalogue()
	require.NoError(t, err)
	bounds, err := loadBounds()
	require.NoError(t, err)
	assert.Len(t, bounds, len(catalogue.Clauses))
	for i := range catalogue.Clauses {
		b, ok := bounds[catalogue.Clauses[i].ID]
		assert.True(t, ok && b.Wait > 0 && b.Calls > 0, "bounds.yaml lacks %s", catalogue.Clauses[i].ID)
	}
}

func TestBudget_EndsTheRunAtTwiceItsUsualTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stretches   bool
		took, bound time.Duration
		want        time.Duration
	}{
		"a provider that answers":     {true, time.Second, time.Second, 2 * time.Minute},
		"a machine that became busy":  {true, 3 * time.Second, time.Second, 6 * time.Minute},
		"clauses that were fast":      {true, time.Second, 3 * time.Second, 2 * time.Minute},
		"a provider that never does":  {false, 3 * time.Second, time.Second, 2 * time.Minute},
		"nothing that has passed yet": {true, 0, 0, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &budget{usual: time.Minute, stretches: c.stretches}
				ctx, end := context.WithCancelCause(t.Context())
				began := time.Now()
				time.AfterFunc(90*time.Second, func() { b.note(c.took, c.bound) })
				b.watch(ctx, end)
				assert.Equal(t, c.want, time.Since(began))
				assert.ErrorIs(t, context.Cause(ctx), errOverBudget)
			})
		})
	}
}

func TestBudget_GrowsWithThePaceOfTheProvider(t *testing.T) {
	t.Parallel()
	r := &run{judged: &judged{}, bounds: map[string]bound{"CRE-001": {Wait: time.Second, Calls: 20}}}
	r.suite = &harness.Suite{Pace: harness.Pace{Start: 100 * time.Millisecond, Call: 900 * time.Millisecond}}
	assert.Equal(t, 19050*time.Millisecond, r.boundOf("CRE-001"))
}
