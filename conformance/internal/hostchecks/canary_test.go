package hostchecks

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/hostctl"
)

func TestLie_ThatPassesMakesTheSuiteWorthless(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, mustFail(&harness.Result{}, "a host that lies"), "a host that lies has passed: the suite cannot be trusted")
	require.Error(t, mustFail(&harness.Result{SetupErr: errors.New("no host")}, "a host that lies"))
	require.NoError(t, mustFail(&harness.Result{Failures: make([]harness.Failure, 1)}, "a host that lies"))
}

func TestLie_IsAboutAPaymentThatNobodyHasMade(t *testing.T) {
	t.Parallel()
	said := &hostctl.Order{ID: "order-1", State: hostctl.OrderOpen}
	assert.Equal(t, hostctl.OrderPaid, lie(said).State)
	assert.Equal(t, hostctl.OrderOpen, said.State, "what the host has said stays")
	assert.Nil(t, lie(nil))
}

func TestProviders_HaveIDsThatThereAre(t *testing.T) {
	t.Parallel()
	first := map[string]bool{}
	for seed := range uint64(len(realIDs)) {
		w := &world{suite: &Suite{Settings: Settings{Seed: seed}}}
		first[w.providerID(0)] = true
		assert.Contains(t, realIDs, w.providerID(0))
		assert.NotEqual(t, w.providerID(0), w.providerID(1), "a host cannot go by the first id that it sees")
	}
	assert.Len(t, first, len(realIDs), "each run may have another")
}
