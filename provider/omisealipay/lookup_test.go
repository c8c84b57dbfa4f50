package omisealipay_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

const (
	settle    = 2 * time.Minute
	emptyList = `{"object":"list","data":[],"total":0}`
)

func TestALostAnswerIsFoundByTheNextCall(t *testing.T) {
	t.Parallel()
	for name, flagged := range map[string]bool{"that says so": true, "from memory alone": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			b.road.fault(postCharge, 1, losesAnswer)
			order := b.order()
			_, err := b.provider.CreatePayment(t.Context(), order)
			requireError(t, err, contract.ConnectionLost, contract.Indeterminate)
			if flagged {
				order = b.again(order, true)
			}
			payment := b.create(order)
			assert.True(t, payment.Replayed)
			assert.Equal(t, 1, b.road.count(postCharge))
			assert.Len(t, b.ledger(order.Attempt.Key), 1)
		})
	}
}

func TestNothingFoundIsNoProofWithinTheSettleTime(t *testing.T) {
	t.Parallel()
	b := open(t, &setup{dials: sandbox.Dials{ListLag: sandbox.Duration(time.Minute)}})
	order := b.order()
	b.road.fault(postCharge, 1, losesAnswer)
	_, err := b.provider.CreatePayment(t.Context(), order)
	requireError(t, err, contract.ConnectionLost, contract.Indeterminate)

	restarted := b.anew(nil)
	repeated := b.again(order, true)
	b.clock.turn(30 * time.Second)
	_, err = restarted.CreatePayment(t.Context(), repeated)
	e := errorFor(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	assert.Equal(t, settle-30*time.Second, e.RetryAfter)
	assert.Equal(t, 1, b.road.count(postCharge))

	b.clock.turn(31 * time.Second) // the lag is over
	payment, err := restarted.CreatePayment(t.Context(), repeated)
	require.NoError(t, err)
	assert.True(t, payment.Replayed)
	assert.Equal(t, 1, b.road.count(postCharge))
}

func TestAfterTheSettleTimeTheKeyMayBeUsed(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	b.road.fault(postCharge, 1, hangsUp) // it was never executed
	_, err := b.provider.CreatePayment(t.Context(), order)
	requireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	for range 3 { // asking again does not put the settling off
		_, err = b.provider.CreatePayment(t.Context(), order)
		requireError(t, err, contract.AttemptUnsettled, contract.Indeterminate)
		b.clock.turn(settle / 3)
	}
	payment := b.create(order)
	assert.False(t, payment.Replayed)
	assert.Len(t, b.ledger(order.Attempt.Key), 1)
}

func TestADefiniteFailureDoesNotPoisonTheKey(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	b.road.fault(postCharge, 1, refuses(http.StatusTooManyRequests, "too_many_requests", "slow down"))
	_, err := b.provider.CreatePayment(t.Context(), order)
	requireError(t, err, contract.ProviderRateLimited, contract.NotAttempted)
	payment := b.create(b.again(order, false))
	assert.False(t, payment.Replayed)
	assert.Equal(t, 1, b.road.count(listCharges))
}

func TestALookUpThatFailsMakesNoCharge(t *testing.T) {
	t.Parallel()
	for name, does := range map[string]func(http.ResponseWriter, *http.Request, http.Handler){
		"rate limit":     refuses(http.StatusTooManyRequests, "too_many_requests", "slow down"),
		"fault":          refuses(http.StatusInternalServerError, "internal_error", "oops"),
		"lost":           hangsUp,
		"not JSON":       answers(http.StatusOK, "<html>"),
		"refused":        refuses(http.StatusBadRequest, "invalid_filter", "no"),
		"broken element": answers(http.StatusOK, `{"object":"list","total":1,"data":[{"object":"charge"}]}`),
		"short page":     answers(http.StatusOK, `{"object":"list","total":5,"data":[]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			b.road.fault(listCharges, 3, does)
			order := b.again(b.order(), true)
			_, err := b.provider.CreatePayment(t.Context(), order)
			assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "%v", err)
			assert.Zero(t, b.road.count(postCharge))
			assert.LessOrEqual(t, b.road.count(listCharges), 3)
		})
	}
}

func TestEveryPageOfTheWindowIsRead(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	for range 150 { // the payment comes to stand on the second page
		_, err := b.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
		require.NoError(t, err)
	}
	first := b.create(order)
	second, err := b.anew(nil).CreatePayment(t.Context(), b.again(order, true))
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, second.PaymentID)
	pages := b.road.of(listCharges)
	require.Len(t, pages, 2)
	query, err := url.ParseQuery(pages[1].query)
	require.NoError(t, err)
	assert.Equal(t, "100", query.Get("offset"))
	assert.Equal(t, "100", query.Get("limit"))
}

func TestTheWindowHasRoomForTwoClocks(t *testing.T) {
	t.Parallel()
	b := open(t, &setup{settings: map[string]string{"lookup_skew": "10m"}})
	order := b.order()
	order.Attempt.FirstAt = b.clock.read().Add(-time.Hour)
	order.Attempt.LastUnknownAt = b.clock.read().Add(-30*time.Minute + 500*time.Millisecond)
	b.create(order)
	query, err := url.ParseQuery(b.road.of(listCharges)[0].query)
	require.NoError(t, err)
	assert.Equal(t, "2026-11-22T06:50:00Z", query.Get("from"))
	assert.Equal(t, "2026-11-22T07:40:01Z", query.Get("to"))
}

// twoCharges makes a second charge with the key of the first, past the
// provider.
func (b *bench) twoCharges() (order *contract.CreatePaymentRequest, ids []string) {
	b.t.Helper()
	order = b.order()
	first := b.create(order)
	form := b.road.of(postCharge)[0].form
	request := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, b.api+"/charges", strings.NewReader(form))
	request.SetBasicAuth(b.scope.Connection().Credentials["secret_key"], "")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	b.road.next.ServeHTTP(recorder, request)
	require.Equal(b.t, http.StatusOK, recorder.Code, recorder.Body.String())
	made := b.ledger(order.Attempt.Key)
	require.Len(b.t, made, 2)
	return order, []string{first.PaymentID, made[1].ID}
}

func TestTwoChargesForOneKeyAreAPersonsBusiness(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order, ids := b.twoCharges()
	attempt := b.repeated(order.Attempt, true)
	for name, ask := range map[string]func() error{
		"create": func() error {
			_, err := b.provider.CreatePayment(t.Context(), b.again(order, true))
			return err
		},
		"status": func() error {
			_, err := b.anew(nil).GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
			return err
		},
	} {
		e := errorFor(t, ask(), contract.DuplicatePayments, contract.Indeterminate)
		assert.ElementsMatch(t, ids, strings.Split(e.Metadata[contract.MetaPaymentIDs], ","), name)
	}
}

func TestOnePaymentOnTwoPagesIsOnePayment(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	first := b.create(order)
	b.road.fault(listCharges, 2, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, stripped(r))
		body := strings.Replace(recorder.Body.String(), `"total": 1`, `"total": 2`, 1)
		body = strings.Replace(body, `"total":1`, `"total":2`, 1)
		maps.Copy(w.Header(), recorder.Header())
		w.Header().Del("Content-Length")
		_, _ = fmt.Fprint(w, body)
	})
	payment, err := b.anew(nil).CreatePayment(t.Context(), b.again(order, false))
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, payment.PaymentID)
	assert.Equal(t, 2, b.road.count(listCharges))
}

// stripped asks for the first page again.
func stripped(r *http.Request) *http.Request {
	again := r.Clone(r.Context())
	query := again.URL.Query()
	query.Del("offset")
	again.URL.RawQuery = query.Encode()
	return again
}

func TestByKeyNothingFoundSaysHowMuchThatProves(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	attempt := contract.Attempt{Key: "nobody", FirstAt: b.clock.read(), LastUnknownAt: b.clock.read()}
	ask := func() *contract.Error {
		_, err := b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
		return errorFor(t, err, contract.PaymentNotFound, "")
	}
	e := ask()
	assert.False(t, e.ProvesAbsence())
	assert.Equal(t, "true", e.Metadata[contract.MetaComplete])
	assert.Equal(t, "false", e.Metadata[contract.MetaSettled])
	assert.Equal(t, "2026-11-22T07:00:00Z", e.Metadata[contract.MetaSearchedFrom])
	assert.Equal(t, "2026-11-22T09:00:01Z", e.Metadata[contract.MetaSearchedUntil])
	b.clock.turn(settle)
	assert.True(t, ask().ProvesAbsence())

	attempt.LastUnknownAt = time.Time{}
	assert.True(t, ask().ProvesAbsence(), "no earlier call is of unknown result")
}

func TestByKeyAPaymentIsFoundAfterALostAnswer(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	b.road.fault(postCharge, 1, losesAnswer)
	_, err := b.provider.CreatePayment(t.Context(), order)
	requireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	attempt := b.repeated(order.Attempt, true)
	payment, err := b.anew(nil).GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	require.NoError(t, err)
	assert.Equal(t, order.Attempt.Key, payment.IdempotencyKey)
	assert.Equal(t, order.Reference, payment.Reference)
}

func TestByKeyACallUnderWayIsNotSettled(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	b.road.fault(postCharge, 1, holds(held, release, false))
	order := b.order()
	done := make(chan error, 1)
	go func() {
		_, err := b.provider.CreatePayment(t.Context(), order)
		done <- err
	}()
	<-held
	attempt := contract.Attempt{Key: order.Attempt.Key, FirstAt: b.clock.read()}
	_, err := b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{Attempt: &attempt})
	e := errorFor(t, err, contract.PaymentNotFound, "")
	assert.False(t, e.ProvesAbsence())
	close(release)
	require.NoError(t, <-done)
}
