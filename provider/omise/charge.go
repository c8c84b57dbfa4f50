package omise

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// A Charge is Omise's record of one payment, with the names of API version 2019-05-29 whatever its version. Pointers are
// nil, and strings and times zero, if the answer had null or no such field.
type Charge struct {
	// Response is that of the answer.
	Response Response

	// ID is chrg_…; always set.
	ID string
	// Live is false for a test charge.
	Live *bool
	// Deleted marks a stub that has an id and nothing else.
	Deleted bool

	// Amount is in the smallest unit of Currency (satang for THB). Both are always set, except in a stub.
	Amount int64
	// Currency is an ISO 4217 code in upper case.
	Currency string
	// Status is pending, successful, failed, expired, reversed, or a newer one.
	Status string
	// Authorized, Paid, Expired, Reversed and Voided are the gateway's flags. Paid is captured in 2014-07-27.
	Authorized, Paid, Expired, Reversed, Voided *bool
	// FailureCode and FailureMessage may be blank on a charge that failed.
	FailureCode, FailureMessage string

	// Source is nil if the answer has none, as in versions before 2017-11-02. If the answer has only its id, it has no Type.
	Source *Source
	// Card is true if the charge is paid by card.
	Card bool
	// Offsite is what those versions have instead: alipay.
	Offsite string
	// AuthorizeURI is where to send the payer, unchanged; blank for methods that need no page.
	AuthorizeURI string
	// ReturnURI is where the payer returns to.
	ReturnURI string
	// Description and Metadata are the merchant's.
	Description string
	Metadata    map[string]string
	// MetadataLost is true if the metadata is no object: nobody can know what the charge was made with.
	MetadataLost bool
	// Transaction is trxn_… after the charge was paid; blank before.
	Transaction string

	// RefundedAmount is the sum of the refunds, in the smallest unit of Currency.
	RefundedAmount *int64
	// Refundable and PartiallyRefundable are newer than 2017-11-02; nil does not mean no.
	Refundable, PartiallyRefundable *bool
	// Refunds is the first page of the charge's refunds; nil if the answer has none, or none that can be read.
	Refunds *List[Refund]

	// Settlement is what the merchant receives for it.
	Settlement Settlement

	// The times are in UTC. Do not rely on ExpiresAt: charges were seen to end days before it.
	CreatedAt, PaidAt, ExpiresAt, ExpiredAt time.Time
}

// A Settlement is what the merchant receives, in the smallest unit of Currency. Pending charges have one, too.
type Settlement struct {
	// Currency is an ISO 4217 code in upper case; blank before 2019-05-29.
	Currency string
	// Gross is the amount before fees; Net is Gross without Fee and FeeVAT.
	Gross, Net, Fee, FeeVAT *int64
}

// SourceType returns how the charge is paid, such as alipay, in any version; blank for cards.
func (c *Charge) SourceType() string {
	if c.Source != nil && c.Source.Type != "" {
		return c.Source.Type
	}
	return c.Offsite
}

// NewCharge is what CreateCharge asks for. Exactly one of SourceID and Source must be set.
type NewCharge struct {
	// Amount is in the smallest unit of Currency, an ISO 4217 code in any case.
	Amount   int64
	Currency string
	// SourceID is the source to charge.
	SourceID string
	// Source is made by the same call, for the charge's amount and currency. Its own amount and currency are not sent.
	Source *NewSource
	// ReturnURI is where the payer returns to; the gateway requires it for methods that redirect.
	ReturnURI string
	// Description is shown in the gateway's dashboard.
	Description string
	// Metadata is returned with the charge. Keys must not contain brackets.
	Metadata map[string]string
}

// CreateCharge makes a charge. The request is sent at most once, since Omise has no idempotency keys. Only after an error
// with Sent false may the call be repeated at once; after any other that is not a refusal, look for the charge by its
// metadata first. An answer with another amount or currency than was asked for is KindMalformed.
func (c *Client) CreateCharge(ctx context.Context, charge NewCharge) (*Charge, error) {
	r := request{operation: "create_charge", method: http.MethodPost, path: "/charges", commits: true, expects: expectation{amount: &charge.Amount, currency: charge.Currency}}
	r.values = amountForm(charge.Amount, charge.Currency)
	switch {
	case (charge.SourceID == "") == (charge.Source == nil):
		return nil, invalid(r.operation, "set either SourceID or Source")
	case charge.Source != nil:
		r.values.Set("source[type]", charge.Source.Type)
		setIfGiven(r.values, "source[platform_type]", charge.Source.PlatformType)
	default:
		if err := checkID(r.operation, charge.SourceID, sourcePrefix); err != nil {
			return nil, err
		}
		r.values.Set("source", charge.SourceID)
	}
	setIfGiven(r.values, "return_uri", charge.ReturnURI)
	setIfGiven(r.values, "description", charge.Description)
	if err := putMetadata(r.operation, r.values, charge.Metadata); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &chargeJSON{})
}

// RetrieveCharge reads a charge.
func (c *Client) RetrieveCharge(ctx context.Context, id string) (*Charge, error) {
	r := request{operation: "retrieve_charge", method: http.MethodGet, path: "/charges/" + id, expects: expectation{id: id}}
	if err := checkID(r.operation, id, ChargePrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &chargeJSON{})
}

