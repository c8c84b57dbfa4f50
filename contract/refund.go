package contract

import "time"

// RefundRequest asks for one refund. Attempt.Key, PaymentID and Amount identify
// it: a repeated call must carry the same.
type RefundRequest struct {
	// Attempt carries the idempotency key, which is unique within the payment,
	// and, on a repeated call, its times.
	Attempt Attempt

	// PaymentID is the gateway's id of the payment.
	PaymentID string

	// Amount is more than 0, in the currency of the payment, and at most what is
	// left of the payment after earlier refunds.
	Amount Money

	// Reason says why the payment is refunded, for people; up to 255 bytes.
	Reason string

	// Metadata is stored at the gateway with the refund, within the limits of
	// CreatePaymentRequest.Metadata.
	Metadata map[string]string
}

// GetRefundRequest names one refund of a payment. PaymentID is set, and exactly
// one of RefundID and Attempt.
type GetRefundRequest struct {
	// PaymentID is the gateway's id of the payment.
	PaymentID string

	// RefundID is the gateway's id of the refund.
	RefundID string

	// Attempt names the refund by its idempotency key, as in GetStatusRequest.
	Attempt *Attempt
}

// Refund is one refund as the gateway sees it at the time of the answer.
type Refund struct {
	// RefundID is the gateway's id. It must never be empty.
	RefundID string

	// IdempotencyKey is the key with which the refund was made; empty if it was
	// made elsewhere, such as in the gateway's dashboard.
	IdempotencyKey string

	// PaymentID is the gateway's id of the payment.
	PaymentID string

	// Status is the state of the refund, in the terms of the contract.
	Status RefundStatus

	// ProviderStatus is the state of the refund as the gateway calls it; empty
	// if the gateway has none.
	ProviderStatus string

	// Amount is what this refund pays back.
	Amount Money

	// TotalRefunded is the sum of all refunds of the payment at the time of the
	// answer, this one included; absent if the provider does not know it.
	TotalRefunded Money

	// Voided is true if the payment was reversed before the gateway settled it
	// with the merchant. The payer may then see no payment at all, instead of a
	// payment and a refund.
	Voided bool

	// CreatedAt is when the gateway made the refund.
	CreatedAt time.Time

	// Live is true for real money, and false in test mode.
	Live bool

	// Replayed is true if Refund returns a refund that an earlier call with the
	// same key has made.
	Replayed bool
}

// RefundStatus is the state of a refund.
type RefundStatus string

// The states of a refund. The zero value is never an answer.
const (
	// RefundPending means that the gateway has accepted the refund, and has not
	// made it yet.
	RefundPending RefundStatus = "PENDING"

	// RefundSucceeded means that the gateway has done its part.
	RefundSucceeded RefundStatus = "SUCCEEDED"

	// RefundFailed means that the gateway could not make the refund. The money
	// stays with the merchant.
	RefundFailed RefundStatus = "FAILED"

	// RefundUnknown means that the provider does not know the gateway's status.
	// It is not a failure: read the refund again.
	RefundUnknown RefundStatus = "UNKNOWN"
)
