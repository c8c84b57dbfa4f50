package omisealipay_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

const (
	settle    = 2 * time.Minute
	emptyList = `{"object":"list","data":[],"total":0}`
)

func TestLookup_FindsThePaymentOfALostAnswer(t *testing.T) {
	t.Parallel()
	for name, flagged := range map[string]bool{"that says so": true, "from memory alone": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			f.fail(postCharge, 1, losesAnswer())
			order := f.newPayment()
			_, err := f.CreatePayment(t.Context(), order)
			kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
			if flagged {
				order = repeat(order, f.lost)
			}
			payment := f.create(order)
			assert.True(t, payment.Replayed)
			assert.Equal(t, 1, f.front.Count(postCharge))
			assert.Len(t, f.ledger(order.Attempt.Key), 1)
		})
	}
}

func TestLookup_ProvesNothingWithinTheSettleTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &setup{dials: sandbox.Dials{ListLag: sandbox.Duration(time.Minute)}})
	order := f.newPayment()
	f.fail(postCharge, 1, losesAnswer())
	_, err := f.CreatePayment(t.Context(), order)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)

	restarted := f.restarted()
	repeated := repeat(order, f.lost)
	f.clock.Advance(30 * time.Second)
	_, err = restarted.CreatePayment(t.Context(), repeated)
	e := kittest.ErrorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Equal(t, settle-30*time.Second, e.RetryAfter)
	assert.Equal(t, 1, f.front.Count(postCharge))

	f.clock.Advance(31 * time.Second) // the lag is over
	payment, err := restarted.CreatePayment(t.Context(), repeated)
	require.NoError(t, err)
	assert.True(t, payment.Replayed)
	assert.Equal(t, 1, f.front.Count(postCharge))
}

func TestLookup_FreesTheKeyAfterTheSettleTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	f.fail(postCharge, 1, kittest.HangUp) // it was never executed
	_, err := f.CreatePayment(t.Context(), order)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	for range 3 { // asking again does not put the settling off
		_, err = f.CreatePayment(t.Context(), order)
		kittest.RequireError(t, err, contract.AttemptUnsettled, contract.Indeterminate)
		f.clock.Advance(settle / 3)
	}
	payment := f.create(order)
	assert.False(t, payment.Replayed)
	assert.Len(t, f.ledger(order.Attempt.Key), 1)
}

func TestLookup_FreesTheKeyAfterADefiniteFailure(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	f.fail(postCharge, 1, refuses(http.StatusTooManyRequests, "too_many_requests", "slow down"))
	_, err := f.CreatePayment(t.Context(), order)
	kittest.RequireError(t, err, contract.ProviderRateLimited, contract.NotAttempted)
	payment := f.create(repeat(order, f.answered))
	assert.False(t, payment.Replayed)
	assert.Equal(t, 1, f.front.Count(listCharges))
}

