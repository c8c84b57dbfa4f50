package acmepay

import (
	"context"

	"github.com/paysocket/paysocket/contract"
)

// GetStatus reads a payment at the gateway, always fresh.
func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	payment, e := inSession(ctx, p, request, (*session).getStatus)
	if e != nil {
		return nil, e
	}
	return payment, nil
}

func (s *session) getStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
	// LookupByKey is not declared, so a request by key does not get here.
	return s.readPayment(ctx, r.PaymentID)
}

func (s *session) readPayment(ctx context.Context, id string) (*contract.Payment, *contract.Error) {
	path, e := billPath(id)
	if e != nil {
		return nil, e
	}
	var found bill
	if _, e := s.gateway.do(ctx, &request{method: methodGet, path: path}, &found); e != nil {
		return nil, e
	}
	payment, e := found.payment()
	if e != nil {
		return nil, e
	}
	if err := (&contract.GetStatusRequest{PaymentID: id}).CheckAnswer(payment); err != nil {
		return nil, malformed(err)
	}
	return payment, nil
}

// billPath is where a bill is. An id that is not of the gateway's form names
// none of its bills, and must not choose another path.
func billPath(id string) (string, *contract.Error) {
	if !idForm.MatchString(id) {
		return "", contract.NewError(contract.PaymentNotFound, "the payment id is not one of this gateway's")
	}
	return "/v1/bills/" + id, nil
}
