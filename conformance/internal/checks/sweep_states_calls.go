package checks

import (
	"errors"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// succeeded fails the check unless the call did, in which nothing went wrong.
func (d *testedCall) succeeded(t *harness.T, err error) bool {
	return harness.True(t, err == nil, "%s failed: %v", d.what, err)
}

// agrees compares an answer with the ledger as it is now.
func (d *testedCall) agrees(t *harness.T, payment *contract.Payment) {
	d.refresh(t)
	harness.Equal(t, d.what+": payment id", d.created.PaymentID, payment.PaymentID)
	if d.in.played == unheard {
		harness.Equal(t, d.what+": status", contract.PaymentUnknown, payment.Status)
		return
	}
	harness.Equal(t, d.what+": status", paymentStatus(d.ledger.State), payment.Status)
	harness.Equal(t, d.what+": refunded amount", refunded(d.ledger), payment.AmountRefunded.MinorUnits)
}

func createAgain(t *harness.T, _ *harness.Env, d *testedCall) effect {
	again, err := d.purchase.Ask(t)
	switch {
	case err != nil && d.in.played == gone: // it cannot be read
	case err != nil && d.in.played == unheard:
		failedWith(t, d.what, err, "", contract.Indeterminate)
	case d.succeeded(t, err):
		harness.Equal(t, d.what+": replayed", true, again.Replayed)
		d.agrees(t, again)
	}
	return effect{}
}

func createOther(t *harness.T, _ *harness.Env, d *testedCall) effect {
	request := *d.purchase.Request
	request.Amount.MinorUnits++
	_, err := d.s.Create(t, &request)
	if d.in.played == gone { // what the key led to cannot be read
		failedWith(t, d.what, err, "", "")
		return effect{}
	}
	if failedWith(t, d.what, err, contract.IdempotencyKeyReused, contract.Indeterminate) {
		harness.Equal(t, d.what+": payment_id in the error's metadata", d.created.PaymentID, metadata(err)[contract.MetaPaymentID])
	}
	return effect{}
}

func readByID(t *harness.T, _ *harness.Env, d *testedCall) effect {
	read, err := d.s.Status(t, d.created.PaymentID)
	if d.in.played == gone {
		failedWith(t, d.what, err, contract.PaymentNotFound, "")
	} else if d.succeeded(t, err) {
		d.agrees(t, read)
	}
	return effect{}
}

func readByKey(t *harness.T, _ *harness.Env, d *testedCall) effect {
	found, err := d.s.StatusByKey(t, d.purchase.Request.Attempt)
	if d.in.played == gone { // a list that is not there is no list without the payment
		if failedWith(t, d.what, err, "", "") {
			harness.True(t, !saysAbsent(err), "%s: the error says that there is none: %v", d.what, err)
		}
	} else if d.succeeded(t, err) {
		d.agrees(t, found)
	}
	return effect{}
}

func cancel(t *harness.T, _ *harness.Env, d *testedCall) effect {
	answered, err := d.s.Cancel(t, d.created.PaymentID)
	switch {
	case d.in.played == gone:
		failedWith(t, d.what, err, contract.PaymentNotFound, contract.Rejected)
	case err != nil && d.in.played == unheard && d.in.pending(): // the gateway said that it canceled the payment, and contradicts that
		failedWith(t, d.what, err, "", contract.Indeterminate)
	case d.succeeded(t, err):
		d.agrees(t, answered)
		if d.in.pending() {
			harness.OneOf(t, d.what+": state at the gateway", d.ledger.State, gateway.StateCanceled, gateway.StateExpired)
		}
		again, err := d.s.Cancel(t, d.created.PaymentID)
		if d.in.played == "" && harness.True(t, err == nil, "%s, once more, failed: %v", d.what, err) {
			harness.Equal(t, d.what+", once more: status", answered.Status, again.Status)
			d.agrees(t, again)
		}
	}
	return effect{stops: true}
}

// refundWhatIsLeft asks for a refund with a new key.
func refundWhatIsLeft(t *harness.T, e *harness.Env, d *testedCall) effect {
	left := d.ledger.Amount - refunded(d.ledger)
	switch {
	case d.in.played == gone:
		_, err := d.s.Refund(t, refundRequest(e, d.created.PaymentID, left))
		failedWith(t, d.what, err, contract.PaymentNotFound, contract.Rejected)
		return effect{}
	case !d.in.paid():
		for what, amount := range inOrder(map[string]int64{"as a whole": left, "in part": d.some(e), "of the least": min(least(e), d.created.Amount.MinorUnits)}) {
			_, err := d.s.Refund(t, refundRequest(e, d.created.PaymentID, amount))
			d.refuses(t, what, err, contract.PaymentNotRefundable)
		}
		return effect{}
	case left == 0:
		_, err := d.s.Refund(t, refundRequest(e, d.created.PaymentID, d.some(e)))
		d.refuses(t, "of what is not left", err, contract.RefundExceedsPayment, contract.PaymentNotRefundable)
		return effect{}
	}
	request := refundRequest(e, d.created.PaymentID, left)
	made, err := d.s.Refund(t, request)
	if err != nil {
		return d.mayRefuse(t, e, request, err)
	}
	harness.Equal(t, d.what+": amount", request.Amount, made.Amount)
	return effect{refunds: request, as: made}
}

// refuses fails the check unless the call was refused for one of the reasons, for certain.
func (d *testedCall) refuses(t *harness.T, what string, err error, reasons ...contract.Reason) {
	if failedWith(t, d.what+", "+what, err, "", "") {
		harness.OneOf(t, d.what+", "+what+": the reason of "+err.Error(), contract.ReasonOf(err), reasons...)
		harness.True(t, contract.OutcomeOf(err) != contract.Indeterminate, "%s, %s: the error does not say whether it was made: %v", d.what, what, err)
	}
}

// mayRefuse judges the refusal of a refund of what is left of a paid payment: the gateway
// decides whether there can be one, so the sandbox is asked for it.
func (d *testedCall) mayRefuse(t *harness.T, e *harness.Env, request *contract.RefundRequest, refusal error) effect {
	first := len(d.ledger.Refunds) == 0
	if terms := e.RefundTerms(); d.in.played == unheard || !first && (!terms.Multiple || !terms.Partial) {
		d.refuses(t, "refused", refusal, contract.ReasonOf(refusal))
		return effect{}
	}
	if !e.HasFeature(gateway.FeatureRefundCreate) {
		harness.True(t, !first, "%s was refused: %v", d.what, refusal)
		return effect{}
	}
	made, err := d.s.Scope.CreateRefund(t.Context(), d.created.PaymentID, gateway.Money{Amount: request.Amount.MinorUnits})
	if errors.Is(err, gateway.ErrIllegal) {
		return effect{}
	}
	t.SetupFailed("refund a payment at the sandbox", err)
	t.Errorf("%s was refused, and the gateway makes such a refund: %v", d.what, refusal)
	elsewhere := *request
	elsewhere.Attempt.Key = ""
	return effect{refunds: &elsewhere, as: &contract.Refund{RefundID: made.ID}}
}

func refundAgain(t *harness.T, _ *harness.Env, d *testedCall) effect {
	again, err := d.s.Refund(t, d.request)
	if d.in.played != gone && d.succeeded(t, err) {
		harness.Equal(t, d.what+": id of the refund", d.refund.ID, again.RefundID)
		harness.Equal(t, d.what+": replayed", true, again.Replayed)
		harness.Equal(t, d.what+": status", d.refundStatus(t), again.Status)
	}
	return effect{}
}

func refundOther(t *harness.T, _ *harness.Env, d *testedCall) effect {
	request := *d.request
	request.Amount.MinorUnits--
	_, err := d.s.Refund(t, &request)
	if d.in.played == gone { // what the key led to cannot be read
		failedWith(t, d.what, err, "", "")
	} else if failedWith(t, d.what, err, contract.IdempotencyKeyReused, contract.Indeterminate) {
		harness.Equal(t, d.what+": refund_id in the error's metadata", d.refund.ID, metadata(err)[contract.MetaRefundID])
	}
	return effect{}
}

func readRefund(t *harness.T, _ *harness.Env, d *testedCall) effect {
	return d.readRefund(t, &contract.GetRefundRequest{PaymentID: d.created.PaymentID, RefundID: d.refund.ID})
}

func readRefundByKey(t *harness.T, _ *harness.Env, d *testedCall) effect {
	return d.readRefund(t, &contract.GetRefundRequest{PaymentID: d.created.PaymentID, Attempt: &d.request.Attempt})
}

func (d *testedCall) readRefund(t *harness.T, request *contract.GetRefundRequest) effect {
	read, err := d.s.GetRefund(t, request)
	switch {
	case d.in.played == gone && request.Attempt != nil: // a list that is not there is no list without the refund
		if failedWith(t, d.what, err, "", "") {
			harness.True(t, !asError(err).ProvesAbsence(), "%s: the error proves that there is none: %v", d.what, err)
		}
	case d.in.played == gone:
		if failedWith(t, d.what, err, "", "") {
			harness.OneOf(t, d.what+": the reason of "+err.Error(), contract.ReasonOf(err), contract.RefundNotFound, contract.PaymentNotFound)
		}
	case d.succeeded(t, err):
		harness.Equal(t, d.what+": id", d.refund.ID, read.RefundID)
		harness.Equal(t, d.what+": status", d.refundStatus(t), read.Status)
	}
	return effect{}
}

// refundStatus returns the refund's status by the ledger as it is now.
func (d *testedCall) refundStatus(t *harness.T) contract.RefundStatus {
	if d.in.played == unheard {
		return contract.RefundUnknown
	}
	d.refresh(t)
	return refundStatus(d.refund.State)
}

func list(t *harness.T, _ *harness.Env, d *testedCall) effect {
	listed, err := tryList(t, d.s, recently(), contract.MaxPageSize)
	if d.in.played == gone {
		failedWith(t, d.what, err, "", "")
		return effect{}
	}
	if !d.succeeded(t, err) {
		return effect{}
	}
	times := 0
	for i := range listed {
		if listed[i].PaymentID == d.created.PaymentID {
			times++
			d.agrees(t, &listed[i])
		}
	}
	harness.Equal(t, d.what+": times that it is in the list", 1, times)
	return effect{}
}

func parse(t *harness.T, _ *harness.Env, d *testedCall) effect {
	spec := about(d.created)
	if d.refund != nil {
		spec = &gateway.WebhookSpec{Payment: d.created.PaymentID, Refund: d.refund.ID, Event: gateway.EventRefundUpdated}
	}
	_, err := d.s.Parse(t, built(t, d.s, spec))
	if d.in.played != gone { // then it may have to be read back
		d.succeeded(t, err)
	}
	return effect{}
}
