package acmepay

import (
	"context"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// GetStatus reads a payment from the gateway. It caches nothing.
func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).getStatus)
}

func (s *session) getStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
	path, e := billPath(r.PaymentID)
	if e != nil {
		return nil, e
	}
	var found bill
	if _, e := s.Do(ctx, &kit.Request{Method: http.MethodGet, Path: path}, &found); e != nil {
		return nil, e
	}
	return found.payment(r.CheckAnswer)
}

// billPath returns the path of a bill. An id that the gateway cannot have made
// belongs to no bill, and must not lead to another path.
func billPath(id string) (string, *contract.Error) {
	if !idForm.MatchString(id) {
		return "", contract.NewError(contract.PaymentNotFound, "the payment id does not have the form of this gateway's ids")
	}
	return "/v1/bills/" + id, nil
}
