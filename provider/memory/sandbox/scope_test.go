package sandbox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

func TestTransition_FollowsTheStateChart(t *testing.T) {
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
	f := newFixture(t, nil)
	for _, from := range states {
		for _, to := range states {
			id := f.pay(string(from + "-" + to)).text("id")
			if from != gateway.StatePending {
				f.move(id, from)
			}
			err := f.scope.Transition(t.Context(), id, &gateway.Transition{To: to})
			want := to
			if err == nil {
				assert.Contains(t, legal[from], to, "from %s to %s", from, to)
			} else {
				require.ErrorIs(t, err, gateway.ErrIllegal)
				assert.NotContains(t, legal[from], to, "from %s to %s", from, to)
				want = from
			}
			assert.Equal(t, string(want), f.get(id).text("status"))
		}
	}
}

func TestTransition_KeepsTheFailureCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for given, kept := range map[string]string{"": "declined", "payer_timeout": "payer_timeout", "never_heard_of": "never_heard_of"} {
		id := f.pay("k" + given).text("id")
		require.NoError(t, f.scope.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateFailed, FailureCode: given}))
		assert.Equal(t, kept, f.get(id).text("failure_code"))
		assert.NotEmpty(t, f.get(id).text("failure_message"))

		f.move(id, gateway.StateSucceeded)
		assert.Empty(t, f.get(id).text("failure_code"), "a late success clears the failure")
		assert.NotEmpty(t, f.get(id).text("paid_at"))
	}
	err := f.scope.Transition(t.Context(), f.pay("k").text("id"), &gateway.Transition{To: gateway.StateFailed, FailureCode: "No funds!"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
}

func TestTransition_EndsARefundOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	id := f.paid("k1")
	for _, to := range []gateway.State{gateway.StateSucceeded, gateway.StateFailed} {
		refund := f.refund(id, "r-"+string(to), 500).text("id")
		require.ErrorIs(t, f.scope.TransitionRefund(t.Context(), refund, &gateway.Transition{To: gateway.StateCanceled}), gateway.ErrIllegal)
		require.NoError(t, f.scope.TransitionRefund(t.Context(), refund, &gateway.Transition{To: to}))
		for _, again := range []gateway.State{gateway.StateSucceeded, gateway.StateFailed, gateway.StatePending} {
			require.ErrorIs(t, f.scope.TransitionRefund(t.Context(), refund, &gateway.Transition{To: again}), gateway.ErrIllegal)
		}
	}
	require.ErrorIs(t, f.scope.TransitionRefund(t.Context(), "rfd_none", &gateway.Transition{To: gateway.StateFailed}), gateway.ErrNotFound)
}

func TestDashboard_MakesPaymentsAndRefundsWithoutKeys(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	made, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	assert.NotContains(t, f.get(made.ID).raw, "idempotency_key")
	_, err = f.scope.CreateRefund(t.Context(), made.ID, gateway.Money{Amount: 1})
	require.ErrorIs(t, err, gateway.ErrIllegal)

	f.move(made.ID, gateway.StateSucceeded)
	for range 2 {
		refund, err := f.scope.CreateRefund(t.Context(), made.ID, gateway.Money{Amount: 700})
		require.NoError(t, err)
		assert.Equal(t, "THB", refund.Currency)
	}
	assert.Equal(t, "1400", f.get(made.ID).number("amount_refunded"))
	assert.Len(t, f.ledger()[0].Refunds, 2)

	_, err = f.scope.CreateRefund(t.Context(), made.ID, gateway.Money{Amount: 1, Currency: "JPY"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
	_, err = f.scope.CreateRefund(t.Context(), "pay_none", gateway.Money{Amount: 1})
	require.ErrorIs(t, err, gateway.ErrNotFound)
	_, err = f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "USD"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
}

func TestScope_SeesNoOther(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &gateway.ScopeSpec{Seed: "7"})
	id := f.pay("k1").text("id")
	other, err := f.tester.NewScope(t.Context(), &gateway.ScopeSpec{Seed: "8"})
	require.NoError(t, err)
	require.NoError(t, other.Advance(t.Context(), time.Hour))

	payments, err := other.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, payments)
	require.ErrorIs(t, other.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateFailed}), gateway.ErrNotFound)
	header := "Bearer " + other.Connection().Credentials["secret_key"]
	requireRefused(t, f.send("GET", "/v1/payments/"+id, "", "Authorization", header), 404, "payment_not_found")
	assert.Equal(t, 201, f.send("POST", "/v1/payments", orderBody, "Idempotency-Key", "k1", "Authorization", header).status)
	assert.Equal(t, "pending", f.get(id).text("status"), "the clock of another scope must not matter")

	require.NoError(t, other.Close(t.Context()))
	requireRefused(t, f.send("GET", "/v1/account", "", "Authorization", header), 401, "unauthorized")
	assert.Equal(t, 200, f.send("GET", "/v1/account", "").status)
}

func TestScope_RepeatsIDsButNoSecretsForASeed(t *testing.T) {
	t.Parallel()
	first, second := newFixture(t, &gateway.ScopeSpec{Seed: "7"}), newFixture(t, &gateway.ScopeSpec{Seed: "7"})
	assert.Equal(t, first.pay("k").text("id"), second.pay("k").text("id"))
	for name, secret := range first.scope.Connection().Credentials {
		assert.NotEqual(t, secret, second.scope.Connection().Credentials[name], name)
	}
	chance := newFixture(t, nil)
	assert.NotEqual(t, first.pay("k").text("id"), chance.pay("k").text("id"))
}

func TestScope_OfTheFirstAccount(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.key = sandbox.DefaultSecretKey
	id := f.pay("k1").text("id")
	first, err := f.tester.Attach(&gateway.Connection{Scope: "s1", APIBase: f.base})
	require.NoError(t, err)
	require.NoError(t, first.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateSucceeded}))
	assert.Equal(t, "succeeded", f.get(id).text("status"))
}

func TestScope_HasAClockWithinTenYears(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	require.NoError(t, f.scope.Advance(t.Context(), 9*365*24*time.Hour))
	require.ErrorIs(t, f.scope.Advance(t.Context(), 2*365*24*time.Hour), gateway.ErrBadRequest)
}

func TestHello_NamesEveryFeature(t *testing.T) {
	t.Parallel()
	hello, err := newFixture(t, nil).tester.Hello(t.Context())
	require.NoError(t, err)
	assert.Equal(t, sandbox.Name, hello.Name)
	assert.ElementsMatch(t, []gateway.Feature{
		"ledger", "ledger.details", "transition.succeeded", "transition.failed", "transition.expired", "transition.canceled", "refund",
		"payment.create", "refund.create", "webhook.build", "webhook.deliver", "webhook.rotation", "clock",
	}, hello.Features)
}
