package memory

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// accountAnswer is the gateway's account.
type accountAnswer struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Country string `json:"country"`
	Live    *bool  `json:"live"`
	Methods []struct {
		Method string `json:"method"`
		Limits []struct {
			Currency  string `json:"currency"`
			MinAmount int64  `json:"min_amount"`
			MaxAmount int64  `json:"max_amount"`
		} `json:"limits"`
	} `json:"methods"`
}

// probe reads the account of the key from the gateway.
func (s *session) probe(ctx context.Context) (*contract.Account, *contract.Error) {
	var found accountAnswer
	if _, e := s.gateway.Do(ctx, &kit.Request{Method: http.MethodGet, Path: "/v1/account"}, &found); e != nil {
		return nil, e
	}
	if found.Object != "account" || found.Live == nil || !idForm.MatchString(found.ID) {
		return nil, kit.Malformed(errors.New("it is not an account"))
	}
	if *found.Live {
		return nil, contract.NewError(contract.ModeMismatch, "the gateway says that the key is live; this provider supports test mode only")
	}
	account := found.translate()
	if err := account.Validate(); err != nil {
		return nil, kit.Malformed(err)
	}
	return account, nil
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// translate returns the account with the methods and currencies that the
// descriptor has too: an account may offer less than its provider, never more.
func (a *accountAnswer) translate() *contract.Account {
	account := &contract.Account{ID: a.ID, PaymentMethods: []contract.PaymentMethod{}}
	if countryForm.MatchString(a.Country) {
		account.Country = a.Country
	}
	known := descriptor()
	for _, method := range a.Methods {
		offered, ok := known.Method(method.Method)
		if !ok {
			continue
		}
		var limits []contract.CurrencyLimits
		for _, l := range method.Limits {
			if _, ok := offered.Currency(l.Currency); ok {
				limits = append(limits, contract.CurrencyLimits{Currency: l.Currency, MinMinorUnits: l.MinAmount, MaxMinorUnits: l.MaxAmount})
			}
		}
		if len(limits) == 0 && len(method.Limits) > 0 {
			continue // nothing can be asked for with it
		}
		offered.Currencies = limits
		account.PaymentMethods = append(account.PaymentMethods, *offered)
	}
	return account
}
