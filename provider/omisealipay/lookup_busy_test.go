package omisealipay_test

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// wholeWindow is how many pages the window of two hours has in a busyFixture: 1,502 charges, of which a page has 99 that
// are not on the one before it.
const wholeWindow = 16

// busyFixture is a fixture whose account got 1,500 charges in fifty minutes, and then one through the provider, in whose
// answer Omise's clock could be compared with its dates.
func busyFixture(t *testing.T, fault kittest.Fault) *fixture {
	t.Helper()
	f := newFixture(t, nil)
	f.sell(1500)
	if fault != nil {
		f.front.Add(fault)
	}
	f.create(f.newPayment())
	return f
}

// sell makes charges that are others', one every two seconds.
func (f *fixture) sell(charges int) {
	f.t.Helper()
	for range charges {
		_, err := f.scope.CreatePayment(f.t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
		require.NoError(f.t, err)
		f.clock.Advance(2 * time.Second)
	}
}

// loseAnswer lets a charge be made whose answer is lost, and waits until the attempt has settled.
func (f *fixture) loseAnswer() *contract.CreatePaymentRequest {
	f.t.Helper()
	order := f.lose(losesAnswer())
	f.clock.Advance(settle)
	return order
}

// lose asks for a payment by a call of which nothing is heard, and returns its repetition.
func (f *fixture) lose(fault kittest.Fault) *contract.CreatePaymentRequest {
	f.t.Helper()
	order := f.newPayment()
	f.fail(postCharge, 1, fault)
	_, err := f.CreatePayment(f.t.Context(), order)
	kittest.RequireError(f.t, err, contract.ConnectionLost, contract.Indeterminate)
	return repeat(order, f.lost)
}

// shiftsDates shifts the dates of the answers that it is told to.
func shiftsDates(by time.Duration, which func(r *http.Request) bool) kittest.Fault {
	return headed(which, func(h http.Header) {
		at, _ := http.ParseTime(h.Get("Date"))
		h.Set("Date", at.Add(by).Format(http.TimeFormat))
	})
}

// undated takes the dates from the answers that it is told to.
func undated(which func(r *http.Request) bool) kittest.Fault {
	return headed(which, func(h http.Header) { h["Date"] = nil })
}

// headed changes the headers of answers.
func headed(which func(r *http.Request) bool, change func(http.Header)) kittest.Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if which(r) {
			w = &changedHeaders{ResponseWriter: w, change: change}
		}
		next.ServeHTTP(w, r)
	}
}

type changedHeaders struct {
	http.ResponseWriter

	change func(http.Header)
}

func (c *changedHeaders) WriteHeader(status int) {
	c.change(c.Header())
	c.ResponseWriter.WriteHeader(status)
}

func (c *changedHeaders) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func always(*http.Request) bool { return true }

func TestLookup_OfABusyMerchantReadsWhatTheGatewaysClockLeaves(t *testing.T) {
	t.Parallel()
	t.Run("what is there", func(t *testing.T) {
		t.Parallel()
		f := busyFixture(t, nil)
		order := f.loseAnswer()
		assert.True(t, f.create(order).Replayed)
		assert.Len(t, f.ledger(order.Attempt.Key), 1)
		pages := f.requests(listCharges)
		require.Len(t, pages, 2, "one that shows how many there are, and one from two minutes before the call on")
		assert.Equal(t, "2026-11-22T08:48:00Z", pages[1].Query.Get("from"))
	})
	t.Run("what is not", func(t *testing.T) {
		t.Parallel()
		f := busyFixture(t, nil)
		order := f.lose(kittest.HangUp)
		f.clock.Advance(settle)
		assert.False(t, f.create(order).Replayed)
		assert.Equal(t, 2, f.front.Count(listCharges))
	})
	t.Run("what another process made an hour later", func(t *testing.T) {
		t.Parallel()
		f := busyFixture(t, nil)
		order := f.lose(kittest.HangUp)
		f.clock.Advance(time.Hour)
		f.fail(postCharge, 1, losesAnswer())
		_, err := f.restarted().CreatePayment(t.Context(), order)
		kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
		order.Attempt.LastUnknownAt = f.clock.Now()
		f.clock.Advance(settle)
		assert.True(t, f.create(order).Replayed)
		assert.Len(t, f.ledger(order.Attempt.Key), 1)
		assert.Equal(t, wholeWindow+2, f.front.Count(listCharges))
	})
	t.Run("what was refused first", func(t *testing.T) {
		t.Parallel()
		f := busyFixture(t, nil)
		order := f.newPayment()
		f.front.Add(undated(func(r *http.Request) bool { return r.URL.Path == "/charges" && r.Method == http.MethodPost })) // the date of the fault is today's
		f.fail(postCharge, 1, kittest.Answer(http.StatusBadRequest, `{"object":"error","code":"bad_request","message":"no"}`))
		_, err := f.CreatePayment(t.Context(), order)
		require.Error(t, err)
		f.clock.Advance(50 * time.Second)
		f.fail(postCharge, 1, losesAnswer())
		_, err = f.CreatePayment(t.Context(), order)
		kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
		order = repeat(order, f.lost)
		f.clock.Advance(settle)
		assert.True(t, f.create(order).Replayed)
		assert.Equal(t, "2026-11-22T08:48:00Z", f.requests(listCharges)[1].Query.Get("from"))
	})
}

