package omise

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"
)

// A Charge is Omise's record of one payment, in the words of API version 2019-05-29 whatever version it came in.
// Pointers are nil, and strings and times zero, where the answer had no such field or null.
type Charge struct {
	// Response belongs to the answer this charge came in.
	Response Response

	// ID is chrg_…; always there.
	ID string
	// Live is false for a test charge.
	Live *bool
	// Deleted marks a stub that has an id and nothing else.
	Deleted bool

	// Amount is in the smallest unit of Currency (satang for THB). Both are always there, except in a stub.
	Amount int64
	// Currency is an ISO 4217 code in upper case.
	Currency string
	// Status is pending, successful, failed, expired, reversed, or a word that came after this was written.
	Status string
	// Authorized, Paid, Expired, Reversed and Voided are the gateway's flags. Paid is what 2014-07-27 calls captured.
	Authorized, Paid, Expired, Reversed, Voided *bool
	// FailureCode and FailureMessage may be blank on a charge that failed.
	FailureCode, FailureMessage string

	// Source is nil where the answer names none, as in versions before 2017-11-02.
	Source *Source
	// Offsite is what those versions have in its place: alipay.
	Offsite string
	// AuthorizeURI is where to send the payer, exactly as given; blank for methods that need no page.
	AuthorizeURI string
	// ReturnURI is where the payer comes back.
	ReturnURI string
	// Description and Metadata are what the merchant wrote.
	Description string
	Metadata    map[string]string
	// Transaction is trxn_… once the charge has been paid; blank before.
	Transaction string

	// RefundedAmount is the sum of the refunds, in the smallest unit of Currency.
	RefundedAmount *int64
	// Refundable and PartiallyRefundable are newer than 2017-11-02; nil does not mean no.
	Refundable, PartiallyRefundable *bool
	// Refunds is the first page of the charge's refunds; nil where the answer has none.
	Refunds *List[Refund]

	// Settlement is what the merchant gets for it.
	Settlement Settlement

	// These times are in UTC. ExpiresAt is no deadline to rely on: charges were seen to end days before it.
	CreatedAt, PaidAt, ExpiresAt, ExpiredAt time.Time
}

// A Settlement is what reaches the merchant, in the smallest unit of Currency. The gateway gives figures for pending
// charges too.
type Settlement struct {
	// Currency is an ISO 4217 code in upper case; blank before 2019-05-29.
	Currency string
	// Gross is what is settled before the fees; Net is what is left of it after Fee and FeeVAT.
	Gross, Net, Fee, FeeVAT *int64
}

// SourceType is how the charge is paid, such as alipay, whichever field the version puts it in; blank for cards.
func (c *Charge) SourceType() string {
	if c.Source != nil && c.Source.Type != "" {
		return c.Source.Type
	}
	return c.Offsite
}

// NewCharge is what CreateCharge asks for. Exactly one of SourceID and Source is given.
type NewCharge struct {
	// Amount is in the smallest unit of Currency, an ISO 4217 code in any case.
	Amount   int64
	Currency string
	// SourceID is the source to charge.
	SourceID string
	// Source is made by the same call, for the charge's amount and currency: its own are not sent.
	Source *NewSource
	// ReturnURI is where the payer comes back; the gateway requires it for methods that redirect.
	ReturnURI string
	// Description is shown in the gateway's dashboard.
	Description string
	// Metadata comes back with the charge. Keys must not contain brackets.
	Metadata map[string]string
}

// CreateCharge makes a charge. The request is sent at most once, as Omise knows no idempotency keys: only after an
// error with Sent false may the call be made again at once. After any other that is not a refusal, look for the charge
// by its metadata first. An answer with another amount or currency than was asked for is KindMalformed.
func (c *Client) CreateCharge(ctx context.Context, charge NewCharge) (*Charge, error) {
	r := request{operation: "create_charge", method: http.MethodPost, path: "/charges", commits: true, asks: question{amount: &charge.Amount, currency: charge.Currency}}
	r.values = amountForm(charge.Amount, charge.Currency)
	switch {
	case (charge.SourceID == "") == (charge.Source == nil):
		return nil, invalid(r.operation, "give either the id of a source or a new source")
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
	r := request{operation: "retrieve_charge", method: http.MethodGet, path: "/charges/" + id, asks: question{id: id}}
	if err := checkID(r.operation, id, ChargePrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &chargeJSON{})
}

// ExpireCharge ends a pending charge, so that it can no longer be paid. Which charges refuse it is for the gateway to
// say. To repeat it is harmless, but it is sent at most once all the same: an answer to the second would hide what the
// first has done.
func (c *Client) ExpireCharge(ctx context.Context, id string) (*Charge, error) {
	r := request{operation: "expire_charge", method: http.MethodPost, path: "/charges/" + id + "/expire", commits: true, asks: question{id: id}}
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
	Offsite      text       `json:"offsite"`
	AuthorizeURI text       `json:"authorize_uri"`
	ReturnURI    text       `json:"return_uri"`
	Description  text       `json:"description"`
	Metadata     metadata   `json:"metadata"`
	Transaction  reference  `json:"transaction"`

	RefundedAmount      *int64                        `json:"refunded_amount"`
	Refunded            *int64                        `json:"refunded"` // refunded_amount before 2019-05-29
	Refundable          *bool                         `json:"refundable"`
	PartiallyRefundable *bool                         `json:"partially_refundable"`
	Refunds             *listJSON[Refund, refundJSON] `json:"refunds"`

	FundingCurrency text   `json:"funding_currency"`
	FundingAmount   figure `json:"funding_amount"`
	Net             figure `json:"net"`
	Fee             figure `json:"fee"`
	FeeVAT          figure `json:"fee_vat"`

	CreatedAt  moment `json:"created_at"`
	Created    moment `json:"created"`
	PaidAt     moment `json:"paid_at"`
	CapturedAt moment `json:"captured_at"`
	ExpiresAt  moment `json:"expires_at"`
	ExpiredAt  moment `json:"expired_at"`
}

func (w chargeJSON) read(q question) (Charge, error) {
	charge := Charge{Response: q.response, ID: string(w.ID), Live: w.Live}
	if err := w.is("charge", ChargePrefix, q); err != nil {
		return charge, err
	}
	if charge.Deleted = w.Deleted != nil && *w.Deleted; charge.Deleted {
		return charge, w.answers(q)
	}
	charge.Currency, charge.Status = w.code(), string(w.Status)
	charge.Authorized, charge.Paid = w.Authorized, cmp.Or(w.Paid, w.Captured)
	charge.Expired, charge.Reversed, charge.Voided = w.Expired, w.Reversed, w.Voided
	charge.FailureCode, charge.FailureMessage = string(w.FailureCode), string(w.FailureMessage)
	charge.Offsite, charge.AuthorizeURI, charge.ReturnURI = string(w.Offsite), string(w.AuthorizeURI), string(w.ReturnURI)
	charge.Description, charge.Metadata, charge.Transaction = string(w.Description), w.Metadata, string(w.Transaction)
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
	var err error
	if charge.Source, err = w.Source.read(); err != nil {
		return charge, fmt.Errorf("source: %w", err)
	}
	if w.Refunds != nil {
		refunds, err := w.Refunds.read(question{})
		if err != nil {
			return charge, fmt.Errorf("refunds: %w", err)
		}
		charge.Refunds = &refunds
	}
	if err := w.complete(); err != nil {
		return charge, err
	}
	charge.Amount = *w.Amount
	return charge, w.answers(q)
}
