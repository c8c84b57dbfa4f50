package omise

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Capability is what the account may do.
type Capability struct {
	// Response is that of the answer.
	Response Response
	// Country is where the merchant is registered, an ISO 3166 code; blank if the answer does not have it.
	Country string
	// MinAmount and MaxAmount bound a charge of any method, in the smallest unit of the account's currency; nil if the
	// answer has no limits.
	MinAmount, MaxAmount *int64
	// PaymentMethods are those that are enabled for the account.
	PaymentMethods []PaymentMethod
}

// A PaymentMethod is a way to pay that is enabled for the account.
type PaymentMethod struct {
	// Name is the type of source, such as alipay, or card.
	Name string
	// Currencies are ISO 4217 codes in upper case.
	Currencies []string
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

type capabilityJSON struct {
	identity
	Country text `json:"country"`
	Limits  lenient[struct {
		ChargeAmount lenient[struct {
			Min optionalInt `json:"min"`
			Max optionalInt `json:"max"`
		}] `json:"charge_amount"`
	}] `json:"limits"`
	PaymentMethods []lenient[struct {
		Name       text       `json:"name"`
		Currencies currencies `json:"currencies"`
	}] `json:"payment_methods"`
}

func (w capabilityJSON) read(want expectation) (Capability, error) {
	bounds := w.Limits.value.ChargeAmount.value
	capability := Capability{Response: want.response, Country: string(w.Country), MinAmount: bounds.Min.number, MaxAmount: bounds.Max.number}
	if err := w.is("capability", "", want); err != nil {
		return capability, err
	}
	if w.PaymentMethods == nil {
		return capability, errors.New("payment_methods is not an array")
	}
	for _, method := range w.PaymentMethods {
		capability.PaymentMethods = append(capability.PaymentMethods, PaymentMethod{
			Name: string(method.value.Name), Currencies: method.value.Currencies,
		})
	}
	return capability, nil
}

// currencies are ISO 4217 codes in upper case.
type currencies []string

// UnmarshalJSONFrom reads the texts in an array and skips anything else.
func (c *currencies) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*c = nil
	if d.PeekKind() != '[' {
		return d.SkipValue()
	}
	var codes []text
	err := json.UnmarshalDecode(d, &codes)
	for _, code := range codes {
		if code != "" {
			*c = append(*c, code.upper())
		}
	}
	return err
}
