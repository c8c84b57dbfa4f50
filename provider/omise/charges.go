package omise

import (
	"context"
	"net/http"
)

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
		if err := checkID(r.operation, charge.SourceID, SourcePrefix); err != nil {
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
