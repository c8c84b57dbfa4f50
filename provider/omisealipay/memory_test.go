package omisealipay

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestTheKeyForgottenFirstIsTheOneUsedLongestAgo(t *testing.T) {
	t.Parallel()
	m := newKeyMemory(3)
	for i := range 3 {
		m.keep(strconv.Itoa(i), recollection{id: "id" + strconv.Itoa(i)})
	}
	assert.Equal(t, "id0", m.recall("0").id) // used again
	m.keep("3", recollection{id: "id3"})
	assert.Empty(t, m.recall("1").id)
	for _, i := range []string{"0", "2", "3"} {
		assert.Equal(t, "id"+i, m.recall(i).id)
	}
	m.forget("2")
	assert.Empty(t, m.recall("2").id)
	assert.Len(t, m.byKey, m.recent.Len())
}

func TestARecollectionOnlyWidensAnAttempt(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 11, 22, 8, minute, 0, 0, time.UTC) }
	known := recollection{firstAt: at(10), unknownAt: at(20)}
	assert.Equal(t, contract.Attempt{Key: "k", FirstAt: at(10), LastUnknownAt: at(20)}, known.over(contract.Attempt{Key: "k"}))
	earlier := contract.Attempt{Key: "k", FirstAt: at(5), LastUnknownAt: at(30)}
	assert.Equal(t, earlier, known.over(earlier))
	assert.Equal(t, contract.Attempt{}, recollection{id: "chrg_test_1"}.over(contract.Attempt{}))
}

func TestAPanicInAFlightIsAnErrorForAllWhoWait(t *testing.T) {
	t.Parallel()
	all := newFlights[contract.Payment](time.Now)
	_, _, err := all.do(t.Context(), wish{key: "k"}, time.Minute, func(*flight[contract.Payment]) (*contract.Payment, *contract.Error) {
		panic("boom")
	})
	assert.Equal(t, contract.ProviderBug, contract.ReasonOf(err))
	assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err))
	assert.NotContains(t, err.Error(), "boom", "what was thrown may hold anything")
	assert.False(t, all.open("k"))
}

func TestACallerWhoKnowsMoreDoesNotShareAFlight(t *testing.T) {
	t.Parallel()
	all := newFlights[contract.Payment](time.Now)
	begun, release := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		_, _, err := all.do(t.Context(), wish{key: "k"}, time.Minute, func(*flight[contract.Payment]) (*contract.Payment, *contract.Error) {
			close(begun)
			<-release
			return &contract.Payment{PaymentID: "first"}, nil
		})
		first <- err
	}()
	<-begun
	second := make(chan *contract.Payment, 1)
	go func() {
		knowing := wish{key: "k", attempt: contract.Attempt{FirstAt: time.Now()}}
		payment, joined, err := all.do(t.Context(), knowing, time.Minute, func(*flight[contract.Payment]) (*contract.Payment, *contract.Error) {
			return &contract.Payment{PaymentID: "second"}, nil
		})
		assert.NoError(t, err)
		assert.False(t, joined)
		second <- payment
	}()
	close(release)
	require.NoError(t, <-first)
	assert.Equal(t, "second", (<-second).PaymentID)
}

func TestTheRefundWindowEndsWithTheSameDayThreeMonthsOn(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation(refundZone)
	require.NoError(t, err)
	for made, end := range map[string]string{
		"2026-11-22 15:00": "2027-02-23 00:00",
		"2026-11-30 23:59": "2027-03-01 00:00", // February has no 30th
		"2027-11-30 00:00": "2028-03-01 00:00", // a leap year's 29th is its last
		"2026-01-31 12:00": "2026-05-01 00:00", // April has no 31st
		"2026-12-31 12:00": "2027-04-01 00:00",
		"2026-10-01 00:00": "2027-01-02 00:00",
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", made, zone)
		require.NoError(t, err)
		assert.Equal(t, end, windowEnd(at).Format("2006-01-02 15:04"), made)
	}
}

func TestTurnsAreForgottenWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	all := newTurns()
	end, err := all.take(t.Context(), "a")
	require.NoError(t, err)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = all.take(over, "a")
	require.ErrorIs(t, err, context.Canceled)
	other, err := all.take(t.Context(), "b")
	require.NoError(t, err, "another charge is not held up")
	other()
	end()
	assert.Empty(t, all.byID)
	assert.Empty(t, all.waiting)
}

func TestJoinedReasonsAreTakenApart(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"a is bad", "b is bad", "c is bad"}, causes("a is bad, b is bad, and c is bad"))
	assert.Equal(t, []string{"a", "b"}, causes("A and b"))
	assert.Equal(t, []string{"source src_1, and more was not found"}, causes("Source src_1, and more was not found"))
	assert.Empty(t, causes(""))
}
