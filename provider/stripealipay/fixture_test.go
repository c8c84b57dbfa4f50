package stripealipay_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

// fixture is Stripe's sandbox behind a real listener, and a provider configured
// for one account of it. Calls go through the gates of package plugin, so every
// answer of every test is checked against the contract.
type fixture struct {
	*plugin.Client

	t       *testing.T
	sandbox *sandbox.Sandbox
	scope   gateway.Scope // the account, as a tester controls it
	front   *kittest.Front
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return newFixtureOf(t, stripealipay.New(nil))
}

// newFixtureOf configures the given provider.
func newFixtureOf(t *testing.T, provider contract.PaymentProvider) *fixture {
	t.Helper()
	front := kittest.NewFront(t)
	stripe, err := sandbox.New(&sandbox.Options{BaseURL: front.URL()})
	require.NoError(t, err)
	t.Cleanup(stripe.Close)
	front.Serve(stripe.Handler())
	scope, err := stripe.NewScope(t.Context(), nil)
	require.NoError(t, err)
	client, err := plugin.InProcess(t.Context(), provider, &plugin.OpenOptions{Configuration: configuration(scope.Connection())})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return &fixture{Client: client, t: t, sandbox: stripe, scope: scope, front: front}
}

// configuration returns the configuration for an account of the sandbox;
// settings are names and values.
func configuration(to *gateway.Connection, settings ...string) *contract.Configuration {
	return kittest.Configuration(to, map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"}, settings...)
}

// configurationAt returns the configuration for an account of nobody's.
func configurationAt(base string) *contract.Configuration {
	return configuration(&gateway.Connection{
		APIBase: base, Credentials: map[string]string{"secret_key": "sk_test_abcdefgh12345678", "webhook_secret": webhookSecret},
	})
}

func cny(fen int64) contract.Money { return contract.Money{Currency: "CNY", MinorUnits: fen} }

func newPayment(key string) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: key}, Reference: "order-77", Amount: cny(2000), Method: "alipay",
		ReturnURL: "https://shop.test/back?o=1", Description: "Two teas 🍵", Metadata: map[string]string{"table": "5"},
	}
}

func newRefund(payment *contract.Payment, key string, fen int64) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt: contract.Attempt{Key: key}, PaymentID: payment.PaymentID, Amount: cny(fen), Reason: "one tea was cold",
		Metadata: map[string]string{"table": "5"},
	}
}

// lostSince returns what a host sends when it repeats a call of unknown result,
// which it first made so long ago.
func lostSince(key string, ago time.Duration) contract.Attempt {
	now := time.Now().UTC()
	return contract.Attempt{Key: key, FirstAt: now.Add(-ago), LastUnknownAt: now.Add(-ago + time.Second)}
}

func (f *fixture) pay(key string) *contract.Payment {
	f.t.Helper()
	payment, err := f.CreatePayment(f.t.Context(), newPayment(key))
	require.NoError(f.t, err)
	return payment
}

func (f *fixture) paid(key string) *contract.Payment {
	f.t.Helper()
	payment := f.pay(key)
	f.move(payment.PaymentID, gateway.StateSucceeded, "")
	return payment
}

func (f *fixture) refund(payment *contract.Payment, key string, fen int64) *contract.Refund {
	f.t.Helper()
	refund, err := f.Refund(f.t.Context(), newRefund(payment, key, fen))
	require.NoError(f.t, err)
	return refund
}

func (f *fixture) move(paymentID string, to gateway.State, code string) {
	f.t.Helper()
	require.NoError(f.t, f.scope.Transition(f.t.Context(), paymentID, &gateway.Transition{To: to, FailureCode: code}))
}

func (f *fixture) status(paymentID string) *contract.Payment {
	f.t.Helper()
	payment, err := f.GetStatus(f.t.Context(), &contract.GetStatusRequest{PaymentID: paymentID})
	require.NoError(f.t, err)
	return payment
}

// ledger returns what the sandbox has, whatever the provider says.
func (f *fixture) ledger() []gateway.Payment {
	f.t.Helper()
	payments, err := f.scope.Payments(f.t.Context(), nil)
	require.NoError(f.t, err)
	return payments
}

func (f *fixture) inject(trouble sandbox.Trouble) {
	f.t.Helper()
	require.NoError(f.t, f.sandbox.Inject(f.scope.Connection().Credentials["secret_key"], trouble))
}

// intentJSON returns a PaymentIntent as Stripe shows it, with some of it changed.
func intentJSON(t *testing.T, id string, changes map[string]any) string {
	t.Helper()
	return changed(t, map[string]any{
		"id": id, "object": "payment_intent", "livemode": false, "status": "succeeded", "amount": 2000, "amount_received": 2000,
		"currency": "cny", "created": 1790000000, "payment_method_types": []string{"alipay"}, "next_action": nil,
		"metadata":      map[string]string{"paysocket_key": "k1", "paysocket_reference": "order-77"},
		"latest_charge": chargeObject(nil),
	}, changes)
}

// refundJSON does the same for a refund.
func refundJSON(t *testing.T, changes map[string]any) string {
	t.Helper()
	return changed(t, map[string]any{
		"id": "re_1", "object": "refund", "status": "succeeded", "amount": 500, "currency": "cny", "created": 1790000200,
		"payment_intent": "pi_123", "charge": chargeObject(map[string]any{"amount_refunded": 500}), "metadata": map[string]string{},
	}, changes)
}

func changed(t *testing.T, shown, changes map[string]any) string {
	t.Helper()
	maps.Copy(shown, changes)
	content, err := json.Marshal(shown)
	require.NoError(t, err)
	return string(content)
}

func chargeObject(changes map[string]any) map[string]any {
	shown := map[string]any{
		"id": "py_1", "object": "charge", "livemode": false, "status": "succeeded", "paid": true, "captured": true, "amount": 2000,
		"amount_refunded": 0, "currency": "cny", "created": 1790000100, "payment_method_details": map[string]any{"type": "alipay"},
		"balance_transaction": map[string]any{"id": "txn_1", "object": "balance_transaction", "currency": "hkd", "net": 2100, "fee": 70},
	}
	maps.Copy(shown, changes)
	return shown
}
