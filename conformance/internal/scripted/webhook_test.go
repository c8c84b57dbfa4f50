package scripted_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// deliver lets the provider parse a webhook, as a host that received it now.
func (w *world) deliver(hook *scripted.Webhook) (*contract.WebhookResult, error) {
	w.t.Helper()
	request, err := hook.Request(w.t.Context(), "http://127.0.0.1:1/webhooks/wallet")
	require.NoError(w.t, err)
	return w.provider.ParseWebhook(within(w.t, long), &contract.WebhookRequest{
		Method: request.Method, Path: request.URL.Path, Headers: request.Header, Body: hook.Body, ReceivedAt: time.Now(),
	})
}

func TestWebhook_TellsOfAPaymentAsItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	p := w.create(order())
	early := w.PaymentWebhook(p.PaymentID, nil)
	w.Move(p.PaymentID, contract.PaymentSucceeded)
	paid := w.PaymentWebhook(p.PaymentID, &scripted.WebhookOptions{ID: "evt_1"})
	for hook, status := range map[*scripted.Webhook]contract.PaymentStatus{early: contract.PaymentPending, paid: contract.PaymentSucceeded} {
		got, err := w.deliver(hook)
		require.NoError(t, err)
		assert.Equal(t, contract.DispositionEvents, got.Disposition)
		assert.Equal(t, hook.ID, got.DedupeKey)
		assert.Equal(t, scripted.KindPayment, got.Kind)
		require.Len(t, got.Events, 1)
		assert.Equal(t, status, got.Events[0].Payment.Status)
		assert.Equal(t, p.PaymentID, got.Events[0].Payment.PaymentID)
	}
	assert.Equal(t, "evt_1", paid.ID)
}

func TestWebhook_TellsOfRefundsDisputesAndStrangers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	p := w.paid()
	refund := w.RefundElsewhere(p.PaymentID, contract.Money{Currency: "THB", MinorUnits: 100})
	got, err := w.deliver(w.RefundWebhook(p.PaymentID, refund, nil))
	require.NoError(t, err)
	assert.Equal(t, refund, got.Events[0].Refund.RefundID)

	got, err = w.deliver(w.DisputeWebhook(p.PaymentID, nil))
	require.NoError(t, err)
	assert.Equal(t, contract.DispositionIgnored, got.Disposition)
	assert.Contains(t, w.provider.Descriptor().Webhooks.AttentionKinds, got.Kind)

	got, err = w.deliver(w.OtherWebhook("account.updated", nil))
	require.NoError(t, err)
	assert.Equal(t, contract.DispositionIgnored, got.Disposition)

	elsewhere := w.PayElsewhere(contract.Money{Currency: "THB", MinorUnits: 100})
	got, err = w.deliver(w.PaymentWebhook(elsewhere, nil))
	require.NoError(t, err)
	assert.Equal(t, contract.DispositionIgnored, got.Disposition, "it was not made through the contract")

	stranger := w.PayStranger(contract.Money{Currency: "THB", MinorUnits: 100})
	got, err = w.deliver(w.PaymentWebhook(stranger, nil))
	require.NoError(t, err)
	assert.Equal(t, stranger, got.Events[0].Payment.PaymentID)

	ghost := *p
	ghost.PaymentID, ghost.Replayed = "pay_ghost", false
	got, err = w.deliver(w.StrangerWebhook(&ghost, nil))
	require.NoError(t, err)
	assert.Equal(t, "pay_ghost", got.Events[0].Payment.PaymentID)
	_, err = w.provider.GetStatus(within(t, long), &contract.GetStatusRequest{PaymentID: "pay_ghost"})
	assert.ErrorIs(t, err, contract.PaymentNotFound)
}

func TestWebhook_IsRefusedForItsCause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	other := w.server.NewAccount(scripted.Shape{})
	p := w.paid()
	for name, row := range map[string]struct {
		options scripted.WebhookOptions
		want    contract.Reason
	}{
		"forged":        {scripted.WebhookOptions{Forged: true}, contract.WebhookSignatureInvalid},
		"unsigned":      {scripted.WebhookOptions{Unsigned: true}, contract.WebhookSignatureMissing},
		"stale":         {scripted.WebhookOptions{At: time.Now().Add(-time.Hour)}, contract.WebhookSignatureStale},
		"from tomorrow": {scripted.WebhookOptions{At: time.Now().Add(24 * time.Hour)}, contract.WebhookSignatureStale},
		"malformed":     {scripted.WebhookOptions{Malformed: true}, contract.WebhookMalformed},
		"other mode":    {scripted.WebhookOptions{OtherMode: true}, contract.ModeMismatch},
	} {
		_, err := w.deliver(w.PaymentWebhook(p.PaymentID, &row.options))
		assert.ErrorIs(t, err, row.want, name)
	}
	_, err := w.deliver(other.DisputeWebhook(p.PaymentID, nil))
	assert.ErrorIs(t, err, contract.WebhookSignatureInvalid, "another provider's")
	changed := w.PaymentWebhook(p.PaymentID, nil)
	changed.Body = bytes.Replace(changed.Body, []byte("SUCCEEDED"), []byte("CANCELED\""), 1)
	_, err = w.deliver(changed)
	assert.ErrorIs(t, err, contract.WebhookSignatureInvalid, "a body that was changed")
	assert.NoError(t, errOf(w.deliver(w.PaymentWebhook(p.PaymentID, nil))))
}

func errOf(_ *contract.WebhookResult, err error) error { return err }

func TestWebhook_MayComeBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	r := order()
	parked := w.Park(scripted.Rule{Match: scripted.Amount(r.Amount)}, scripted.Committed)
	ended := make(chan error, 1)
	go func() {
		_, err := w.provider.CreatePayment(within(t, long), r)
		ended <- err
	}()
	made, err := (<-parked.Arrived).Made()
	require.NoError(t, err)
	id := made.(*contract.Payment).PaymentID
	w.Move(id, contract.PaymentSucceeded)
	got, err := w.deliver(w.PaymentWebhook(id, nil))
	require.NoError(t, err)
	assert.Equal(t, r.Attempt.Key, got.Events[0].Payment.IdempotencyKey)
	parked.Release()
	require.NoError(t, <-ended)
}

func TestWebhook_IsSignedAsItIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripted.Shape{})
	p := w.paid()
	hook := w.PaymentWebhook(p.PaymentID, &scripted.WebhookOptions{Written: func(body []byte) []byte { return append(body, " \r\n"...) }})
	assert.True(t, bytes.HasSuffix(hook.Body, []byte("} \r\n")))
	_, err := w.deliver(hook)
	assert.NoError(t, err)
}
