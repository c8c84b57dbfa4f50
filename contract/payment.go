package contract

import "time"

// Payment is one payment as the gateway sees it at the time of the answer. An
// answer never contradicts itself: if the gateway's status and its flags
// disagree, Status is [PaymentUnknown].
type Payment struct {
	// PaymentID is the gateway's id. It must be stable and must never be
	// empty.
	PaymentID string

	// IdempotencyKey is the key with which the payment was made; empty if it
	// was not made through this contract.
	IdempotencyKey string

	// Reference is the merchant's reference from the request; empty if the
	// payment was not made through this contract. The merchant may have edited it
	// at the gateway: then it is empty unless it is still a legal text. Like any
	// text for people it decides about nothing; see MaxReferenceLength.
	Reference string

	// Method is the contract's code of the payment method, such as "alipay";
	// empty if the contract has no code for the gateway's method.
	Method string

	// Status is the state of the payment, in the terms of the contract.
	Status PaymentStatus

	// ProviderStatus is the state of the payment as the gateway calls it, for
	// people who compare with the gateway's dashboard.
	ProviderStatus string

	// Amount is what the payer is asked to pay.
	Amount Money

	// AmountRefunded is the sum of all refunds of the payment at the gateway,
	// wherever they were made. It has the currency of Amount.
	AmountRefunded Money

	// NextAction is what the payer has to do; nil if there is nothing to do, or
	// if the gateway does not say it again.
	NextAction *NextAction

	// Failure says why the payment failed. It is set exactly when Status is
	// PaymentFailed.
	Failure *Failure

	// Settlement is what the merchant will receive; nil if the gateway does
	// not say.
	Settlement *Settlement

	// CreatedAt is when the gateway made the payment.
	CreatedAt time.Time

	// UpdatedAt is when the payment last changed; absent if the gateway does
	// not say.
	UpdatedAt time.Time

	// ExpiresAt is the time until which the payer can pay, as far as the
	// provider can tell. A host must not conclude from it that a payment expired;
	// only an answer says so.
	ExpiresAt time.Time

	// Live is true for real money, and false in test mode. The host compares
	// Live and Amount with its own record before it accepts PaymentSucceeded.
	Live bool

	// Replayed is true if CreatePayment returns a payment that an earlier call
	// with the same key has made.
	Replayed bool
}

// PaymentStatus is the state of a payment.
//
//	              terminal for a host
//	PENDING       no
//	UNKNOWN       no: read it again, never guess
//	SUCCEEDED     yes, and it never changes
//	FAILED        yes, except for a change to SUCCEEDED
//	EXPIRED       yes, except for a change to SUCCEEDED
//	CANCELED      yes, except for a change to SUCCEEDED
//
// The change from a terminal state to SUCCEEDED happens in practice: a payer
// pays late, or the gateway's staff correct a payment. A host must accept it,
// and should show it to a person, because the order may have been dropped or
// paid twice. Refunds do not change the status of a payment.
type PaymentStatus string

// The states of a payment. The zero value is never an answer.
const (
	// PaymentPending means that the payment was accepted, and that its result
	// is still open.
	PaymentPending PaymentStatus = "PENDING"

	// PaymentSucceeded means that the payer has paid.
	PaymentSucceeded PaymentStatus = "SUCCEEDED"

	// PaymentFailed means that the payment did not succeed. Failure says why.
	// Treat FailurePayerTimeout like PaymentExpired.
	PaymentFailed PaymentStatus = "FAILED"

	// PaymentExpired means that the payer did not pay in time. The order may
	// be paid again.
	PaymentExpired PaymentStatus = "EXPIRED"

	// PaymentCanceled means that the payment was canceled, or reversed before
	// the money was taken.
	PaymentCanceled PaymentStatus = "CANCELED"

	// PaymentUnknown means that the provider does not know the gateway's status,
	// or that the gateway contradicts itself. It is not a failure.
	PaymentUnknown PaymentStatus = "UNKNOWN"
)

