package omise

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// A Refund is Omise's record of a refund, with the names of API version 2019-05-29 whatever its version.
type Refund struct {
	// Response is that of the answer; zero within a list or a charge.
	Response Response
	// ID is rfnd_…; always set.
	ID string
	// Live is nil if the answer does not have it, as in 2017.
	Live *bool
	// Deleted marks a stub that has an id and nothing else.
	Deleted bool
	// Charge is chrg_…, the charge that is refunded; always set, except in a stub.
	Charge string
	// Amount is in the smallest unit of Currency. Both are always set, except in a stub.
	Amount int64
	// Currency is an ISO 4217 code in upper case.
	Currency string
	// Status is closed in every answer seen, and absent before 2019-05-29.
	Status string
	// Voided is true if the charge was voided before settlement instead.
	Voided *bool
	// Transaction is trxn_…; blank if there is none.
	Transaction string
	// Metadata is the merchant's, and MetadataLost true if it is no object, as for a charge.
	Metadata     map[string]string
	MetadataLost bool
	// CreatedAt is in UTC.
	CreatedAt time.Time
}

// NewRefund is what CreateRefund asks for.
type NewRefund struct {
	// Amount is in the smallest unit of the charge's currency, and at most what is not refunded yet.
	Amount int64
	// Metadata is returned with the refund. Keys must not contain brackets.
	Metadata map[string]string
}

// CreateRefund refunds a charge, in whole or in part. Like CreateCharge it is sent at most once.
func (c *Client) CreateRefund(ctx context.Context, chargeID string, refund NewRefund) (*Refund, error) {
	r := request{operation: "create_refund", method: http.MethodPost, path: refundsOf(chargeID), commits: true, expects: expectation{charge: chargeID, amount: &refund.Amount}}
	if err := checkID(r.operation, chargeID, ChargePrefix); err != nil {
		return nil, err
	}
	r.values = url.Values{"amount": {strconv.FormatInt(refund.Amount, 10)}}
	if err := putMetadata(r.operation, r.values, refund.Metadata); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &refundJSON{})
}

// RetrieveRefund reads a refund of a charge.
func (c *Client) RetrieveRefund(ctx context.Context, chargeID, id string) (*Refund, error) {
	r := request{operation: "retrieve_refund", method: http.MethodGet, path: refundsOf(chargeID) + "/" + id, expects: expectation{id: id, charge: chargeID}}
	if err := checkID(r.operation, chargeID, ChargePrefix); err != nil {
		return nil, err
	}
	if err := checkID(r.operation, id, RefundPrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &refundJSON{})
}

// ListRefunds reads one page of a charge's refunds. options may be nil.
func (c *Client) ListRefunds(ctx context.Context, chargeID string, options *ListOptions) (*List[Refund], error) {
	r := request{operation: "list_refunds", method: http.MethodGet, path: refundsOf(chargeID), values: options.query(), expects: expectation{charge: chargeID}}
	if err := checkID(r.operation, chargeID, ChargePrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, &listJSON[Refund, refundJSON]{})
}

func refundsOf(chargeID string) string { return "/charges/" + chargeID + "/refunds" }

type refundJSON struct {
	identity
	money
	Deleted     *bool     `json:"deleted"`
	Charge      reference `json:"charge"`
	Status      text      `json:"status"`
	Voided      *bool     `json:"voided"`
	Transaction reference `json:"transaction"`
	Metadata    metadata  `json:"metadata"`
	CreatedAt   timestamp `json:"created_at"`
	Created     timestamp `json:"created"`
}

func (w refundJSON) read(want expectation) (Refund, error) {
	refund := Refund{Response: want.response, ID: string(w.ID), Live: w.Live}
	if err := w.is("refund", RefundPrefix, want); err != nil {
		return refund, err
	}
	if refund.Deleted = w.Deleted != nil && *w.Deleted; !refund.Deleted {
		refund.Charge, refund.Currency, refund.Status, refund.Voided = string(w.Charge), w.currencyCode(), string(w.Status), w.Voided
		refund.Transaction = string(w.Transaction)
		refund.Metadata, refund.MetadataLost = w.Metadata.texts, w.Metadata.lost
		refund.CreatedAt = cmp.Or(w.CreatedAt, w.Created).Time
		if !ValidID(refund.Charge, ChargePrefix) {
			return refund, errors.New("charge does not have the form " + ChargePrefix + "…")
		}
		if err := w.complete(); err != nil {
			return refund, err
		}
		refund.Amount = *w.Amount
	}
	if want.charge != "" && !refund.Deleted && refund.Charge != want.charge {
		return refund, errOtherCharge
	}
	return refund, w.matches(want)
}

var errOtherCharge = errors.New("it is a refund of another charge")
