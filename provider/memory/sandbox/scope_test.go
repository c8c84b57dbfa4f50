package sandbox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

func TestPaymentsMoveOnlyAsTheStateChartSays(t *testing.T) {
	t.Parallel()
	states := []gateway.State{
		gateway.StatePending, gateway.StateSucceeded, gateway.StateFailed, gateway.StateExpired, gateway.StateCanceled,
	}
	legal := map[gateway.State][]gateway.State{
		gateway.StatePending:  states[1:],
		gateway.StateFailed:   {gateway.StateSucceeded},
		gateway.StateExpired:  {gateway.StateSucceeded},
		gateway.StateCanceled: {gateway.StateSucceeded},
	}
	b := newBench(t, nil)
	for _, from := range states {
		for _, to := range states {
			id := b.pay(string(from + "-" + to)).text("id")
			if from != gateway.StatePending {
				b.move(id, from)
			}
			err := b.scope.Transition(t.Context(), id, &gateway.Transition{To: to})
			want := to
			if err == nil {
				assert.Contains(t, legal[from], to, "from %s to %s", from, to)
			} else {
				require.ErrorIs(t, err, gateway.ErrIllegal)
				assert.NotContains(t, legal[from], to, "from %s to %s", from, to)
				want = from
			}
			assert.Equal(t, string(want), b.get(id).text("status"))
		}
	}
}

func TestAFailureKeepsItsCode(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for given, kept := range map[string]string{"": "declined", "payer_timeout": "payer_timeout", "never_heard_of": "never_heard_of"} {
		id := b.pay("k" + given).text("id")
		require.NoError(t, b.scope.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateFailed, FailureCode: given}))
		assert.Equal(t, kept, b.get(id).text("failure_code"))
		assert.NotEmpty(t, b.get(id).text("failure_message"))

		b.move(id, gateway.StateSucceeded)
		assert.Empty(t, b.get(id).text("failure_code"), "paid late, it is no failure")
		assert.NotEmpty(t, b.get(id).text("paid_at"))
	}
	err := b.scope.Transition(t.Context(), b.pay("k").text("id"), &gateway.Transition{To: gateway.StateFailed, FailureCode: "No funds!"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
}

func TestRefundsMoveOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	id := b.paid("k1")
	for _, to := range []gateway.State{gateway.StateSucceeded, gateway.StateFailed} {
		refund := b.refund(id, "r-"+string(to), 500).text("id")
		require.ErrorIs(t, b.scope.TransitionRefund(t.Context(), refund, &gateway.Transition{To: gateway.StateCanceled}), gateway.ErrIllegal)
		require.NoError(t, b.scope.TransitionRefund(t.Context(), refund, &gateway.Transition{To: to}))
		for _, again := range []gateway.State{gateway.StateSucceeded, gateway.StateFailed, gateway.StatePending} {
			require.ErrorIs(t, b.scope.TransitionRefund(t.Context(), refund, &gateway.Transition{To: again}), gateway.ErrIllegal)
		}
	}
	require.ErrorIs(t, b.scope.TransitionRefund(t.Context(), "rfd_none", &gateway.Transition{To: gateway.StateFailed}), gateway.ErrNotFound)
}

func TestTheDashboardMakesPaymentsAndRefundsWithoutKeys(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	made, err := b.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	assert.NotContains(t, b.get(made.ID).raw, "idempotency_key")
	_, err = b.scope.CreateRefund(t.Context(), made.ID, gateway.Money{Amount: 1})
	require.ErrorIs(t, err, gateway.ErrIllegal)

	b.move(made.ID, gateway.StateSucceeded)
	for range 2 {
		refund, err := b.scope.CreateRefund(t.Context(), made.ID, gateway.Money{Amount: 700})
		require.NoError(t, err)
		assert.Equal(t, "THB", refund.Currency)
	}
	assert.Equal(t, "1400", b.get(made.ID).number("amount_refunded"))
	assert.Len(t, b.ledger()[0].Refunds, 2)

	_, err = b.scope.CreateRefund(t.Context(), made.ID, gateway.Money{Amount: 1, Currency: "JPY"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
	_, err = b.scope.CreateRefund(t.Context(), "pay_none", gateway.Money{Amount: 1})
	require.ErrorIs(t, err, gateway.ErrNotFound)
	_, err = b.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "USD"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
}

func TestScopesDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	b := newBench(t, &gateway.ScopeSpec{Seed: "7"})
	id := b.pay("k1").text("id")
	other, err := b.tester.NewScope(t.Context(), &gateway.ScopeSpec{Seed: "8"})
	require.NoError(t, err)
	require.NoError(t, other.Advance(t.Context(), time.Hour))

	payments, err := other.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, payments)
	require.ErrorIs(t, other.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateFailed}), gateway.ErrNotFound)
	header := "Bearer " + other.Connection().Credentials["secret_key"]
	requireRefused(t, b.send("GET", "/v1/payments/"+id, "", "Authorization", header), 404, "payment_not_found")
	assert.Equal(t, 201, b.send("POST", "/v1/payments", teaOrder, "Idempotency-Key", "k1", "Authorization", header).status)
	assert.Equal(t, "pending", b.get(id).text("status"), "the other's clock is the other's")

	require.NoError(t, other.Close(t.Context()))
	requireRefused(t, b.send("GET", "/v1/account", "", "Authorization", header), 401, "unauthorized")
	assert.Equal(t, 200, b.send("GET", "/v1/account", "").status)
}

func TestASeedRepeatsIdsButNeverSecrets(t *testing.T) {
	t.Parallel()
	first, second := newBench(t, &gateway.ScopeSpec{Seed: "7"}), newBench(t, &gateway.ScopeSpec{Seed: "7"})
	assert.Equal(t, first.pay("k").text("id"), second.pay("k").text("id"))
	for name, secret := range first.scope.Connection().Credentials {
		assert.NotEqual(t, secret, second.scope.Connection().Credentials[name], name)
	}
	chance := newBench(t, nil)
	assert.NotEqual(t, first.pay("k").text("id"), chance.pay("k").text("id"))
}

func TestTheFirstAccountIsAScopeToo(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.key = sandbox.DefaultSecretKey
	id := b.pay("k1").text("id")
	first, err := b.tester.Attach(&gateway.Connection{Scope: "s1", APIBase: b.base})
	require.NoError(t, err)
	require.NoError(t, first.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateSucceeded}))
	assert.Equal(t, "succeeded", b.get(id).text("status"))
}

func TestAClockStaysWithinTenYears(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	require.NoError(t, b.scope.Advance(t.Context(), 9*365*24*time.Hour))
	require.ErrorIs(t, b.scope.Advance(t.Context(), 2*365*24*time.Hour), gateway.ErrBadRequest)
}

func TestEveryAdvertisedFeatureIsOneOfTheProtocol(t *testing.T) {
	t.Parallel()
	hello, err := newBench(t, nil).tester.Hello(t.Context())
	require.NoError(t, err)
	assert.Equal(t, sandbox.Name, hello.Name)
	assert.ElementsMatch(t, []gateway.Feature{
		"ledger", "transition.succeeded", "transition.failed", "transition.expired", "transition.canceled", "refund",
		"payment.create", "refund.create", "webhook.build", "webhook.deliver", "webhook.rotation", "clock",
	}, hello.Features)
}
