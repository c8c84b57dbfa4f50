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

// A Refund is money on its way back to the payer, in the words of API version 2019-05-29.
type Refund struct {
	// Response belongs to the answer this refund came in; zero within a list or a charge.
	Response Response
	// ID is rfnd_…; always there.
	ID string
	// Live is nil where the answer does not tell, as in 2017.
	Live *bool
	// Deleted marks a stub that has an id and nothing else.
	Deleted bool
	// Charge is chrg_…, the charge that is refunded; always there, except in a stub.
	Charge string
	// Amount is in the smallest unit of Currency. Both are always there, except in a stub.
	Amount int64
	// Currency is an ISO 4217 code in upper case.
	Currency string
	// Status is closed in every answer seen, and absent before 2019-05-29.
	Status string
	// Voided tells that the charge was undone before settlement instead.
	Voided *bool
	// Transaction is trxn_…; blank if there is none.
	Transaction string
	// Metadata is what the merchant wrote.
	Metadata map[string]string
	// CreatedAt is in UTC.
	CreatedAt time.Time
}

// NewRefund is what CreateRefund asks for.
type NewRefund struct {
	// Amount is in the smallest unit of the charge's currency, at most what is not refunded yet.
	Amount int64
	// Metadata comes back with the refund. Keys must not contain brackets.
	Metadata map[string]string
}

// CreateRefund refunds a charge, in whole or in part. Like CreateCharge it is sent at most once.
func (c *Client) CreateRefund(ctx context.Context, chargeID string, refund NewRefund) (*Refund, error) {
	r := request{operation: "create_refund", method: http.MethodPost, path: refundsOf(chargeID), commits: true, asks: question{charge: chargeID, amount: &refund.Amount}}
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
	r := request{operation: "retrieve_refund", method: http.MethodGet, path: refundsOf(chargeID) + "/" + id, asks: question{id: id, charge: chargeID}}
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
	r := request{operation: "list_refunds", method: http.MethodGet, path: refundsOf(chargeID), values: options.query(), asks: question{charge: chargeID}}
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
	CreatedAt   moment    `json:"created_at"`
	Created     moment    `json:"created"`
}

func (w refundJSON) read(q question) (Refund, error) {
	refund := Refund{Response: q.response, ID: string(w.ID), Live: w.Live}
	if err := w.is("refund", RefundPrefix, q); err != nil {
		return refund, err
	}
	if refund.Deleted = w.Deleted != nil && *w.Deleted; !refund.Deleted {
		refund.Charge, refund.Currency, refund.Status, refund.Voided = string(w.Charge), w.code(), string(w.Status), w.Voided
		refund.Transaction, refund.Metadata = string(w.Transaction), w.Metadata
		refund.CreatedAt = cmp.Or(w.CreatedAt, w.Created).Time
		if !ValidID(refund.Charge, ChargePrefix) {
			return refund, errors.New("charge does not have the form " + ChargePrefix + "…")
		}
		if err := w.complete(); err != nil {
			return refund, err
		}
		refund.Amount = *w.Amount
	}
	if q.charge != "" && refund.Charge != q.charge {
		return refund, errors.New("it is a refund of another charge")
	}
	return refund, w.answers(q)
}