func TestLookup_MakesNoChargeIfItFails(t *testing.T) {
	t.Parallel()
	for name, does := range map[string]kittest.Fault{
		"rate limit":     refuses(http.StatusTooManyRequests, "too_many_requests", "slow down"),
		"fault":          refuses(http.StatusInternalServerError, "internal_error", "oops"),
		"lost":           kittest.HangUp,
		"not JSON":       kittest.Answer(http.StatusOK, "<html>"),
		"refused":        refuses(http.StatusBadRequest, "invalid_filter", "no"),
		"broken element": kittest.Answer(http.StatusOK, `{"object":"list","total":1,"data":[{"object":"charge"}]}`),
		"short page":     kittest.Answer(http.StatusOK, `{"object":"list","total":5,"data":[]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			f.fail(listCharges, 3, does)
			order := repeat(f.newPayment(), f.lost)
			_, err := f.CreatePayment(t.Context(), order)
			assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "%v", err)
			assert.Zero(t, f.front.Count(postCharge))
			assert.LessOrEqual(t, f.front.Count(listCharges), 3)
		})
	}
}

func TestLookup_ReadsEveryPageOfTheWindow(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	for range 150 { // the payment is on the second page
		_, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
		require.NoError(t, err)
	}
	first := f.create(order)
	second, err := f.restarted().CreatePayment(t.Context(), repeat(order, f.lost))
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, second.PaymentID)
	pages := f.requests(listCharges)
	require.Len(t, pages, 2)
	assert.Equal(t, "99", pages[1].Query.Get("offset"), "it begins with the last charge of the page before it")
	assert.Equal(t, "100", pages[1].Query.Get("limit"))
}

func TestLookup_HasRoomForTheDifferenceOfTwoClocks(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &setup{settings: []string{"lookup_skew", "10m"}})
	order := f.newPayment()
	order.Attempt.FirstAt = f.clock.Now().Add(-time.Hour)
	order.Attempt.LastUnknownAt = f.clock.Now().Add(-30*time.Minute + 500*time.Millisecond)
	f.create(order)
	query := f.requests(listCharges)[0].Query
	assert.Equal(t, "2026-11-22T06:50:00Z", query.Get("from"))
	assert.Equal(t, "2026-11-22T07:40:01Z", query.Get("to"))
}

// twoCharges makes a charge, and past the provider a second one with its key.
func (f *fixture) twoCharges() (order *contract.CreatePaymentRequest, ids []string) {
	f.t.Helper()
	order = f.newPayment()
	first := f.create(order)
	form := string(f.requests(postCharge)[0].Body)
	request := httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, f.front.URL()+"/charges", strings.NewReader(form))
	request.SetBasicAuth(f.scope.Connection().Credentials["secret_key"], "")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	f.sandbox.Handler().ServeHTTP(recorder, request)
	require.Equal(f.t, http.StatusOK, recorder.Code, recorder.Body.String())
	made := f.ledger(order.Attempt.Key)
	require.Len(f.t, made, 2)
	return order, []string{first.PaymentID, made[1].ID}
}

func TestLookup_LeavesTwoChargesOfAKeyToAPerson(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order, ids := f.twoCharges()
	attempt := f.lost(order.Attempt)
	for outcome, ask := range map[contract.Outcome]func() error{
		contract.Indeterminate: func() error {
			_, err := f.CreatePayment(t.Context(), repeat(order, f.lost))
			return err
		},
		"": func() error {
			_, err := f.restarted().GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
			return err
		},
	} {
		e := kittest.ErrorOf(t, ask(), contract.DuplicatePayments, outcome)
		assert.ElementsMatch(t, ids, strings.Split(e.Metadata[contract.MetaPaymentIDs], ","))
	}
}

func TestLookup_CountsAPaymentOnTwoPagesOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	first := f.create(order)
	f.fail(listCharges, 2, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, stripped(r))
		body := strings.Replace(recorder.Body.String(), `"total": 1`, `"total": 2`, 1)
		body = strings.Replace(body, `"total":1`, `"total":2`, 1)
		maps.Copy(w.Header(), recorder.Header())
		w.Header().Del("Content-Length")
		_, _ = fmt.Fprint(w, body)
	})
	payment, err := f.restarted().CreatePayment(t.Context(), repeat(order, f.answered))
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, payment.PaymentID)
	assert.Equal(t, 2, f.front.Count(listCharges))
}

// stripped asks for the first page again.
func stripped(r *http.Request) *http.Request {
	again := r.Clone(r.Context())
	query := again.URL.Query()
	query.Del("offset")
	again.URL.RawQuery = query.Encode()
	return again
}

func TestGetStatus_SaysWhatFindingNothingProves(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	attempt := contract.Attempt{Key: "nobody", FirstAt: f.clock.Now(), LastUnknownAt: f.clock.Now()}
	ask := func() *contract.Error {
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
		return kittest.ErrorOf(t, err, contract.PaymentNotFound, "")
	}
	e := ask()
	assert.False(t, e.ProvesAbsence())
	assert.Equal(t, "true", e.Metadata[contract.MetaComplete])
	assert.Equal(t, "false", e.Metadata[contract.MetaSettled])
	assert.Equal(t, "2026-11-22T07:00:00Z", e.Metadata[contract.MetaSearchedFrom])
	assert.Equal(t, "2026-11-22T09:00:01Z", e.Metadata[contract.MetaSearchedUntil])
	f.clock.Advance(settle)
	assert.True(t, ask().ProvesAbsence())

	attempt.LastUnknownAt = time.Time{}
	assert.True(t, ask().ProvesAbsence(), "no earlier call is of unknown result")
}

func TestGetStatus_FindsThePaymentOfALostAnswerByItsKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	f.fail(postCharge, 1, losesAnswer())
	_, err := f.CreatePayment(t.Context(), order)
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	attempt := f.lost(order.Attempt)
	payment, err := f.restarted().GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, order.Attempt.Key, payment.IdempotencyKey)
	assert.Equal(t, order.Reference, payment.Reference)
}

func TestLookup_ProvesNothingWhileACallIsUnderWay(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	f.fail(postCharge, 1, kittest.Hold(held, release))
	order := f.newPayment()
	done := make(chan error, 1)
	go func() {
		_, err := f.CreatePayment(t.Context(), order)
		done <- err
	}()
	<-held
	attempt := contract.Attempt{Key: order.Attempt.Key, FirstAt: f.clock.Now()}
	_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	e := kittest.ErrorOf(t, err, contract.PaymentNotFound, "")
	assert.False(t, e.ProvesAbsence())
	close(release)
	require.NoError(t, <-done)
}
