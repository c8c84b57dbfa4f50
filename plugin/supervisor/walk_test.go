package supervisor

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

// Whatever happens in whatever order, a call ends with an answer, or it was not
// sent, or its process was killed under it; and in the end nothing is left.
func TestSupervisor_LosesNoCallInAnyOrderOfEvents(t *testing.T) {
	t.Parallel()
	for seed := range uint64(24) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				walk(t, rand.New(rand.NewPCG(seed, 0)), seed%2 == 0)
			})
		})
	}
}

func walk(t *testing.T, chance *rand.Rand, kills bool) {
	t.Helper()
	w := &world{}
	// Other intervals make other orders. With the default alone, most of the work is
	// health checks of the minutes in which nothing else happens.
	s := w.supervise(t, &Options{HealthInterval: time.Duration(1+chance.IntN(12)) * defaultHealthInterval})
	var callers sync.WaitGroup
	killed, swaps := 0, 0
	for range 150 {
		switch what := chance.IntN(20); {
		case what < 8:
			reference := fmt.Sprint(chance.IntN(5000), "ms")
			callers.Go(func() { aCallEndsWell(t, s, reference, kills) })
		case what < 11:
			paths := []string{"a", "b", "c", "missing", "refuses", "newer"}
			catalog := entryAt(paths[chance.IntN(len(paths))])
			callers.Go(func() { _ = s.Apply(context.Background(), catalog) })
			swaps++
		case what == 11:
			callers.Go(func() { _ = s.Restart(context.Background(), "wallet") })
		case what == 12 && kills && w.starts() > 0:
			w.kill()
			killed++
		case what == 13 && chance.IntN(4) == 0:
			callers.Go(func() { _ = s.Apply(context.Background(), &Catalog{}) })
		case what == 14:
			pass(time.Duration(chance.IntN(20)) * time.Minute)
		default:
			pass(time.Duration(chance.IntN(3000)) * time.Millisecond)
		}
	}
	callers.Wait()
	require.NoError(t, s.Apply(t.Context(), entryAt("a")))
	payment, err := pay(s, "wallet", "1s")
	require.NoError(t, err, "however it went, it can be put right")
	assert.Equal(t, "a", payment.PaymentID)
	pass(time.Minute + defaultDrainTimeout)
	assert.Len(t, s.States(), 1)
	require.NoError(t, s.Close())
	for _, client := range w.opened {
		assert.True(t, isDone(client), "every process was stopped")
	}
	t.Logf("%d processes, %d killed, %d catalogs", w.starts(), killed, swaps)
}

// aCallEndsWell makes a call and accepts what may become of it.
func aCallEndsWell(t *testing.T, s *Supervisor, reference string, kills bool) {
	t.Helper()
	client := newProvider(s, "wallet")
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	began := time.Now()
	payment, err := client.CreatePayment(ctx, &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: "key-1"}, Reference: reference, Method: "alipay",
		Amount: contract.Money{MinorUnits: 100000, Currency: "THB"}, ReturnURL: "https://shop.example/return",
	})
	if err == nil {
		assert.NotEmpty(t, payment.PaymentID)
		return
	}
	if contract.ReasonOf(err) == contract.ProviderUnreachable {
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
		assert.Equal(t, began, time.Now(), "what is not sent does not take its time")
		return
	}
	assert.Equal(t, contract.ConnectionLost, contract.ReasonOf(err), err)
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	assert.True(t, kills, "nothing but a kill cuts a call off")
}
