package host_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
)

// sweep has one sale after another on one database, each of which is created, paid and
// refunded by a host that dies in it.
type sweep struct {
	*world

	providers []string // that the orders have
	method    string
	deaths    faults.Counter
}

// madeAt is a payment, and the provider at whose gateway it is.
type madeAt struct {
	gateway.Payment

	provider string
}

// TestEngine_MayDieAtEveryOperation has a host die before its first operation of a sale,
// in another sale before its second, and so on until one sale is over before the host
// dies. An operation is a statement of the database, a commit, a call of a provider, its
// return, or an answer to a webhook. With the race detector it is only some of them.
func TestEngine_MayDieAtEveryOperation(t *testing.T) {
	t.Parallel()
	for method, providers := range map[string][]string{"wallet": {"wallet-a", "wallet-b"}, "alipay": {"alipay"}} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			s := newSweep(t, method, providers...)
			s.die(0) // the account is established
			for n := 1; s.die(n); n += deathStride {
				s.deaths.Happened()
			}
			t.Logf("%d deaths", s.deaths.Times())
			faults.Proved(t, faults.Injected{How: "a host dies before each operation of a sale", Times: s.deaths.Times(), Engine: stored()}, "HD08", "GW12")
		})
	}
}

func newSweep(t *testing.T, method string, providers ...string) *sweep {
	t.Helper()
	s := &sweep{providers: providers, method: method}
	s.world = newWorld(t, func(o *host.Options) { o.OnChange = tellTable })
	s.wallets["alipay"] = newAlipay(s.world)
	_, err := s.db.ExecContext(t.Context(), "CREATE TABLE told (sale TEXT, kind TEXT)")
	require.NoError(t, err)
	return s
}

// tellTable is an OnChange that writes into the transaction of the change.
func tellTable(ctx context.Context, tx host.Tx, change *host.Change) error {
	_, err := tx.Exec(ctx, "INSERT INTO told VALUES ($1, $2)", change.SaleID, string(change.Kind))
	return err
}

// die makes a sale with a host that dies at its nth operation, and reports whether it did.
// Another host then finds out what became of it, and the buyer finishes.
func (s *sweep) die(n int) bool {
	s.t.Helper()
	id := fmt.Sprintf("order-%d", n)
	engine, tapped, end := s.newTap()
	for _, name := range s.providers {
		s.wallets[name].calls = tapped.calls
	}
	tapped.arm(n)
	s.sellAndRefund(engine, tapped, id)
	died := tapped.isDead()
	end()
	for _, name := range s.providers {
		s.wallets[name].calls = nil
		s.wallets[name].configure(s.wallets[name].scope) // the provider's process ends with its host
	}

	var quiet *tap
	s.engine, quiet, end = s.newTap()
	defer end()
	s.comeToRest()
	s.compare(id, n)
	s.sellAndRefund(s.engine, quiet, id)
	s.comeToRest()
	s.compare(id, n)
	s.isFinished(id, n)
	return died
}

// comeToRest looks after everything until what became of each call is known, and no link
// has expired yet.
func (s *sweep) comeToRest() {
	s.t.Helper()
	for _, d := range []time.Duration{0, 10 * time.Second, 25 * time.Second, 35 * time.Second, time.Minute, time.Minute, 5 * time.Minute} {
		s.pass(d)
	}
}

// sellAndRefund does what a buyer, the gateway and the merchant do until the sale is paid
// and refunded in part, as far as the host goes along.
func (s *sweep) sellAndRefund(engine *host.Engine, tapped *tap, id string) {
	s.t.Helper()
	o := order(id)
	o.Method, o.Providers = s.method, s.providers
	sale, err := engine.Checkout(s.t.Context(), o)
	if err == nil && sale.Status == host.SaleUnpaid {
		sale, err = engine.PayAgain(s.t.Context(), o)
	}
	if err != nil || tapped.step() != nil {
		return
	}
	s.show(sale)
	for _, p := range s.of(id) {
		if p.State == gateway.StatePending && s.canPay(&p.Payment) {
			s.wallets[p.provider].pay(p.ID)
		}
	}
	for _, p := range s.of(id) {
		if p.State == gateway.StateSucceeded && (s.deliver(engine, p.provider, p.ID) != 200 || tapped.step() != nil) {
			return
		}
	}
	if host.CheckDue(s.t.Context(), engine) != nil {
		return
	}
	if _, err := engine.Refund(s.t.Context(), id, &host.RefundOrder{ID: id + "-r", Amount: baht(40_000)}); err != nil {
		return
	}
	for _, p := range s.of(id) {
		for _, r := range p.Refunds {
			if r.State == gateway.StatePending {
				require.NoError(s.t, s.wallets[p.provider].scope.TransitionRefund(s.t.Context(), r.ID, &gateway.Transition{To: gateway.StateSucceeded}))
			}
		}
	}
	s.clock.Advance(time.Minute)
	_ = host.CheckDue(s.t.Context(), engine)
}

