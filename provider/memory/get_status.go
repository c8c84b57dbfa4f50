package memory

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Why an answer that is legal by itself cannot be used.
var (
	errLive       = errors.New("it is a live object, and the provider is in test mode")
	errNoID       = errors.New("it refuses a reused key without the id that the key belongs to")
	errIncomplete = errors.New("it is not the complete list")
	errOtherKey   = errors.New("it has another idempotency key")
)

// GetStatus reads a payment from the gateway, by its id or by its key.
func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).getStatus)
}

func (s *session) getStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
	if r.Attempt != nil {
		return s.findPayment(ctx, r.Attempt)
	}
	return s.readPayment(ctx, r.PaymentID)
}

func (s *session) readPayment(ctx context.Context, id string) (*contract.Payment, *contract.Error) {
	path, e := paymentPath(id)
	if e != nil {
		return nil, e
	}
	var found paymentAnswer
	if _, e := s.gateway.Do(ctx, &kit.Request{Method: http.MethodGet, Path: path}, &found); e != nil {
		return nil, e
	}
	payment, e := found.payment()
	if e != nil {
		return nil, e
	}
	if err := (&contract.GetStatusRequest{PaymentID: id}).CheckAnswer(payment); err != nil {
		return nil, kit.Malformed(err)
	}
	return payment, nil
}

// paymentPath returns the path of a payment. An id that the gateway cannot have
// made belongs to no payment, and must not lead to another path.
func paymentPath(id string) (string, *contract.Error) {
	if !idForm.MatchString(id) {
		return "", contract.NewError(contract.PaymentNotFound, "the payment id does not have the form of this gateway's ids")
	}
	return "/v1/payments/" + id, nil
}

// paymentsAnswer is a page of payments.
type paymentsAnswer struct {
	Payments      []paymentAnswer `json:"payments"`
	NextPageToken string          `json:"next_page_token"`
}

// findPayment looks a payment up by its key. The gateway lists a payment as soon
// as it is made, so the answer is complete. But a request whose answer was lost
// may still be under way. Until the settle time has passed, an empty answer is not
// settled.
func (s *session) findPayment(ctx context.Context, attempt *contract.Attempt) (*contract.Payment, *contract.Error) {
	asked := s.now()
	var found paymentsAnswer
	if _, e := s.gateway.Do(ctx, &kit.Request{
		Method: http.MethodGet, Path: "/v1/payments", Query: url.Values{"idempotency_key": {attempt.Key}},
	}, &found); e != nil {
		return nil, e
	}
	switch {
	case found.Payments == nil || found.NextPageToken != "":
		return nil, kit.Malformed(errIncomplete)
	case len(found.Payments) == 0:
		settled := attempt.SettledAt(asked, settleTime)
		return nil, contract.NotFoundByKey(contract.PaymentNotFound, true, settled, attempt.FirstAt, asked)
	}
	payments := make(map[string]*contract.Payment, 1)
	var ids []string
	for i := range found.Payments {
		payment, e := found.Payments[i].payment()
		if e != nil {
			return nil, e
		}
		if payment.IdempotencyKey != attempt.Key {
			return nil, kit.Malformed(errOtherKey)
		}
		if payments[payment.PaymentID] == nil {
			ids = append(ids, payment.PaymentID)
		}
		payments[payment.PaymentID] = payment
	}
	if len(ids) > 1 {
		return nil, contract.NewError(contract.DuplicatePayments, "the gateway has several payments for one idempotency key; a person must decide").
			With(contract.MetaPaymentIDs, strings.Join(ids, ","))
	}
	return payments[ids[0]], nil
}
