package omise

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// A Capability is what the account may do. That a method is listed does not prove that it works: answers were seen to list
// methods that Omise had ended.
type Capability struct {
	// Response is that of the answer.
	Response Response
	// Country is where the merchant is registered, an ISO 3166 code; blank if the answer does not have it.
	Country string
	// MinAmount and MaxAmount bound a charge of any method, in the smallest unit of the account's currency; nil if the
	// answer has no limits.
	MinAmount, MaxAmount *int64
	// PaymentMethods are those that are enabled for the account, at most one of a name.
	PaymentMethods []PaymentMethod
}

// A PaymentMethod is a way to pay that is enabled for the account.
type PaymentMethod struct {
	// Name is the type of source, such as alipay, or card; blank if it cannot be read.
	Name string
	// Currencies are different ISO 4217 codes in upper case; nil if the answer does not list any for the method.
	Currencies []string
	// MinAmount and MaxAmount bound a charge of this method, in the smallest unit of a currency that the answer does not
	// name; nil if it has no such limits, as from version 2019-05-29.
	MinAmount, MaxAmount *int64
}

// Method returns the method of that name, or nil if it is not enabled.
func (c *Capability) Method(name string) *PaymentMethod {
	for i := range c.PaymentMethods {
		if c.PaymentMethods[i].Name == name {
			return &c.PaymentMethods[i]
		}
	}
	return nil
}

// RetrieveCapability reads what the account may do.
func (c *Client) RetrieveCapability(ctx context.Context) (*Capability, error) {
	r := request{operation: "retrieve_capability", method: http.MethodGet, path: "/capability"}
	return fetch(ctx, c, r, &capabilityJSON{})
}

// capabilityJSON has the methods of both forms: payment_methods from version 2019-05-29, payment_backends before it. The
// older form has limits of each method.
type capabilityJSON struct {
	identity
	Country text `json:"country"`
	Limits  lenient[struct {
		ChargeAmount lenient[limitsJSON] `json:"charge_amount"`
	}] `json:"limits"`
	PaymentMethods  methodList  `json:"payment_methods"`
	PaymentBackends backendList `json:"payment_backends"`
}

type limitsJSON struct {
	Min wholeNumber `json:"min"`
	Max wholeNumber `json:"max"`
}

func (w capabilityJSON) read(want expectation) (Capability, error) {
	bounds := w.Limits.value.ChargeAmount.value
	capability := Capability{Response: want.response, Country: string(w.Country), MinAmount: bounds.Min.number, MaxAmount: bounds.Max.number}
	if err := w.is("capability", "", want); err != nil {
		return capability, err
	}
	switch {
	case w.PaymentMethods == nil && w.PaymentBackends == nil:
		return capability, errors.New("neither payment_methods nor payment_backends is an array")
	case len(w.PaymentMethods)+len(w.PaymentBackends) > maxMethods:
		return capability, fmt.Errorf("it lists more than %d payment methods", maxMethods)
	}
	capability.PaymentMethods = merged(slices.Concat(w.PaymentMethods, methodList(w.PaymentBackends)))
	return capability, nil
}

// merged returns the methods with one entry for a name: what any entry of it has, and of limits those of the first.
func merged(all []PaymentMethod) []PaymentMethod {
	var methods []PaymentMethod
	at := make(map[string]int, len(all))
	for _, method := range all {
		first, seen := at[method.Name]
		if !seen || method.Name == "" {
			at[method.Name] = len(methods)
			methods = append(methods, method)
			continue
		}
		known := &methods[first]
		if known.Currencies == nil {
			known.Currencies = method.Currencies
		}
		for _, code := range method.Currencies {
			if !slices.Contains(known.Currencies, code) {
				known.Currencies = append(known.Currencies, code)
			}
		}
		if known.MinAmount == nil && known.MaxAmount == nil {
			known.MinAmount, known.MaxAmount = method.MinAmount, method.MaxAmount
		}
	}
	return methods
}
