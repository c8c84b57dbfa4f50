package kit_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// keyed is a provider whose calls end as a test says.
type keyed struct {
	t        *testing.T
	sessions kit.Sessions[*session]
	clock    *kittest.Clock
}

type creation = func(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error)

func newKeyed(t *testing.T) *keyed {
	t.Helper()
	k := &keyed{t: t, clock: kittest.NewClock(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC))}
	k.sessions.Now = k.clock.Now
	k.use("A")
	return k
}

func (k *keyed) use(account string) {
	k.sessions.Replace(&session{name: account, timeout: time.Minute})
}

// probe uses an account whose id the gateway says.
func (k *keyed) probe(account, id string, live bool) {
	k.t.Helper()
	_, err := k.sessions.Prove(k.t.Context(), &session{name: account, timeout: time.Minute},
		func(*session, context.Context) (*contract.Account, *contract.Error) {
			return &contract.Account{ID: id, Live: live}, nil
		})
	require.NoError(k.t, err)
}

// create calls with the key k1, as for a gateway that honours keys.
func (k *keyed) create(attempt contract.Attempt, do creation) (*contract.Payment, error) {
	if attempt.Key == "" {
		attempt.Key = "k1"
	}
	request := &contract.CreatePaymentRequest{Attempt: attempt}
	return kit.Run(k.t.Context(), &k.sessions, request, &request.Attempt,
		func(_ *session, ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
			return do(ctx, r)
		})
}

// lookUp looks k1 up, for which there is nothing.
func (k *keyed) lookUp() *contract.Error {
	k.t.Helper()
	request := &contract.GetStatusRequest{Attempt: &contract.Attempt{Key: "k1", FirstAt: k.clock.Now().Add(-time.Hour)}}
	_, err := kit.Run(k.t.Context(), &k.sessions, request, nil,
		func(s *session, _ context.Context, r *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
			settled := r.Attempt.SettledAt(k.clock.Now(), s.Keys().SettleTime)
			return nil, contract.NotFoundByKey(contract.PaymentNotFound, true, settled, r.Attempt.FirstAt, k.clock.Now())
		})
	return kittest.ErrorOf(k.t, err, contract.PaymentNotFound, contract.Rejected)
}

func makes(id string) creation {
	return func(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
		return &contract.Payment{PaymentID: id}, nil
	}
}

func fails(reason contract.Reason, outcome contract.Outcome) creation {
	return func(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
		return nil, contract.NewError(reason, "x").WithOutcome(outcome)
	}
}

func (k *keyed) sendsNothing(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	assert.Fail(k.t, "the call reached the operation")
	return nil, contract.NewError(contract.ProviderBug, "x")
}

func TestRun_KeepsAKeyToItsAccount(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	_, err := k.create(contract.Attempt{}, func(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
		assert.False(t, k.lookUp().ProvesAbsence(), "the call may still make a payment") //nolint:contextcheck // a call of its own
		k.use("B")
		_, err := k.create(contract.Attempt{}, k.sendsNothing) //nolint:contextcheck // a call of its own
		e := kittest.ErrorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate)
		assert.Positive(t, e.RetryAfter)
		assert.False(t, k.lookUp().ProvesAbsence()) //nolint:contextcheck // a call of its own
		return &contract.Payment{PaymentID: "pay_1"}, nil
	})
	require.NoError(t, err)
	k.clock.Advance(24 * time.Hour)
	_, err = k.create(contract.Attempt{}, k.sendsNothing)
	assert.Equal(t, "pay_1", kittest.ErrorOf(t, err, contract.AttemptUnsettled, contract.Indeterminate).Metadata[contract.MetaPaymentID])
	assert.False(t, k.lookUp().ProvesAbsence())
	k.use("A")
	_, err = k.create(contract.Attempt{}, fails(contract.ProviderRateLimited, contract.NotAttempted))
	kittest.RequireError(t, err, contract.ProviderRateLimited, contract.Indeterminate)
}

func TestRun_KnowsAnAccountByItsCredentialsOrByItsID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		configure func(*keyed)
		same      bool
	}{
		"the same credentials":        {func(k *keyed) { k.use("A") }, true},
		"others":                      {func(k *keyed) { k.use("B") }, false},
		"others of the same account":  {func(k *keyed) { k.probe("A", "acct_1", false); k.probe("B", "acct_1", false); k.use("B") }, true},
		"others, one of them unknown": {func(k *keyed) { k.probe("B", "acct_1", false) }, false},
		"others without an id":        {func(k *keyed) { k.probe("A", "", false); k.probe("B", "", false) }, false},
		"another account":             {func(k *keyed) { k.probe("A", "acct_1", false); k.probe("B", "acct_2", false) }, false},
		"the account in live mode":    {func(k *keyed) { k.probe("A", "acct_1", false); k.probe("B", "acct_1", true) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKeyed(t)
			_, err := k.create(contract.Attempt{}, makes("pay_1"))
			require.NoError(t, err)
			test.configure(k)
			if test.same {
				_, err = k.create(contract.Attempt{}, makes("pay_1"))
				require.NoError(t, err)
				return
			}
			_, err = k.create(contract.Attempt{}, k.sendsNothing)
			kittest.RequireError(t, err, contract.AttemptUnsettled, contract.Indeterminate)
		})
	}
}

