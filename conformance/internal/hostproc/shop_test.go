package hostproc_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
	"github.com/paysocket/paysocket/contract"
)

func asDatabaseError(err error) (*hostproc.DatabaseError, bool) {
	return errors.AsType[*hostproc.DatabaseError](err)
}

// each runs a test with each of the example's manifests.
func each(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	for _, name := range []string{"host.yaml", "host_postgres.yaml"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newFixture(t, name))
		})
	}
}

// last is the last process of a fixture: another one than the first where there are two.
func (f *fixture) last() int { return len(f.world.Processes()) - 1 }

func TestShop_SellsAndRefundsOverHostctl(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		t.Helper()
		hello, err := f.client(0).Hello(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "host-example", hello.Name)
		payment := f.place("order-1", 10_001)

		again, err := f.client(f.last()).PlaceOrder(t.Context(), newOrder("order-1", 10_001))
		require.NoError(t, err)
		assert.Equal(t, hostctl.OrderOpen, again.State)
		_, err = f.client(0).PlaceOrder(t.Context(), newOrder("order-1", 10_009))
		require.ErrorIs(t, err, hostctl.ErrConflict)

		f.Move(payment, contract.PaymentSucceeded)
		webhook := f.PaymentWebhook(payment, nil)
		for range 3 {
			require.Equal(t, http.StatusOK, f.deliver(f.last(), webhook))
		}
		order := f.await(0, "order-1", func(o *hostctl.Order) bool { return o.Effects > 0 })
		assert.Equal(t, &hostctl.Order{
			ID: "order-1", State: hostctl.OrderPaid, Amount: baht(10_001), Effects: 1,
			Paid: &hostctl.Paid{Provider: wallet, Payment: payment, Amount: baht(10_001)}, Refunds: []hostctl.Refund{}, Attention: []hostctl.Attention{},
		}, order)

		for range 2 {
			refund, err := f.client(0).Refund(t.Context(), "order-1", &hostctl.NewRefund{ID: "refund-1", Amount: baht(4_000), Payment: payment})
			require.NoError(t, err)
			assert.Equal(t, &hostctl.Refund{ID: "refund-1", Amount: baht(4_000), State: hostctl.RefundSucceeded}, refund)
		}
		_, err = f.client(0).Refund(t.Context(), "order-1", &hostctl.NewRefund{ID: "refund-2", Amount: baht(9_000)})
		require.ErrorIs(t, err, hostctl.ErrConflict)
		_, err = f.client(0).Refund(t.Context(), "order-1", &hostctl.NewRefund{ID: "refund-2", Amount: baht(1), Payment: "pay_of_nobody"})
		require.ErrorIs(t, err, hostctl.ErrNotValid)
		f.RefundElsewhere(payment, money(baht(500)))
		require.Equal(t, http.StatusOK, f.deliver(0, f.PaymentWebhook(payment, nil)))
		order = f.await(0, "order-1", func(o *hostctl.Order) bool { return o.Refunded != nil && o.Refunded.MinorUnits == 4_500 })
		assert.Equal(t, []hostctl.Refund{{ID: "refund-1", Amount: baht(4_000), State: hostctl.RefundSucceeded}}, order.Refunds)
		assert.Equal(t, 1, order.Effects)
	})
}

func TestShop_LetsTheBuyerPayAgainAndGivesUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		t.Helper()
		payment := f.place("order-1", 20_001)
		_, err := f.client(0).Again(t.Context(), "order-1", &hostctl.Choice{Providers: []string{wallet}, Method: wallet})
		require.ErrorIs(t, err, hostctl.ErrConflict, "it may still be paid")
		f.Fail(payment, contract.FailureCode("OTHER"))
		require.Equal(t, http.StatusOK, f.deliver(0, f.PaymentWebhook(payment, nil)))
		order := f.await(f.last(), "order-1", in(hostctl.OrderUnpaid))
		assert.Empty(t, order.Link)
		assert.Nil(t, order.Paid)

		order, err = f.client(0).Again(t.Context(), "order-1", &hostctl.Choice{Providers: []string{wallet}, Method: wallet})
		require.NoError(t, err)
		assert.Equal(t, hostctl.OrderOpen, order.State)
		assert.NotEmpty(t, order.Link)
		assert.Len(t, f.Of(money(baht(20_001))), 2)

		_, err = f.client(0).Cancel(t.Context(), "order-1")
		require.NoError(t, err)
		order = f.await(0, "order-1", in(hostctl.OrderUnpaid))
		assert.Zero(t, order.Effects)
	})
}

