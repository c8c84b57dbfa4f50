package kit

import (
	"context"

	"github.com/paysocket/paysocket/contract"
)

// A requestKey is the idempotency key of a request.
type requestKey struct {
	name    string            // tells apart keys of payments, and of each payment's refunds
	object  string            // contract.MetaPaymentID or MetaRefundID: what the key leads to
	attempt *contract.Attempt // in the request
	moves   bool              // the key is used, and not looked up
}

// keyOf returns a copy of a request and the key in it, or the request itself and nil
// if it has none.
func keyOf[Request any](request *Request) (*Request, *requestKey) {
	own := *request
	switch r := any(&own).(type) {
	case *contract.CreatePaymentRequest:
		return &own, paymentKey(&r.Attempt, true)
	case *contract.RefundRequest:
		return &own, refundKey(r.PaymentID, &r.Attempt, true)
	case *contract.GetStatusRequest:
		if r.Attempt != nil {
			r.Attempt = new(*r.Attempt)
			return &own, paymentKey(r.Attempt, false)
		}
	case *contract.GetRefundRequest:
		if r.Attempt != nil {
			r.Attempt = new(*r.Attempt)
			return &own, refundKey(r.PaymentID, r.Attempt, false)
		}
	}
	return request, nil
}

func paymentKey(attempt *contract.Attempt, moves bool) *requestKey {
	return &requestKey{"payment " + attempt.Key, contract.MetaPaymentID, attempt, moves}
}

func refundKey(paymentID string, attempt *contract.Attempt, moves bool) *requestKey {
	return &requestKey{"refund " + paymentID + " " + attempt.Key, contract.MetaRefundID, attempt, moves}
}

// withKey makes a call with a key. honoured says that the gateway honours keys.
func withKey[Answer any](
	ctx context.Context, use *keyUse, honoured bool, call func(context.Context) (*Answer, *contract.Error),
) (*Answer, *contract.Error) {
	ctx = context.WithValue(ctx, keyUseKey{}, use)
	attempt := use.request.attempt
	if !use.request.moves {
		use.beginLookUp()
		*attempt = use.known
		answer, e := call(ctx)
		return answer, use.endLookUp(e)
	}
	if e := use.begin(honoured); e != nil {
		return nil, e.ForAttempt(attempt)
	}
	defer func() { // if the operation panicked; otherwise the use has ended
		_ = use.end("", true, contract.NewError(contract.ProviderBug, "the operation panicked"))
	}()
	*attempt = use.known
	answer, e := call(ctx)
	switch {
	case e == nil:
		return answer, use.end(idOf(answer), true, nil)
	case honoured:
		return nil, use.end("", e.Outcome == contract.Indeterminate, e.ForAttempt(&use.known))
	default:
		return nil, use.end("", true, e)
	}
}

// idOf returns the id of a payment or a refund.
func idOf(answer any) string {
	switch a := answer.(type) {
	case *contract.Payment:
		return a.PaymentID
	case *contract.Refund:
		return a.RefundID
	default:
		return ""
	}
}
