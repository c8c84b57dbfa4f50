package memory

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// Why an answer that is legal by itself cannot be used.
var (
	errLive       = errors.New("it is a live object, and the provider is in test mode")
	errNoID       = errors.New("it refuses a reused key without the id that the key belongs to")
	errNoList     = errors.New("it says that there is no such payment, and a list was asked for")
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

// paymentsAnswer is a page of payments; Payments is nil if the answer has none.
type paymentsAnswer struct {
	Payments      []listedPayment
	NextPageToken string
}

// listedPayment is a payment in a list.
type listedPayment struct {
	paymentAnswer
	remnant
	err error // why it cannot be read as a whole
}

// payments asks for a page of payments. One that cannot be read must not hide the
// others, so each is decoded by itself.
func (s *session) payments(ctx context.Context, query url.Values) (*paymentsAnswer, *contract.Error) {
	var content json.RawMessage
	_, e := s.gateway.Do(ctx, &kit.Request{Method: http.MethodGet, Path: "/v1/payments", Query: query}, &content)
	if e != nil && e.Reason == contract.PaymentNotFound { // without a list nothing is known of a payment
		return nil, kit.Malformed(errNoList)
	}
	if e != nil {
		return nil, e
	}
	members, elements, err := elementsOf(content, "payments")
	if err != nil {
		return nil, kit.Malformed(err)
	}
	token := strictjson.Read[*string](members["next_page_token"])
	if raw := string(members["next_page_token"]); token == nil && raw != "" && raw != "null" {
		return nil, kit.Malformed(strictjson.ErrType)
	}
	found := &paymentsAnswer{}
	if token != nil {
		found.NextPageToken = *token
	}
	if elements != nil {
		found.Payments = make([]listedPayment, len(elements))
	}
	for i, element := range elements {
		found.Payments[i].remnant = remnantOf(element)
		found.Payments[i].err = strictjson.Decode(element, roundtrip.DefaultMaxBody, &found.Payments[i].paymentAnswer)
	}
	return found, nil
}

// elementsOf returns the members of an answer, and the elements of the array that
// one of them is; nil if there is no such array.
func elementsOf(content json.RawMessage, name string) (map[string]json.RawMessage, []json.RawMessage, error) {
	members, err := strictjson.Members(content, roundtrip.DefaultMaxBody)
	if err != nil {
		return nil, nil, err
	}
	if raw := string(members[name]); raw == "" || raw == "null" {
		return members, nil, nil
	}
	elements, err := strictjson.Elements(members[name], roundtrip.DefaultMaxBody)
	return members, elements, err
}

// payment returns the contract's payment, as paymentAnswer.payment does.
func (l *listedPayment) payment() (*contract.Payment, *contract.Error) {
	if l.err != nil {
		return nil, kit.Malformed(l.err).With(contract.MetaPaymentID, l.id)
	}
	return l.paymentAnswer.payment()
}

// findPayment looks a payment up by its key. The gateway lists a payment as soon
// as it is made, so the answer is complete. But a request whose answer was lost
// may still be under way. Until the settle time has passed, an empty answer is not
// settled.
func (s *session) findPayment(ctx context.Context, attempt *contract.Attempt) (*contract.Payment, *contract.Error) {
	asked := s.now()
	found, e := s.payments(ctx, url.Values{"idempotency_key": {attempt.Key}})
	if e != nil {
		return nil, e
	}
	if found.Payments == nil || found.NextPageToken != "" {
		return nil, kit.Malformed(errIncomplete)
	}
	complete := true
	payments := make(map[string]*contract.Payment, 1)
	var ids []string
	for i := range found.Payments {
		if found.Payments[i].showsNoKey() {
			complete = false
			continue
		}
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
	switch len(ids) {
	case 0:
		settled := attempt.SettledAt(asked, settleTime)
		return nil, contract.NotFoundByKey(contract.PaymentNotFound, complete, settled, attempt.FirstAt, asked)
	case 1:
		return payments[ids[0]], nil
	default:
		return nil, contract.NewError(contract.DuplicatePayments, "the gateway has several payments for one idempotency key; a person must decide").
			With(contract.MetaPaymentIDs, strings.Join(ids, ","))
	}
}