func TestRun_ReleasesAKeyThatCertainlyLedToNothing(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	_, err := k.create(contract.Attempt{}, fails(contract.ProviderRejected, contract.Rejected))
	kittest.RequireError(t, err, contract.ProviderRejected, contract.Rejected)
	k.use("B")
	_, err = k.create(contract.Attempt{}, fails(contract.ProviderTimeout, contract.Indeterminate))
	kittest.RequireError(t, err, contract.ProviderTimeout, contract.Indeterminate)
	_, err = k.create(contract.Attempt{}, fails(contract.ProviderRejected, contract.Rejected))
	kittest.RequireError(t, err, contract.ProviderRejected, contract.Indeterminate)
	k.use("A")
	k.clock.Advance(time.Hour)
	assert.False(t, k.lookUp().ProvesAbsence(), "the payment would be in the other account")
	_, err = k.create(contract.Attempt{}, k.sendsNothing)
	kittest.RequireError(t, err, contract.AttemptUnsettled, contract.Indeterminate)
	k.use("B")
	assert.True(t, k.lookUp().ProvesAbsence())
	k.use("A")
	_, err = k.create(contract.Attempt{}, makes("pay_1"))
	require.NoError(t, err)
}

// An attempt of an earlier process is repeated with a secret key that is wrong, and
// then with the right one.
func TestRun_BindsNoKeyToAnAccountInWhichNothingWasSent(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	began := k.clock.Now()
	earlier := contract.Attempt{FirstAt: began, LastUnknownAt: began}
	_, err := k.create(earlier, fails(contract.ProviderAuthFailed, contract.Rejected))
	kittest.RequireError(t, err, contract.ProviderAuthFailed, contract.Indeterminate)
	k.use("B")
	_, err = k.create(earlier, func(ctx context.Context, _ *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
		_, _, end := kit.HoldKey(ctx)
		return nil, end("", false, contract.NewError(contract.ConnectionLost, "x"))
	})
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	k.use("C")
	_, err = k.create(earlier, fails(contract.ConnectionLost, contract.Indeterminate))
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	_, err = k.create(earlier, fails(contract.ProviderAuthFailed, contract.Rejected))
	kittest.RequireError(t, err, contract.ProviderAuthFailed, contract.Indeterminate)
	k.use("D")
	_, err = k.create(earlier, k.sendsNothing)
	kittest.RequireError(t, err, contract.AttemptUnsettled, contract.Indeterminate)
}

// A refund of unknown result is tried with an account that was configured by mistake.
func TestRun_ReleasesTheKeyOfARefundWhereThereIsNotEvenThePayment(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	refund := func(reason contract.Reason) error {
		request := &contract.RefundRequest{PaymentID: "pay_1", Attempt: contract.Attempt{Key: "r1"}}
		_, err := kit.Run(t.Context(), &k.sessions, request, &request.Attempt,
			func(*session, context.Context, *contract.RefundRequest) (*contract.Refund, *contract.Error) {
				return nil, contract.NewError(reason, "x")
			})
		return err
	}
	lookUp := func() {
		request := &contract.GetRefundRequest{PaymentID: "pay_1", Attempt: &contract.Attempt{Key: "r1", FirstAt: k.clock.Now()}}
		_, err := kit.Run(t.Context(), &k.sessions, request, nil,
			func(*session, context.Context, *contract.GetRefundRequest) (*contract.Refund, *contract.Error) {
				return nil, contract.NewError(contract.PaymentNotFound, "x")
			})
		assert.False(t, kittest.ErrorOf(t, err, contract.PaymentNotFound, contract.Rejected).ProvesAbsence())
	}
	kittest.RequireError(t, refund(contract.ConnectionLost), contract.ConnectionLost, contract.Indeterminate)
	for _, wait := range []time.Duration{0, time.Minute} {
		k.clock.Advance(wait)
		k.use("B")
		lookUp()
		kittest.RequireError(t, refund(contract.ProviderRejected), contract.AttemptUnsettled, contract.Indeterminate)
		k.use("A")
		lookUp()
	}
	k.use("B")
	kittest.RequireError(t, refund(contract.ProviderRejected), contract.ProviderRejected, contract.Rejected)
}

