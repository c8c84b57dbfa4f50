package host_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// dispute returns a webhook of Omise's about a dispute, whose kind the provider declares
// to be for a person's attention. It has the id of the payment, and others.
func (w *world) dispute(event, payment string) *http.Request {
	w.t.Helper()
	of := w.wallets["alipay"].ledger()[0].ID // the sandbox builds webhooks about its payments
	return w.webhook("alipay", &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: of, BodyPatch: []gateway.PatchOp{
		{Op: "replace", Path: "/id", Value: "evnt_test_" + event},
		{Op: "replace", Path: "/key", Value: "dispute.create"},
		{Op: "replace", Path: "/data", Value: map[string]any{
			"object": "dispute", "id": "dspt_test_1", "amount": 100_000, "status": "open", "charge": payment,
			"transactions": []any{map[string]any{"object": "transaction", "id": "trxn_test_1"}},
		}},
	}})
}

// attentions returns how many lines of a sale's timeline are for a person.
func (w *world) attentions(orderID string) int {
	w.t.Helper()
	n := 0
	for _, entry := range w.sale(orderID).Timeline {
		if entry.Kind == "attention" {
			n++
		}
	}
	return n
}

func TestWebhooks_OfAnAttentionKindAreShownWithTheirPayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidByAlipay()
	payment := w.wallets["alipay"].ledger()[0].ID
	before := w.told()
	require.Equal(t, 200, w.send(w.engine, w.dispute("1", payment)))
	shown := w.sale("3947").Payments[0]
	assert.Equal(t, "the gateway sent dispute.create at 2026-02-03 04:05:06 UTC: see its dashboard", shown.Attention)
	assert.Equal(t, append(before, host.ChangeAttention), w.told())
	o := w.overview()
	require.Len(t, o.NeedAttention, 1)
	assert.Equal(t, shown.Key, o.NeedAttention[0].Attempt.Key)
	assert.Zero(t, o.Unmatched)

	require.Equal(t, 200, w.send(w.open(), w.dispute("1", payment)), "sent again, to another process")
	assert.Equal(t, 1, w.attentions("3947"))
	require.Equal(t, 200, w.send(w.engine, w.dispute("2", payment)))
	assert.Equal(t, 2, w.attentions("3947"), "another one of the same payment")
	assert.Len(t, w.told(), len(before)+2)

	_, err := w.engine.Resolve(t.Context(), "3947", shown.Key, &host.Resolution{By: "Ann", Why: "answered in the dashboard"})
	require.NoError(t, err)
	require.Equal(t, 200, w.send(w.engine, w.dispute("1", payment)))
	assert.Empty(t, w.sale("3947").Payments[0].Attention, "it was seen")
	assert.Equal(t, 2, w.attentions("3947"))
}

func TestWebhooks_OfAnAttentionKindAreShownIfNoPaymentIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidByAlipay()
	for n, id := range []string{"chrg_test_of_somebody_else", "chrg_test_of_somebody_else", w.sale("3947").Payments[0].GatewayID} {
		request := w.dispute(string(rune('1'+n/2)), id)
		require.Equal(t, 200, w.send(w.engine, request))
	}
	o := w.overview()
	assert.Equal(t, 1, o.Unmatched, "the second one was sent again")
	require.Len(t, o.UnmatchedWebhooks, 1)
	assert.Equal(t, "attention", o.UnmatchedWebhooks[0].Kind)
	assert.Equal(t, "dispute.create of alipay: see the gateway's dashboard", o.UnmatchedWebhooks[0].Text)
	assert.Equal(t, 1, w.attentions("3947"))
}

