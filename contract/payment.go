package contract

import "time"

// Payment is one payment as the gateway sees it at the time of the answer.
// One answer never contradicts itself: where the gateway's word and its flags
// disagree, Status is [PaymentUnknown].
type Payment struct {
	// PaymentID is the gateway's id. It must be stable and must never be
	// empty.
	PaymentID string

	// IdempotencyKey is the key that the payment was made with; empty if it
	// was not made through this contract.
	IdempotencyKey string

	// Reference is the merchant's reference that the payment was made with;
	// empty if it was not made through this contract.
	Reference string

	// Method is the contract's code of the payment method, such as "alipay";
	// empty if the gateway's method has no code here.
	Method string

	// Status is the state in the contract's words.
	Status PaymentStatus

	// ProviderStatus is the state in the gateway's own word, as it came, for
	// people who compare with its dashboard.
	ProviderStatus string

	// Amount is what the payer is asked for.
	Amount Money

	// AmountRefunded is the sum of every refund of the payment at the gateway,
	// wherever it was made. It has Amount's currency.
	AmountRefunded Money

	// NextAction is what the payer has to do; nil when there is nothing, or
	// when the gateway does not say it again.
	NextAction *NextAction

	// Failure says why a payment did not work. It is set exactly when Status
	// is PaymentFailed.
	Failure *Failure

	// Settlement is what the merchant will receive; nil if the gateway does
	// not say.
	Settlement *Settlement

	// CreatedAt is when the gateway made the payment.
	CreatedAt time.Time

	// UpdatedAt is when it last changed; absent if the gateway does not say.
	UpdatedAt time.Time

	// ExpiresAt is the payer's deadline, as far as the provider can tell. A
	// host must not conclude from it that a payment expired; only an answer
	// says so.
	ExpiresAt time.Time

	// Live is true for real money, false in test mode. The host compares it,
	// with Amount, to its own record before it takes PaymentSucceeded.
	Live bool

	// Replayed is true when CreatePayment answers with a payment that an
	// earlier call with the same key has made.
	Replayed bool
}

// PaymentStatus is the state of a payment.
//
//	              terminal for a host
//	PENDING       no
//	UNKNOWN       no: ask again, never guess
//	SUCCEEDED     yes, and never left
//	FAILED        yes, but for a move to SUCCEEDED
//	EXPIRED       yes, but for a move to SUCCEEDED
//	CANCELED      yes, but for a move to SUCCEEDED
//
// The move from a terminal state to SUCCEEDED happens in the world: a payer
// pays late, or the gateway's staff correct a payment. A host must take it,
// and should show it to a person, since the order may have been dropped or
// paid twice. Refunds do not change the status of a payment.
type PaymentStatus string

// The states of a payment. The zero value is never an answer.
const (
	// PaymentPending means that the payment was accepted and is not decided.
	PaymentPending PaymentStatus = "PENDING"

	// PaymentSucceeded means that the payer has paid.
	PaymentSucceeded PaymentStatus = "SUCCEEDED"

	// PaymentFailed means that it did not work. Failure says why; with
	// FailurePayerTimeout treat it like PaymentExpired.
	PaymentFailed PaymentStatus = "FAILED"

	// PaymentExpired means that the payer did not pay in time. The order may
	// be paid again.
	PaymentExpired PaymentStatus = "EXPIRED"

	// PaymentCanceled means that the payment was called off, or given back
	// before it was taken.
	PaymentCanceled PaymentStatus = "CANCELED"

	// PaymentUnknown means that the gateway's word is not known to the
	// provider, or that what it says contradicts itself. It is not a failure.
	PaymentUnknown PaymentStatus = "UNKNOWN"
)

// NextAction is what the payer has to do. Exactly one of Redirect, DisplayQR
// and OpenApp is set. It never carries markup.
type NextAction struct {
	Redirect  *Redirect
	DisplayQR *DisplayQR
	OpenApp   *OpenApp

	// ExpiresAt is until when the action can be taken; absent if the gateway
	// does not say.
	ExpiresAt time.Time
}

// Redirect sends the payer's browser to a page.
type Redirect struct {
	// URL is absolute, http or https, exactly as the gateway gave it.
	URL string

	// Insecure must be true exactly when URL is not https. A host follows an
	// insecure link only in test mode or to its own machine.
	Insecure bool
}

// DisplayQR shows a code for the payer's phone to read.
type DisplayQR struct {
	// Payload is the text in the code, to be drawn by the host.
	Payload string
}

// OpenApp opens an app on the payer's phone.
type OpenApp struct {
	// URL is absolute, of any scheme that a phone hands to an app, and never
	// one that a browser would execute.
	URL string
}

// Failure says why a payment did not work.
type Failure struct {
	// Code is the reason in the contract's words.
	Code FailureCode

	// ProviderCode is the gateway's own word; empty if it gave none.
	ProviderCode string

	// Message is the gateway's text for people; empty if it gave none. It is
	// not for payers without a look at it.
	Message string
}

// FailureCode is why a payment did not work.
type FailureCode string

// The reasons of failed payments. What the provider does not recognise is
// FailureOther, with the gateway's word kept.
const (
	FailureDeclined          FailureCode = "DECLINED"           // the payer's side refused without saying more
	FailureInsufficientFunds FailureCode = "INSUFFICIENT_FUNDS" // the payer has not enough money
	FailurePayerCanceled     FailureCode = "PAYER_CANCELED"     // the payer chose not to pay
	FailurePayerTimeout      FailureCode = "PAYER_TIMEOUT"      // the payer did nothing in time
	FailureLimitExceeded     FailureCode = "LIMIT_EXCEEDED"     // a limit of the payer's was reached
	FailureFraudSuspected    FailureCode = "FRAUD_SUSPECTED"    // stopped by a check against fraud
	FailureMethodUnavailable FailureCode = "METHOD_UNAVAILABLE" // the method does not work at the moment
	FailureAccountRestricted FailureCode = "ACCOUNT_RESTRICTED" // the payer's account may not pay
	FailureProcessingError   FailureCode = "PROCESSING_ERROR"   // something broke on the gateway's side
	FailureOther             FailureCode = "OTHER"              // not recognised, or not said
)

// Settlement is what the merchant will receive for a payment.
type Settlement struct {
	// Currency is that of Net and Fee, which is the merchant's and may differ
	// from the payment's.
	Currency string

	// Net is what is left for the merchant, and Fee what the gateway keeps,
	// taxes on it included.
	Net, Fee Money
}