// NextAction is what the payer has to do. Exactly one of Redirect, DisplayQR
// and OpenApp is set. It never contains markup.
type NextAction struct {
	Redirect  *Redirect
	DisplayQR *DisplayQR
	OpenApp   *OpenApp

	// ExpiresAt is the time until which the payer can act; absent if the gateway
	// does not say.
	ExpiresAt time.Time
}

// Redirect sends the payer's browser to a page.
type Redirect struct {
	// URL is an absolute http or https URL, exactly as the gateway sent it.
	URL string

	// Insecure must be true exactly when URL is not https. A host follows an
	// insecure link only in test mode or to its own machine.
	Insecure bool
}

// DisplayQR shows a QR code, which the payer scans with a phone. It has a payload,
// an image, or both, which are then the same code.
type DisplayQR struct {
	// Payload is the text of the code, which the host draws; up to 7089 bytes,
	// as much as a code can hold. It is empty if the gateway sends only an image.
	Payload string

	// Image is the code as the gateway has drawn it; nil if it sends only a
	// payload. A host that has a payload does not need it.
	Image *QRImage
}

// QRImage is a picture of a QR code. Exactly one of URL and Data is set. A host
// shows it in an img element and in no other way: there nothing in it is executed.
type QRImage struct {
	// URL is where the picture is at the gateway: an absolute https URL, or http
	// on the host's own machine; up to 2048 bytes. It may be an SVG. The payer's
	// browser requests it from the gateway.
	URL string

	// Data is the picture itself, up to 32 KiB.
	Data []byte

	// MediaType is what Data is, "image/png" or "image/jpeg". It is empty exactly
	// if Data is. Other types, such as SVG, can contain scripts.
	MediaType string
}

// OpenApp opens an app on the payer's phone.
type OpenApp struct {
	// URL is absolute. It may have any scheme that a phone passes to an app, and
	// never one that a browser would execute.
	URL string
}

// Failure says why a payment failed.
type Failure struct {
	// Code says why, in the terms of the contract.
	Code FailureCode

	// ProviderCode is the gateway's own code; empty if it sent none.
	ProviderCode string

	// Message is the gateway's text for people; empty if it sent none. Read it
	// before you show it to payers.
	Message string
}

// FailureCode says why a payment failed.
type FailureCode string

// The failure codes. If the provider does not recognise the gateway's code, it
// sets FailureOther and keeps that code in Failure.ProviderCode.
const (
	FailureDeclined          FailureCode = "DECLINED"           // declined on the payer's side, without a cause
	FailureInsufficientFunds FailureCode = "INSUFFICIENT_FUNDS" // the payer does not have enough money
	FailurePayerCanceled     FailureCode = "PAYER_CANCELED"     // the payer chose not to pay
	FailurePayerTimeout      FailureCode = "PAYER_TIMEOUT"      // the payer did nothing in time
	FailureLimitExceeded     FailureCode = "LIMIT_EXCEEDED"     // the payer reached a limit
	FailureFraudSuspected    FailureCode = "FRAUD_SUSPECTED"    // a check against fraud stopped the payment
	FailureMethodUnavailable FailureCode = "METHOD_UNAVAILABLE" // the method does not work at the moment
	FailureAccountRestricted FailureCode = "ACCOUNT_RESTRICTED" // the payer's account may not pay
	FailureProcessingError   FailureCode = "PROCESSING_ERROR"   // something failed at the gateway
	FailureOther             FailureCode = "OTHER"              // not recognised, or not said
)

// Settlement is what the merchant will receive for a payment.
type Settlement struct {
	// Currency is the currency of Net and Fee. It is the merchant's, and may
	// differ from that of the payment.
	Currency string

	// Net is what is left for the merchant. Fee is what the gateway keeps, with
	// the taxes on it.
	Net, Fee Money
}
