package host

import (
	"maps"
	"regexp"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// Order is what a platform wants to be paid for.
type Order struct {
	// ID is the platform's own id of the wish to be paid, and unique for ever: 1 to 255
	// bytes. An order with another price, or a deposit, is another ID.
	ID string

	// Amount is more than 0.
	Amount contract.Money

	// Method is the code of a payment method, such as "alipay".
	Method string

	// Providers are the names of providers in the order of preference. The next one
	// is asked if nothing was made with the ones before and nothing can have been: not
	// after a time-out.
	Providers []string

	// ReturnURL is the page to which the payer comes back; see
	// contract.CreatePaymentRequest.
	ReturnURL string

	// Reference is the text by which merchant and payer know the order; the ID if
	// empty. Description and Metadata are as in contract.CreatePaymentRequest.
	Reference   string
	Description string
	Metadata    map[string]string

	// Payer is what is known of the payer. It is stored sealed, and erased when no call
	// will need it any more.
	Payer *contract.Payer
}

// RefundOrder is what a platform wants to pay back.
type RefundOrder struct {
	// ID is the platform's own id of the wish, and unique for ever.
	ID string

	// Amount is more than 0 and at most what is left of the payment.
	Amount contract.Money

	// Payment is which payment of the sale is paid back, by Attempt.N; the one that
	// paid the sale if 0.
	Payment int

	// Reason is for people.
	Reason string
}

// orderIDKey is the name under which a payment's metadata at the gateway has the
// order's ID, so that a payment whose row was lost can be found again.
const orderIDKey = "order_id"

func (o *Order) reference() string {
	if o.Reference != "" {
		return o.Reference
	}
	return o.ID
}

// request returns what every call for the order carries.
func (o *Order) request() ledger.Request {
	metadata := map[string]string{}
	maps.Copy(metadata, o.Metadata)
	metadata[orderIDKey] = o.ID
	return ledger.Request{
		Reference: o.reference(), ReturnURL: o.ReturnURL, Description: o.Description, Metadata: metadata,
	}
}

var providerName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

const maxOrderID = 255

// validate returns contract.InvalidRequest.
func (o *Order) validate() error {
	var e violations
	e.checkID(o.ID)
	e.checkProviders(o.Providers)
	if _, taken := o.Metadata[orderIDKey]; taken {
		e.add("metadata", "must not have the name "+orderIDKey+", which is the engine's")
	}
	request := paymentRequest(contract.Attempt{Key: "k"}, &ledger.Attempt{
		Amount: o.Amount, Method: o.Method, Request: o.request(),
	}, o.Payer)
	e.addError(request.Validate())
	return e.of("order", o.ID)
}

func (r *RefundOrder) validate() error {
	var e violations
	e.checkID(r.ID)
	request := &contract.RefundRequest{
		Attempt: contract.Attempt{Key: "k"}, PaymentID: "p", Amount: r.Amount, Reason: r.Reason,
	}
	e.addError(request.Validate())
	return e.of("refund", r.ID)
}

// paymentRequest returns the request of a call for an attempt.
func paymentRequest(attempt contract.Attempt, a *ledger.Attempt, payer *contract.Payer) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: attempt, Reference: a.Request.Reference, Amount: a.Amount, Method: a.Method, ReturnURL: a.Request.ReturnURL,
		Description: a.Request.Description, Metadata: a.Request.Metadata, Payer: payer, WebhookURL: a.Request.WebhookURL,
	}
}