func TestLookup_ReadsAFewPagesRatherThanBelieveAClock(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.sell(998)
	f.create(f.newPayment())
	order := f.loseAnswer()
	assert.True(t, f.create(order).Replayed)
	assert.Equal(t, 11, f.front.Count(listCharges), "1,000 charges, in pages that share one")
}

// Each row is a clock that would hide the charge from a look-up that believes it.
func TestLookup_ReadsTheWholeWindowIfTheGatewaysClockIsDoubtful(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fault kittest.Fault // from before the provider's first charge on
		call  kittest.Fault // while the call is made that is lost
		since bool          // a charge is made after that call
		list  kittest.Fault // during the look-up
		pages int
	}{
		"no dates":              {fault: undated(always), pages: wholeWindow},
		"no dates of a time":    {fault: headed(always, func(h http.Header) { h.Set("Date", "soon") }), pages: wholeWindow},
		"dates out of a cache":  {fault: headed(always, func(h http.Header) { h.Set("Age", "0") }), pages: wholeWindow},
		"always ahead":          {fault: shiftsDates(10*time.Minute, always), pages: wholeWindow},
		"always behind":         {fault: shiftsDates(-10*time.Minute, always), pages: wholeWindow},
		"no dates any more":     {list: undated(always), pages: wholeWindow},
		"right again":           {call: shiftsDates(10*time.Minute, always), since: true, pages: wholeWindow},
		"ahead during the call": {call: shiftsDates(10*time.Minute, always), pages: wholeWindow},
		"set forwards since":    {list: shiftsDates(10*time.Minute, always), pages: wholeWindow},
		"set back since":        {list: shiftsDates(-10*time.Minute, always), pages: wholeWindow},
		"set in mid-list":       {list: shiftsDates(10*time.Minute, func(r *http.Request) bool { return r.URL.Query().Get("from") > "2026-11-22T08" }), pages: 2 + wholeWindow},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := busyFixture(t, row.fault)
			var over atomic.Bool
			if row.call != nil {
				f.front.Add(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if !over.Load() {
						row.call(w, r, next)
						return
					}
					next.ServeHTTP(w, r)
				})
			}
			order := f.loseAnswer()
			over.Store(true)
			if row.since {
				f.create(f.newPayment())
			}
			if row.list != nil {
				f.front.Add(kittest.On(listCharges, row.list))
			}
			assert.True(t, f.create(order).Replayed)
			assert.Len(t, f.ledger(order.Attempt.Key), 1)
			assert.Equal(t, row.pages, f.front.Count(listCharges))
		})
	}
}

func TestLookup_ReadsTheWholeWindowIfAnotherProcessMayHaveMadeTheCall(t *testing.T) {
	t.Parallel()
	t.Run("one before a restart", func(t *testing.T) {
		t.Parallel()
		f := busyFixture(t, nil)
		order := f.loseAnswer()
		payment, err := f.restarted().CreatePayment(t.Context(), order)
		require.NoError(t, err)
		assert.True(t, payment.Replayed)
		assert.Equal(t, wholeWindow, f.front.Count(listCharges))
	})
	t.Run("one that began earlier", func(t *testing.T) {
		t.Parallel()
		f := busyFixture(t, nil)
		order := f.loseAnswer()
		order.Attempt.FirstAt = order.Attempt.FirstAt.Add(-2 * time.Minute)
		assert.True(t, f.create(order).Replayed)
		assert.Equal(t, wholeWindow, f.front.Count(listCharges))
	})
	t.Run("one that this process repeated", func(t *testing.T) {
		t.Parallel()
		f := busyFixture(t, nil)
		order := f.lose(kittest.HangUp)
		other := f.restarted("lookup_settle", "20s")
		_, err := other.CreatePayment(t.Context(), f.newPayment())
		require.NoError(t, err)
		f.clock.Advance(20 * time.Second)
		f.fail(postCharge, 1, losesAnswer())
		_, err = other.CreatePayment(t.Context(), order)
		kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
		order.Attempt.LastUnknownAt = f.clock.Now()
		f.clock.Advance(20 * time.Second)
		payment, err := other.CreatePayment(t.Context(), order)
		require.NoError(t, err)
		assert.True(t, payment.Replayed)
		assert.Equal(t, 2*wholeWindow, f.front.Count(listCharges))
	})
}

// The pages are read at once. Here the third was read before two charges appeared that the list had hidden, and the second
// after that, so that nothing shows the charge that is between them.
func TestLookup_FindsWhatIsBetweenTwoPagesOfALateList(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.sell(199)
	order := f.newPayment()
	f.create(order)
	f.sell(300)
	early := kittest.Times(1, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		query := r.URL.Query()
		query.Set("offset", strconv.Itoa(200))
		r.URL.RawQuery = query.Encode()
		next.ServeHTTP(w, r)
	})
	f.front.Add(kittest.On(listCharges, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Query().Get("offset") == "198" {
			early(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}))
	payment, err := f.restarted().CreatePayment(t.Context(), repeat(order, f.lost))
	require.NoError(t, err)
	assert.True(t, payment.Replayed)
	assert.Len(t, f.ledger(order.Attempt.Key), 1)
}