func TestShop_ShowsWhatAPersonShouldLookAt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		t.Helper()
		payment := f.place("order-1", 30_001)
		none, err := f.client(0).Attention(t.Context())
		require.NoError(t, err)
		assert.Empty(t, none)

		f.Edit(payment, func(p *contract.Payment) { p.Status, p.Amount.MinorUnits = contract.PaymentSucceeded, 1 })
		require.Equal(t, http.StatusOK, f.deliver(0, f.PaymentWebhook(payment, nil)))
		order := f.await(f.last(), "order-1", func(o *hostctl.Order) bool { return len(o.Attention) > 0 })
		require.Len(t, order.Attention, 1)
		assert.True(t, order.Attention[0].Names(payment))
		assert.Equal(t, wallet, order.Attention[0].Provider)
		assert.Equal(t, hostctl.OrderOpen, order.State)

		stranger := f.Ledger()[0].Payment
		stranger.PaymentID, stranger.IdempotencyKey = "pay_of_nobody", "key-of-nobody-key-of-nobody"
		require.Equal(t, http.StatusOK, f.deliver(0, f.StrangerWebhook(&stranger, nil)))
		named := map[string]string{}
		require.Eventually(t, func() bool {
			list, err := f.client(f.last()).Attention(t.Context())
			for i := range list {
				for _, id := range []string{payment, "pay_of_nobody"} {
					if list[i].Names(id) {
						named[id] = list[i].Order
					}
				}
			}
			return err == nil && len(named) == 2
		}, waitFor, pollEvery)
		assert.Equal(t, map[string]string{payment: "order-1", "pay_of_nobody": ""}, named)
	})
}

func TestShop_RefusesWhatHostctlDoesNotAllow(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "host.yaml")
	f.place("order-1", 40_001)
	address := f.world.Processes()[0].Hostctl()
	// More than the shop reads, and less than net/http discards before it closes the
	// connection, by which the answer could be lost.
	// One byte more than the shop reads. Of much more it would leave a part unread, and the
	// system can then break the connection before its answer is read.
	const tooMuch = 16<<10 + 1
	const whole = `{"id":"order-2","amount":{"currency":"THB","minor_units":40002},"providers":["wallet"],"method":"wallet"}`
	for name, c := range map[string]struct {
		method, path, body string
		header             [2]string
		status             int
	}{
		"an unknown field":      {"POST", "/v1/orders", strings.Replace(whole, `"id"`, `"colour":"red","id"`, 1), [2]string{}, 400},
		"an unknown field deep": {"POST", "/v1/orders", strings.Replace(whole, `"currency"`, `"colour":"red","currency"`, 1), [2]string{}, 400},
		"a name twice":          {"POST", "/v1/orders", strings.Replace(whole, `"id"`, `"id":"order-3","id"`, 1), [2]string{}, 400},
		"a fraction":            {"POST", "/v1/orders", strings.Replace(whole, "40002", "40002.5", 1), [2]string{}, 400},
		"two values":            {"POST", "/v1/orders", whole + whole, [2]string{}, 400},
		"no body":               {"POST", "/v1/orders", "", [2]string{}, 400},
		"no body of cancel":     {"POST", "/v1/orders/order-1/cancel", "", [2]string{}, 400},
		"too much":              {"POST", "/v1/orders", strings.Repeat(" ", tooMuch-len(whole)) + whole, [2]string{}, 400},
		"a web page":            {"GET", "/v1/hello", "", [2]string{"Origin", "http://127.0.0.1"}, 403},
		"a web page that sells": {"POST", "/v1/orders", whole, [2]string{"Origin", "null"}, 403},
		"no such order":         {"GET", "/v1/orders/order-9", "", [2]string{}, 404},
		"no such order again":   {"POST", "/v1/orders/order-9/again", `{"providers":["wallet"],"method":"wallet"}`, [2]string{}, 404},
		"no such path":          {"GET", "/v1/weather", "", [2]string{}, 404},
		"an amount of nothing":  {"POST", "/v1/orders", strings.Replace(whole, "40002", "0", 1), [2]string{}, 422},
		"an id that is none":    {"POST", "/v1/orders", strings.Replace(whole, "order-2", "order 2", 1), [2]string{}, 422},
		"no providers":          {"POST", "/v1/orders", strings.Replace(whole, `["wallet"]`, `[]`, 1), [2]string{}, 422},
		"a refund without id":   {"POST", "/v1/orders/order-1/refunds", `{"amount":{"currency":"THB","minor_units":1}}`, [2]string{}, 422},
		"compare":               {"POST", "/v1/compare", "{}", [2]string{}, 501},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), c.method, "http://"+address+c.path, strings.NewReader(c.body))
			require.NoError(t, err)
			request.Header.Set("Content-Type", "application/json")
			if c.header[0] != "" {
				request.Header.Set(c.header[0], c.header[1])
			}
			client := &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
			answer, err := client.Do(request)
			require.NoError(t, err)
			defer func() { assert.NoError(t, answer.Body.Close()) }()
			body, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			assert.Equal(t, c.status, answer.StatusCode, string(body))
			assert.Contains(t, string(body), `"error": "`)
		})
	}
	t.Cleanup(func() { assert.Len(t, f.Ledger(), 1, "nothing else was made") })
}