// TestWebhooks_OfAnAttentionKindStandBeforeThoseOfOthers has another user of the account
// with more payments than are listed.
func TestWebhooks_OfAnAttentionKindStandBeforeThoseOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidByAlipay()
	require.Equal(t, 200, w.send(w.engine, w.dispute("1", "chrg_test_of_somebody_else")))
	w.clock.Advance(time.Second)
	_, err := w.db.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) INSERT INTO `+w.table("events")+
		` (provider, dedupe_key, n, kind, payment_id, refund_id, key, received_at) SELECT 'alipay', 'd' || i, 0, 'charge.complete', 'pay_' || i, '', 'k', `+
		`9000000000000 FROM n`)
	require.NoError(t, err)
	o := w.overview()
	assert.Equal(t, 151, o.Unmatched)
	require.Len(t, o.UnmatchedWebhooks, 100)
	assert.Equal(t, "attention", o.UnmatchedWebhooks[0].Kind)
	assert.Equal(t, "webhook", o.UnmatchedWebhooks[1].Kind)
}

// TestWebhooks_OfAnAttentionKindSurviveTheEndOfTheHost kills a host between what the
// provider says and the answer to the gateway, which sends the webhook again.
func TestWebhooks_OfAnAttentionKindSurviveTheEndOfTheHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidByAlipay()
	alipay := w.wallets["alipay"]
	request := func() *http.Request { return w.dispute("1", w.sale("3947").Payments[0].GatewayID) }
	alipay.calls = func(next contract.Handler) contract.Handler {
		return func(ctx context.Context, call contract.Call) (any, error) {
			answer, err := next(ctx, call)
			if call.Operation == contract.OperationParseWebhook {
				runtime.Goexit()
			}
			return answer, err
		}
	}
	answer := httptest.NewRecorder()
	answer.Code = 0
	var killed sync.WaitGroup
	killed.Go(func() { w.engine.Webhooks().ServeHTTP(answer, request()) })
	killed.Wait()
	require.Zero(t, answer.Code, "it was not acknowledged")
	require.Zero(t, w.attentions("3947"))
	alipay.calls = nil
	w.engine = w.open()
	require.Equal(t, 200, w.send(w.engine, request()))
	assert.Equal(t, 1, w.attentions("3947"))
	w.engine = w.open() // and nobody got the answer
	require.Equal(t, 200, w.send(w.engine, request()))
	assert.Equal(t, 1, w.attentions("3947"))
}

// TestWebhooks_ThatNameSeveralPaymentsAreOfNone has a body with the ids of two sales.
func TestWebhooks_ThatNameSeveralPaymentsAreOfNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidByAlipay()
	o := order("3948")
	o.Method, o.Providers = "alipay", []string{"alipay"}
	w.checkout(o)
	request := w.webhook("alipay", &gateway.WebhookSpec{
		Event: gateway.EventPaymentUpdated, Payment: w.sale("3947").Payments[0].GatewayID, BodyPatch: []gateway.PatchOp{
			{Op: "replace", Path: "/key", Value: "dispute.create"},
			{Op: "add", Path: "/also", Value: []any{w.sale("3948").Payments[0].GatewayID, strings.Repeat("x", contract.MaxIDLength+1), "two words"}},
		},
	})
	require.Equal(t, 200, w.send(w.engine, request))
	assert.Zero(t, w.attentions("3947")+w.attentions("3948"))
	assert.Equal(t, 1, w.overview().Unmatched)
}

// TestWebhooks_OfWhichOnlyTheEventWasFetchedNameNoPayment has a body that anybody may have
// written around the id of a genuine event.
func TestWebhooks_OfWhichOnlyTheEventWasFetchedNameNoPayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.paidByAlipay()
	w.wallets["alipay"].calls = func(next contract.Handler) contract.Handler {
		return func(ctx context.Context, call contract.Call) (any, error) {
			answer, err := next(ctx, call)
			if result, ok := answer.(*contract.WebhookResult); ok && err == nil {
				result.Verification = contract.VerificationFetched
			}
			return answer, err
		}
	}
	require.Equal(t, 200, w.send(w.engine, w.dispute("1", w.sale("3947").Payments[0].GatewayID)))
	assert.Zero(t, w.attentions("3947"))
	assert.Equal(t, 1, w.overview().Unmatched)
}

// TestWebhooks_OfAnAttentionKindThatIsTranslatedAreShown has a provider that declares a
// kind which it translates, and a webhook that came in the moment in which the id of its
// payment became known.
func TestWebhooks_OfAnAttentionKindThatIsTranslatedAreShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.wallets["wallet-a"]
	a.attends = []string{"payment.updated"}
	w.checkout(alone("3947"))
	require.Equal(t, 200, w.deliver(w.engine, "wallet-a", a.ledger()[0].ID))
	assert.Equal(t, 1, w.attentions("3947"))
	w.pass(0)
	_, err := w.db.ExecContext(t.Context(), `UPDATE `+w.table("events")+` SET attempt = NULL`)
	require.NoError(t, err)
	o := w.overview()
	require.Len(t, o.UnmatchedWebhooks, 1)
	assert.Contains(t, o.UnmatchedWebhooks[0].Text, "about payment "+a.ledger()[0].ID)
	w.run(w.engine) // the clock stands still: nothing else is due
	assert.Eventually(t, func() bool { return w.attentions("3947") == 2 }, patience, 20*time.Millisecond)
}
