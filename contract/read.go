package contract

import "time"

// GetStatusRequest names one payment. Exactly one of its fields is set.
type GetStatusRequest struct {
	// PaymentID is the gateway's id of the payment. Here and in every request,
	// what is no id is InvalidRequest: an id has 1 to 255 bytes, without blanks
	// and control characters. An id that the gateway cannot have given out is
	// PaymentNotFound.
	PaymentID string

	// Attempt names the payment by its idempotency key, for a host that never
	// learnt the id. Its FirstAt is set, and its LastUnknownAt too if the result
	// of a call is unknown.
	Attempt *Attempt
}

// CancelPaymentRequest names the payment to cancel.
type CancelPaymentRequest struct {
	// PaymentID is the gateway's id of the payment.
	PaymentID string
}

// ListPaymentsRequest asks for the payments that were created in a window, from
// CreatedFrom up to but not including CreatedUntil.
type ListPaymentsRequest struct {
	CreatedFrom  time.Time
	CreatedUntil time.Time

	// PageSize is the largest number of payments in a page, 1 to 100; 0 leaves
	// it to the provider. A page may have fewer payments and still not be the
	// last.
	PageSize int

	// PageToken is the NextPageToken of the previous page of the same window;
	// empty for the first page. One that the provider cannot have given out is
	// InvalidRequest.
	PageToken string
}

// PaymentPage is one page of a list of payments.
type PaymentPage struct {
	// Payments are the payments in the order of their creation, oldest first.
	// What others made with the same account is left out if it cannot be expressed
	// in the contract's terms. What was made through the contract never is.
	Payments []Payment

	// NextPageToken asks for the next page; empty on the last page.
	NextPageToken string
}
