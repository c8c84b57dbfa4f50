package omise

import (
	"context"
	"net/http"
	"strings"
)

// A Capability is what the account may do.
type Capability struct {
	// Response belongs to the answer this capability came in.
	Response Response
	// Country is where the merchant is registered, an ISO 3166 code; blank if the answer does not tell.
	Country string
	// MinAmount and MaxAmount bound a charge of any method, in the smallest unit of the account's currency; nil where
	// the answer has no limits.
	MinAmount, MaxAmount *int64
	// PaymentMethods are those the account has been given. A method that is absent is not enabled.
	PaymentMethods []PaymentMethod
}

// A PaymentMethod is one that the account may use.
type PaymentMethod struct {
	// Name is the type of source, such as alipay, or card.
	Name string
	// Currencies are ISO 4217 codes in upper case.
	Currencies []string
}

// Method gives the method of that name, or nil if it is not enabled.
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
	return fetch(ctx, c, r, readCapability)
}

func readCapability(f *fields) Capability {
	f.is("capability")
	capability := Capability{Response: f.response, Country: f.text("country")}
	if limits := f.find("limits"); limits != nil {
		if bounds := within(limits).find("charge_amount"); bounds != nil {
			capability.MinAmount, capability.MaxAmount = within(bounds).figure("min"), within(bounds).figure("max")
		}
	}
	methods, ok := elementsOf(f.find("payment_methods"))
	if !ok {
		f.fail("payment_methods is not an array")
	}
	for _, raw := range methods {
		capability.PaymentMethods = append(capability.PaymentMethods, readPaymentMethod(within(raw)))
	}
	return capability
}

func readPaymentMethod(f *fields) PaymentMethod {
	method := PaymentMethod{Name: f.text("name")}
	currencies, _ := elementsOf(f.find("currencies"))
	for _, raw := range currencies {
		if raw[0] == '"' {
			method.Currencies = append(method.Currencies, strings.ToUpper(string(unescape(raw))))
		}
	}
	return method
}
