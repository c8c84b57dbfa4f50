package stripealipay

import (
	"encoding/json"
	"errors"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// Answers and events are decoded here and not by the SDK, which accepts names in
// any case, reads absent fields as zero, and refuses a whole answer for one text of
// another type. Fields that decide about money must have their type; those that
// only inform are strictjson.Lenient. The result is the SDK's object, with the
// fields that this provider reads.

// texts are metadata.
type texts = strictjson.Lenient[map[string]strictjson.Lenient[string]]

func textsOf(given texts) map[string]string {
	all := make(map[string]string, len(given.Value))
	for name, text := range given.Value {
		all[name] = text.Value
	}
	return all
}

// paymentFields are the fields of a PaymentIntent. An absent amount is not an amount
// of 0, so what it must have are pointers.
type paymentFields struct {
	ID                 string                       `json:"id"`
	Object             string                       `json:"object"`
	Amount             *int64                       `json:"amount"`
	AmountReceived     int64                        `json:"amount_received"`
	Currency           *string                      `json:"currency"`
	Created            *int64                       `json:"created"`
	Livemode           *bool                        `json:"livemode"`
	Status             *string                      `json:"status"`
	Metadata           texts                        `json:"metadata"`
	PaymentMethodTypes strictjson.Lenient[[]string] `json:"payment_method_types"`
	LatestCharge       chargeOrID                   `json:"latest_charge"`
	LastPaymentError   json.RawMessage              `json:"last_payment_error"` // that there is one decides
	NextAction         strictjson.Lenient[struct {
		AlipayHandleRedirect link `json:"alipay_handle_redirect"`
		RedirectToURL        link `json:"redirect_to_url"`
	}] `json:"next_action"`
}

type link = strictjson.Lenient[*struct {
	URL strictjson.Lenient[string] `json:"url"`
}]

// decodePayment decodes a PaymentIntent, which must have the fields that every one
// has.
func decodePayment(content []byte) (*stripe.PaymentIntent, error) {
	var fields paymentFields
	if err := strictjson.Decode(strictjson.ToUTF8(content), maxBody, &fields); err != nil {
		return nil, err
	}
	if err := fields.check(); err != nil {
		return nil, err
	}
	return fields.intent(), nil
}

func (f *paymentFields) check() error {
	if f.Object != "payment_intent" || !idForm.MatchString(f.ID) ||
		f.Amount == nil || f.Currency == nil || f.Created == nil || f.Livemode == nil || f.Status == nil {
		return errNoPayment
	}
	return nil
}

func (f *paymentFields) intent() *stripe.PaymentIntent {
	intent := &stripe.PaymentIntent{
		ID: f.ID, Object: f.Object, Amount: *f.Amount, AmountReceived: f.AmountReceived, Currency: stripe.Currency(*f.Currency),
		Created: *f.Created, Livemode: *f.Livemode, Status: stripe.PaymentIntentStatus(*f.Status),
		Metadata: textsOf(f.Metadata), PaymentMethodTypes: f.PaymentMethodTypes.Value, LatestCharge: f.LatestCharge.charge,
	}
	if len(f.LastPaymentError) > 0 && string(f.LastPaymentError) != "null" {
		intent.LastPaymentError = paymentError(f.LastPaymentError)
	}
	action := f.NextAction.Value
	if alipay, redirect := action.AlipayHandleRedirect.Value, action.RedirectToURL.Value; alipay != nil || redirect != nil {
		intent.NextAction = &stripe.PaymentIntentNextAction{}
		if alipay != nil {
			intent.NextAction.AlipayHandleRedirect = &stripe.PaymentIntentNextActionAlipayHandleRedirect{URL: alipay.URL.Value}
		}
		if redirect != nil {
			intent.NextAction.RedirectToURL = &stripe.PaymentIntentNextActionRedirectToURL{URL: redirect.URL.Value}
		}
	}
	return intent
}

func paymentError(raw json.RawMessage) *stripe.Error {
	said := strictjson.Read[struct {
		Code        strictjson.Lenient[string] `json:"code"`
		DeclineCode strictjson.Lenient[string] `json:"decline_code"`
		Message     strictjson.Lenient[string] `json:"message"`
	}](raw)
	return &stripe.Error{Code: stripe.ErrorCode(said.Code.Value), DeclineCode: stripe.DeclineCode(said.DeclineCode.Value), Msg: said.Message.Value}
}

// chargeFields are the fields of a charge. Its money decides.
type chargeFields struct {
	ID                   string `json:"id"`
	Object               string `json:"object"`
	Status               string `json:"status"`
	Paid                 bool   `json:"paid"`
	Captured             bool   `json:"captured"`
	AmountRefunded       int64  `json:"amount_refunded"`
	Currency             string `json:"currency"`
	Created              int64  `json:"created"`
	Livemode             bool   `json:"livemode"`
	PaymentMethodDetails strictjson.Lenient[*struct {
		Type strictjson.Lenient[string] `json:"type"`
	}] `json:"payment_method_details"`
	BalanceTransaction strictjson.Lenient[*struct {
		Object   string `json:"object"`
		Currency string `json:"currency"`
		Net      int64  `json:"net"`
		Fee      int64  `json:"fee"`
	}] `json:"balance_transaction"`
}

// chargeOrID is a charge; with only an id if the answer has no more, and nil if
// there is none.
type chargeOrID struct{ charge *stripe.Charge }

// UnmarshalJSON reads an id, a charge or null.
func (c *chargeOrID) UnmarshalJSON(raw []byte) error {
	*c = chargeOrID{}
	switch raw[0] {
	case 'n':
		return nil
	case '"':
		c.charge = &stripe.Charge{ID: strictjson.Read[string](raw)}
		return nil
	}
	var f chargeFields
	if err := strictjson.Decode(raw, maxBody, &f); err != nil {
		return err
	}
	c.charge = &stripe.Charge{
		ID: f.ID, Object: f.Object, Status: stripe.ChargeStatus(f.Status), Paid: f.Paid, Captured: f.Captured,
		AmountRefunded: f.AmountRefunded, Currency: stripe.Currency(f.Currency), Created: f.Created, Livemode: f.Livemode,
	}
	if details := f.PaymentMethodDetails.Value; details != nil {
		c.charge.PaymentMethodDetails = &stripe.ChargePaymentMethodDetails{Type: stripe.ChargePaymentMethodDetailsType(details.Type.Value)}
	}
	if entry := f.BalanceTransaction.Value; entry != nil {
		c.charge.BalanceTransaction = &stripe.BalanceTransaction{
			Object: entry.Object, Currency: stripe.Currency(entry.Currency), Net: entry.Net, Fee: entry.Fee,
		}
	}
	return nil
}

// refundFields are the fields of a refund; see paymentFields. Stripe says that the
// status may be null, and then it is UNKNOWN.
type refundFields struct {
	ID            string          `json:"id"`
	Object        string          `json:"object"`
	Amount        *int64          `json:"amount"`
	Currency      *string         `json:"currency"`
	Created       *int64          `json:"created"`
	Status        *string         `json:"status"`
	FailureReason json.RawMessage `json:"failure_reason"` // that there is one decides
	PaymentIntent reference       `json:"payment_intent"`
	Charge        chargeOrID      `json:"charge"`
	Metadata      texts           `json:"metadata"`
}

// decodeRefund decodes a refund of a PaymentIntent, which must have the fields that
// every one has.
func decodeRefund(content []byte) (*stripe.Refund, error) {
	var f refundFields
	if err := strictjson.Decode(strictjson.ToUTF8(content), maxBody, &f); err != nil {
		return nil, err
	}
	if f.Object != "refund" || !idForm.MatchString(f.ID) || f.Amount == nil || f.Currency == nil || f.Created == nil ||
		!idForm.MatchString(string(f.PaymentIntent)) {
		return nil, errNoRefund
	}
	if f.Status == nil {
		f.Status = new("")
	}
	return &stripe.Refund{
		ID: f.ID, Object: f.Object, Amount: *f.Amount, Currency: stripe.Currency(*f.Currency), Created: *f.Created,
		Status: stripe.RefundStatus(*f.Status), FailureReason: failureReasonOf(f.FailureReason),
		PaymentIntent: &stripe.PaymentIntent{ID: string(f.PaymentIntent)}, Charge: f.Charge.charge, Metadata: textsOf(f.Metadata),
	}, nil
}

// failureReasonOf returns why a refund failed, and "" if there is no reason.
func failureReasonOf(raw json.RawMessage) stripe.RefundFailureReason {
	reason := strictjson.Read[string](raw)
	if given := string(raw); reason == "" && given != "" && given != "null" && given != `""` {
		return "unknown" // a reason in another form
	}
	return stripe.RefundFailureReason(reason)
}

// reference is the id of another object, which may be shown whole.
type reference string

// UnmarshalJSON reads an id, the id in an object, or "" from anything else.
func (r *reference) UnmarshalJSON(raw []byte) error {
	*r = reference(strictjson.Read[string](raw))
	if raw[0] == '{' {
		*r = reference(strictjson.Read[struct {
			ID strictjson.Lenient[string] `json:"id"`
		}](raw).ID.Value)
	}
	return nil
}

// A remnant is what can be read of an object that cannot be read as a whole: enough
// to decide whose it is.
type remnant struct {
	id        string // "" if it does not have the form of one
	paymentID string // of the PaymentIntent that a refund is of
	metadata  map[string]string
	// problem is nil if metadata is all that there is. Otherwise nobody can know
	// whose it is: there is no object, it has a name twice, or the metadata is not
	// an object.
	problem error
}

// remnantOf reads what it can. Whatever else is in the object is not judged.
func remnantOf(content []byte) remnant {
	members, err := strictjson.Members(content, maxBody)
	if err != nil {
		return remnant{problem: err}
	}
	var left remnant
	if id := strictjson.Read[string](members["id"]); idForm.MatchString(id) {
		left.id = id
	}
	if id := string(strictjson.Read[reference](members["payment_intent"])); idForm.MatchString(id) {
		left.paymentID = id
	}
	left.metadata, left.problem = strictjson.Texts(members["metadata"])
	return left
}

// idOf returns the id of an object that cannot be used, or "" if it has none, so
// that an error or another request can name it.
func idOf(content []byte) string {
	var named struct {
		ID any `json:"id"`
	}
	_ = json.Unmarshal(content, &named) // of a duplicate name, the last
	id, _ := named.ID.(string)
	if !idForm.MatchString(id) {
		return ""
	}
	return id
}

// cannotBeOurs reports whether an event's object has no place for a key of the
// host's. With a duplicate name in what decides it may be anybody's.
func (r *remnant) cannotBeOurs() bool {
	return r.problem != nil && !errors.Is(r.problem, strictjson.ErrDuplicateName)
}

// keyOf returns the host's key in metadata, or "" if the host did not make the
// object. Everyone who has the account's key can write metadata.
func keyOf(metadata map[string]string) string {
	if key := metadata[contract.MetadataKey]; keyForm.MatchString(key) {
		return key
	}
	return ""
}
