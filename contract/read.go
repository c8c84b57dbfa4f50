package contract

import "time"

// GetStatusRequest names one payment. Exactly one of the fields is set.
type GetStatusRequest struct {
	// PaymentID is the gateway's id.
	PaymentID string

	// Attempt names the payment by its idempotency key, for a host that never
	// learnt the id. FirstAt is set; LastUnknownAt too, if a call's result is
	// not known.
	Attempt *Attempt
}

// CancelPaymentRequest names the payment to stop.
type CancelPaymentRequest struct {
	PaymentID string
}

// ListPaymentsRequest asks for the payments that were created in the half-open
// window from CreatedFrom up to but not including CreatedUntil.
type ListPaymentsRequest struct {
	CreatedFrom  time.Time
	CreatedUntil time.Time

	// PageSize is the most payments that a page may hold, 1 to 100; 0 leaves
	// it to the provider. A page may hold fewer, and still not be the last.
	PageSize int

	// PageToken is the NextPageToken of the page before, with the same window;
	// empty for the first page.
	PageToken string
}

// PaymentPage is a part of a list of payments.
type PaymentPage struct {
	// Payments are in the order of their creation, oldest first.
	Payments []Payment

	// NextPageToken asks for the next page; empty on the last one.
	NextPageToken string
}
