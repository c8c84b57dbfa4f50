package omise

import (
	"context"
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
	r := request{operation: "create_refund", method: http.MethodPost, path: refundsOf(chargeID), commits: true}
	if err := checkID(r.operation, chargeID, ChargePrefix); err != nil {
		return nil, err
	}
	r.values = url.Values{"amount": {strconv.FormatInt(refund.Amount, 10)}}
	if err := putMetadata(r.operation, r.values, refund.Metadata); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, refundOf(chargeID))
}

// RetrieveRefund reads a refund of a charge.
func (c *Client) RetrieveRefund(ctx context.Context, chargeID, id string) (*Refund, error) {
	r := request{operation: "retrieve_refund", method: http.MethodGet, path: refundsOf(chargeID) + "/" + id, id: id}
	if err := checkID(r.operation, chargeID, ChargePrefix); err != nil {
		return nil, err
	}
	if err := checkID(r.operation, id, RefundPrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, refundOf(chargeID))
}

// ListRefunds reads one page of a charge's refunds. options may be nil.
func (c *Client) ListRefunds(ctx context.Context, chargeID string, options *ListOptions) (*List[Refund], error) {
	r := request{operation: "list_refunds", method: http.MethodGet, path: refundsOf(chargeID), values: options.query()}
	if err := checkID(r.operation, chargeID, ChargePrefix); err != nil {
		return nil, err
	}
	return fetch(ctx, c, r, listOf(refundOf(chargeID)))
}

func refundsOf(chargeID string) string { return "/charges/" + chargeID + "/refunds" }

// refundOf gives the reader of a refund that must be the charge's.
func refundOf(chargeID string) func(*fields) Refund {
	return func(f *fields) Refund {
		refund := readRefund(f)
		if refund.Charge != chargeID {
			f.fail("it is a refund of another charge")
		}
		return refund
	}
}

func readRefund(f *fields) Refund {
	f.is("refund")
	refund := Refund{Response: f.response, ID: f.id(RefundPrefix), Live: f.flag("livemode")}
	if deleted := f.flag("deleted"); deleted != nil && *deleted {
		refund.Deleted = true
		return refund
	}
	refund.Charge = f.reference("charge")
	if !ValidID(refund.Charge, ChargePrefix) {
		f.fail("charge does not have the form " + ChargePrefix + "…")
	}
	refund.Amount, refund.Currency = f.amount("amount"), f.required("currency", f.currency("currency"))
	refund.Status, refund.Voided = f.text("status"), f.flag("voided")
	refund.Transaction, refund.Metadata = f.reference("transaction"), f.metadata()
	refund.CreatedAt = f.time("created_at", "created")
	return refund
}
