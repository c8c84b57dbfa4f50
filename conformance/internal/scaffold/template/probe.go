package acmepay

import (
	"context"
	"errors"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// probe reads the account of the key from the gateway.
func (s *session) probe(ctx context.Context) (*contract.Account, *contract.Error) {
	var found struct {
		ID      string `json:"id"`
		Object  string `json:"object"`
		Country string `json:"country"`
		Live    *bool  `json:"live"`
	}
	if _, e := s.Do(ctx, &kit.Request{Method: http.MethodGet, Path: "/v1/account"}, &found); e != nil {
		return nil, e
	}
	if found.Object != "account" || found.Live == nil || !idForm.MatchString(found.ID) {
		return nil, kit.Malformed(errors.New("it is not an account"))
	}
	if *found.Live {
		return nil, contract.NewError(contract.ModeMismatch, "the gateway says that the key is live; this provider supports test mode only")
	}
	account := &contract.Account{ID: found.ID, Country: found.Country, PaymentMethods: descriptor().PaymentMethods}
	if err := account.Validate(); err != nil {
		return nil, kit.Malformed(err)
	}
	return account, nil
}