// of returns the payments of an order that the gateways have.
func (s *sweep) of(id string) []madeAt {
	s.t.Helper()
	var of []madeAt
	for _, name := range s.providers {
		for _, p := range s.wallets[name].ledger() {
			if p.Reference == id {
				of = append(of, madeAt{p, name})
			}
		}
	}
	return of
}

// compare compares a sale with the gateway when everything has come to rest.
func (s *sweep) compare(id string, n int) {
	s.t.Helper()
	made := s.of(id)
	require.LessOrEqual(s.t, len(made), 1, "%d: a payment was made twice", n)
	attempts := map[string]*host.Attempt{}
	sale, err := s.engine.Sale(s.t.Context(), id)
	if err != nil {
		require.ErrorIs(s.t, err, host.ErrNotFound)
		require.Empty(s.t, made, "%d: a payment was made of which there is no record", n)
		return
	}
	for _, of := range [][]host.Attempt{sale.Payments, sale.Refunds} {
		for i := range of {
			attempts[of[i].Key] = &of[i]
			require.True(s.t, of[i].Over || of[i].Attention != "" || s.isLookedAt(of[i].Key), "%d: nobody looks at %s", n, of[i].Key)
		}
	}
	for _, p := range made {
		a := attempts[p.Key]
		require.NotNil(s.t, a, "%d: the host does not know the key of %s", n, p.ID)
		require.Equal(s.t, p.State == gateway.StateSucceeded, a.Status == contract.PaymentSucceeded, "%d: %s is %s at the gateway and %s here", n, p.ID, p.State, a.Status)
		require.Equal(s.t, p.ID, a.GatewayID, "%d", n)
		require.LessOrEqual(s.t, len(p.Refunds), 1, "%d: a refund was made twice", n)
		for _, r := range p.Refunds {
			a := attempts[r.Key]
			require.NotNil(s.t, a, "%d: the host does not know the key of %s", n, r.ID)
			require.Equal(s.t, r.ID, a.GatewayID, "%d", n)
			require.Equal(s.t, r.State == gateway.StateSucceeded, a.Status == contract.PaymentSucceeded, "%d: %s is %s at the gateway and %s here", n, r.ID, r.State, a.Status)
		}
	}
	var paid int
	require.NoError(s.t, s.db.QueryRowContext(s.t.Context(), "SELECT count(*) FROM told WHERE kind = 'PAID' AND sale = $1", id).Scan(&paid))
	require.Equal(s.t, sale.Status == host.SalePaid, paid == 1, "%d: the platform was told %d times that a sale is paid, which is %s", n, paid, sale.Status)
	require.LessOrEqual(s.t, paid, 1, "%d", n)
}

func (s *sweep) isLookedAt(key string) bool {
	s.t.Helper()
	var scheduled bool
	row := s.db.QueryRowContext(s.t.Context(), "SELECT next_check_at IS NOT NULL FROM "+s.table("attempts")+" WHERE key = $1", key)
	require.NoError(s.t, row.Scan(&scheduled))
	return scheduled
}

// isFinished reports what is missing of a sale whose buyer and merchant have tried again.
func (s *sweep) isFinished(id string, n int) {
	s.t.Helper()
	made := s.of(id)
	require.Len(s.t, made, 1, "%d", n)
	require.Equal(s.t, gateway.StateSucceeded, made[0].State, "%d", n)
	require.Len(s.t, made[0].Refunds, 1, "%d", n)
	require.Equal(s.t, host.SalePaid, s.sale(id).Status, "%d", n)
	var refunded int64
	for _, a := range s.sale(id).Payments {
		refunded += a.Refunded.MinorUnits
	}
	require.Equal(s.t, int64(40_000), refunded, "%d", n)
}
