package contract

import "time"

// RefundRequest asks for one refund. The parts that identify it are Attempt,
// PaymentID and Amount: a repeated call must carry the same.
type RefundRequest struct {
	// Attempt carries the idempotency key, which is unique within the payment,
	// and, on a repeated call, its times.
	Attempt Attempt

	// PaymentID is the gateway's id of the payment.
	PaymentID string

	// Amount is more than nothing, in the payment's currency, and no more than
	// what is left of the payment.
	Amount Money

	// Reason is for people; up to 255 bytes.
	Reason string

	// Metadata is kept at the gateway with the refund, within the bounds of
	// CreatePaymentRequest.Metadata.
	Metadata map[string]string
}

// GetRefundRequest names one refund of a payment. PaymentID is set, and
// exactly one of RefundID and Attempt.
type GetRefundRequest struct {
	PaymentID string

	// RefundID is the gateway's id of the refund.
	RefundID string

	// Attempt names the refund by its idempotency key, in the way of
	// GetStatusRequest.
	Attempt *Attempt
}

// Refund is one refund as the gateway sees it at the time of the answer.
type Refund struct {
	// RefundID is the gateway's id. It must never be empty.
	RefundID string

	// IdempotencyKey is the key that the refund was made with; empty if it was
	// made elsewhere, such as in the gateway's dashboard.
	IdempotencyKey string

	// PaymentID is the gateway's id of the payment.
	PaymentID string

	// Status is the state in the contract's words.
	Status RefundStatus

	// ProviderStatus is the state in the gateway's own word; empty if it has
	// none.
	ProviderStatus string

	// Amount is what this refund gives back.
	Amount Money

	// TotalRefunded is the sum of all refunds of the payment, this one
	// included, as of the answer; absent where the answer does not know it.
	TotalRefunded Money

	// Voided is true if the payment was undone before it was settled, so that
	// the payer may see no payment at all instead of a payment and a refund.
	Voided bool

	// CreatedAt is when the gateway made the refund.
	CreatedAt time.Time

	// Live is true for real money, false in test mode.
	Live bool

	// Replayed is true when Refund answers with a refund that an earlier call
	// with the same key has made.
	Replayed bool
}

// RefundStatus is the state of a refund.
type RefundStatus string

// The states of a refund. The zero value is never an answer.
const (
	// RefundPending means that the gateway accepted the refund and has not
	// done it yet.
	RefundPending RefundStatus = "PENDING"

	// RefundSucceeded means that the gateway has done its part.
	RefundSucceeded RefundStatus = "SUCCEEDED"

	// RefundFailed means that the gateway could not do it; the money stays
	// with the merchant.
	RefundFailed RefundStatus = "FAILED"

	// RefundUnknown means that the gateway's word is not known to the
	// provider. It is not a failure: ask again.
	RefundUnknown RefundStatus = "UNKNOWN"
)