func TestRun_TellsAnOperationOfEarlierCalls(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	first := k.clock.Now()
	_, err := k.create(contract.Attempt{}, func(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
		k.clock.Advance(time.Second)
		return nil, contract.NewError(contract.ConnectionLost, "x")
	})
	kittest.RequireError(t, err, contract.ConnectionLost, contract.Indeterminate)
	assert.False(t, k.lookUp().ProvesAbsence(), "the host did not say that a result is unknown")
	earlier := contract.Attempt{Key: "k1", FirstAt: first.Add(-time.Minute)}
	_, err = k.create(earlier, func(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
		assert.Equal(t, contract.Attempt{Key: "k1", FirstAt: earlier.FirstAt, LastUnknownAt: first.Add(time.Second)}, r.Attempt)
		attempt, made, end := kit.HoldKey(ctx)
		assert.Equal(t, r.Attempt, attempt)
		assert.Empty(t, made)
		assert.Nil(t, end("pay_1", true, nil))
		return &contract.Payment{PaymentID: "pay_1"}, nil
	})
	require.NoError(t, err)
	_, err = k.create(contract.Attempt{}, func(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
		assert.Equal(t, contract.Attempt{Key: "k1", FirstAt: earlier.FirstAt}, r.Attempt)
		_, made, end := kit.HoldKey(ctx)
		assert.Equal(t, "pay_1", made)
		assert.Nil(t, end("", true, nil))
		return &contract.Payment{PaymentID: "pay_1"}, nil
	})
	require.NoError(t, err)
}

func TestRun_CountsACallAsUnknownWhileItsWorkGoesOnAndIfItPanicked(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	var end func(string, bool, *contract.Error) *contract.Error
	_, err := k.create(contract.Attempt{}, func(ctx context.Context, _ *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
		_, _, end = kit.HoldKey(ctx)
		return nil, contract.NewError(contract.ProviderTimeout, "x")
	})
	kittest.RequireError(t, err, contract.ProviderTimeout, contract.Indeterminate)
	k.clock.Advance(24 * time.Hour)
	assert.False(t, k.lookUp().ProvesAbsence(), "its work goes on")
	e := end("", true, contract.NewError(contract.ProviderRejected, "x"))
	assert.Equal(t, contract.Rejected, e.Outcome, "now it is certain what the call led to")
	assert.Nil(t, end("pay_2", true, nil), "it has ended")
	assert.True(t, k.lookUp().ProvesAbsence())

	assert.Panics(t, func() {
		_, _ = k.create(contract.Attempt{}, func(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
			panic("boom")
		})
	})
	assert.False(t, k.lookUp().ProvesAbsence())
}

func TestRun_RemembersABoundedNumberOfKeys(t *testing.T) {
	t.Parallel()
	const limit = 50_000
	k := newKeyed(t)
	key := func(i int) contract.Attempt { return contract.Attempt{Key: strconv.Itoa(i)} }
	for i := range limit - 1 {
		_, err := k.create(key(i), fails(contract.ConnectionLost, contract.Indeterminate))
		require.Error(t, err)
	}
	_, err := k.create(key(limit), makes("pay_1"))
	require.NoError(t, err)
	_, err = k.create(contract.Attempt{}, makes("pay_2")) // in place of the one that is settled
	require.NoError(t, err)
	_, err = k.create(key(0), makes("pay_3"))
	require.NoError(t, err, "a key that is known needs no room")
	_, err = k.create(key(limit+1), fails(contract.ConnectionLost, contract.Indeterminate))
	require.Error(t, err)
	_, err = k.create(key(limit+2), fails(contract.ConnectionLost, contract.Indeterminate))
	require.Error(t, err)
	_, err = k.create(key(limit+3), k.sendsNothing)
	e := kittest.ErrorOf(t, err, contract.ProviderUnreachable, contract.NotAttempted)
	assert.Equal(t, time.Minute, e.RetryAfter)
	k.clock.Advance(time.Minute)
	_, err = k.create(key(limit+3), makes("pay_4"))
	require.NoError(t, err)
}

func TestRun_KnowsAnAPIByWhatItSends(t *testing.T) {
	t.Parallel()
	inAddress := func(key contract.Secret) func(*http.Request) {
		return func(r *http.Request) { r.URL.RawQuery = "key=" + key.Reveal() }
	}
	byCertificate := func(contract.Secret) func(*http.Request) { return func(*http.Request) {} }
	for name, test := range map[string]struct {
		authorize func(contract.Secret) func(*http.Request)
		base, key string
		same      bool
	}{
		"the same":                   {kit.Bearer, "https://acme.example", "a", true},
		"another key":                {kit.Bearer, "https://acme.example", "b", false},
		"another address":            {kit.Bearer, "https://acme2.example", "a", false},
		"the same in the address":    {inAddress, "https://acme.example", "a", true},
		"another key in the address": {inAddress, "https://acme.example", "b", false},
		"nothing in the request":     {byCertificate, "https://acme.example", "a", false},
	} {
		var sessions kit.Sessions[*kit.API]
		call := func(base, key string) error {
			sessions.Replace(kit.NewAPI(base, test.authorize(contract.NewSecret(key)), acmeRefusal, nil))
			request := &contract.CreatePaymentRequest{Attempt: contract.Attempt{Key: "k1"}}
			_, err := kit.Run(t.Context(), &sessions, request, &request.Attempt,
				func(*kit.API, context.Context, *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
					return &contract.Payment{PaymentID: "pay_1"}, nil
				})
			return err
		}
		require.NoError(t, call("https://acme.example", "a"))
		assert.Equal(t, test.same, call(test.base, test.key) == nil, name)
	}
}