// ExpireCharge ends a pending charge, so that it can no longer be paid. The gateway decides which charges can be expired.
// Repeating it is harmless, but it is sent at most once all the same: the answer to a second request would hide what the
// first did.
func (c *Client) ExpireCharge(ctx context.Context, id string) (*Charge, error) {
	r := request{operation: "expire_charge", method: http.MethodPost, path: "/charges/" + id + "/expire", commits: true, expects: expectation{id: id}}
	if err := checkID(r.operation, id, ChargePrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &chargeJSON{})
}

// ListCharges reads one page of the account's charges. options may be nil.
func (c *Client) ListCharges(ctx context.Context, options *ListOptions) (*List[Charge], error) {
	r := request{operation: "list_charges", method: http.MethodGet, path: "/charges", values: options.query()}
	return fetch(ctx, c, r, &listJSON[Charge, chargeJSON]{})
}

type chargeJSON struct {
	identity
	money
	Deleted        *bool `json:"deleted"`
	Status         text  `json:"status"`
	Authorized     *bool `json:"authorized"`
	Paid           *bool `json:"paid"`
	Captured       *bool `json:"captured"` // paid in 2014-07-27
	Expired        *bool `json:"expired"`
	Reversed       *bool `json:"reversed"`
	Voided         *bool `json:"voided"`
	FailureCode    text  `json:"failure_code"`
	FailureMessage text  `json:"failure_message"`

	Source       sourceOrID `json:"source"`
	Card         cardJSON   `json:"card"`
	Offsite      text       `json:"offsite"`
	AuthorizeURI text       `json:"authorize_uri"`
	ReturnURI    text       `json:"return_uri"`
	Description  text       `json:"description"`
	Metadata     metadata   `json:"metadata"`
	Transaction  reference  `json:"transaction"`

	RefundedAmount      *int64      `json:"refunded_amount"`
	Refunded            *int64      `json:"refunded"` // refunded_amount before 2019-05-29
	Refundable          *bool       `json:"refundable"`
	PartiallyRefundable *bool       `json:"partially_refundable"`
	Refunds             refundsJSON `json:"refunds"`

	FundingCurrency text        `json:"funding_currency"`
	FundingAmount   optionalInt `json:"funding_amount"`
	Net             optionalInt `json:"net"`
	Fee             optionalInt `json:"fee"`
	FeeVAT          optionalInt `json:"fee_vat"`

	CreatedAt  timestamp `json:"created_at"`
	Created    timestamp `json:"created"`
	PaidAt     timestamp `json:"paid_at"`
	CapturedAt timestamp `json:"captured_at"`
	ExpiresAt  timestamp `json:"expires_at"`
	ExpiredAt  timestamp `json:"expired_at"`
}

func (w chargeJSON) read(want expectation) (Charge, error) {
	charge := Charge{Response: want.response, ID: string(w.ID), Live: w.Live}
	if err := w.is("charge", ChargePrefix, want); err != nil {
		return charge, err
	}
	if charge.Deleted = w.Deleted != nil && *w.Deleted; charge.Deleted {
		return charge, w.matches(want)
	}
	charge.Currency, charge.Status = w.currencyCode(), string(w.Status)
	charge.Authorized, charge.Paid = w.Authorized, cmp.Or(w.Paid, w.Captured)
	charge.Expired, charge.Reversed, charge.Voided = w.Expired, w.Reversed, w.Voided
	charge.FailureCode, charge.FailureMessage = string(w.FailureCode), string(w.FailureMessage)
	charge.Offsite, charge.AuthorizeURI, charge.ReturnURI = string(w.Offsite), string(w.AuthorizeURI), string(w.ReturnURI)
	charge.Description, charge.Transaction = string(w.Description), string(w.Transaction)
	charge.Metadata, charge.MetadataLost = w.Metadata.texts, w.Metadata.lost
	charge.RefundedAmount = cmp.Or(w.RefundedAmount, w.Refunded)
	charge.Refundable, charge.PartiallyRefundable = w.Refundable, w.PartiallyRefundable
	charge.Settlement = Settlement{
		Currency: w.FundingCurrency.upper(),
		Gross:    w.FundingAmount.number,
		Net:      w.Net.number,
		Fee:      w.Fee.number,
		FeeVAT:   w.FeeVAT.number,
	}
	charge.CreatedAt, charge.PaidAt = cmp.Or(w.CreatedAt, w.Created).Time, cmp.Or(w.PaidAt, w.CapturedAt).Time
	charge.ExpiresAt, charge.ExpiredAt = w.ExpiresAt.Time, w.ExpiredAt.Time
	charge.Source, charge.Card = w.Source.read(), bool(w.Card)
	var err error
	if charge.Refunds, err = w.Refunds.read(); err != nil && charge.RefundedAmount == nil {
		return charge, fmt.Errorf("refunds: %w", err) // then nothing says how much was refunded
	}
	if err := w.complete(); err != nil {
		return charge, err
	}
	charge.Amount = *w.Amount
	return charge, w.matches(want)
}

// cardJSON is whether a charge has a card: an object, or the id of one.
type cardJSON bool

// UnmarshalJSONFrom skips the card.
func (c *cardJSON) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	*c = cardJSON(isCard(value))
	return err
}

func isCard(value jsontext.Value) bool {
	kind := value.Kind()
	return kind == '{' || kind == '"' && string(value) != `""`
}
