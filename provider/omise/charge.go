package omise

import "time"

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

func readCharge(f *fields) Charge {
	f.is("charge")
	charge := Charge{Response: f.response, ID: f.id(ChargePrefix), Live: f.flag("livemode")}
	if deleted := f.flag("deleted"); deleted != nil && *deleted {
		charge.Deleted = true
		return charge
	}
	charge.Amount, charge.Currency = f.amount("amount"), f.required("currency", f.currency("currency"))
	charge.Status = f.text("status")
	charge.Authorized, charge.Paid = f.flag("authorized"), f.flag("paid", "captured")
	charge.Expired, charge.Reversed, charge.Voided = f.flag("expired"), f.flag("reversed"), f.flag("voided")
	charge.FailureCode, charge.FailureMessage = f.text("failure_code"), f.text("failure_message")

	charge.Source, charge.Offsite = sourceWithin(f), f.text("offsite")
	charge.AuthorizeURI, charge.ReturnURI = f.text("authorize_uri"), f.text("return_uri")
	charge.Description, charge.Metadata = f.text("description"), f.metadata()
	charge.Transaction = f.reference("transaction")

	charge.RefundedAmount = f.number("refunded_amount", "refunded")
	charge.Refundable, charge.PartiallyRefundable = f.flag("refundable"), f.flag("partially_refundable")
	charge.Refunds = refundsWithin(f)
	charge.Settlement = Settlement{
		Currency: f.currency("funding_currency"),
		Gross:    f.figure("funding_amount"),
		Net:      f.figure("net"),
		Fee:      f.figure("fee"),
		FeeVAT:   f.figure("fee_vat"),
	}
	charge.CreatedAt, charge.PaidAt = f.time("created_at", "created"), f.time("paid_at", "captured_at")
	charge.ExpiresAt, charge.ExpiredAt = f.time("expires_at"), f.time("expired_at")
	return charge
}

func refundsWithin(f *fields) *List[Refund] {
	raw := f.find("refunds")
	if raw == nil {
		return nil
	}
	inner := within(raw)
	list := listOf(readRefund)(inner)
	if inner.err != nil {
		f.fail("refunds: " + inner.err.Error())
	}
	return &list
}
