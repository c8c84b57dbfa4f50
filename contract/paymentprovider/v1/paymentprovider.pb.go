// The contract between a host and a payment provider, on the wire.
//
// A host is a platform that takes payments; a provider speaks to one payment
// gateway for it. The host starts the provider as a process and calls this
// service. This file is the whole contract for providers in any language; how
// a process is started and connected to is in docs/other-languages.md.
//
// # Absent and zero
//
// A message that is not set is absent. An empty string, list, map or bytes
// means "none" or "not known", as the field says; the two cannot be told apart
// and never differ. The value 0 of an enum means that it was not set: it is not
// legal, in requests and in answers, except for Platform. A number that can be
// not known is `optional`, and absent then, never 0, unless its comment says
// what 0 means. An enum value that the receiver does not know is refused in a
// request, and makes an answer illegal.
//
// Times are instants, nanoseconds included; they may be in the future unless
// the field says otherwise. Strings are UTF-8, and lengths count bytes of it.
// "A text" may have line feeds, carriage returns and tabs, and no other control
// characters (Unicode's Cc). Blanks (Unicode's White_Space) count: nothing is
// trimmed, and a text of blanks is not empty. "An id" is the gateway's own:
// opaque, 1 to 255 bytes, with neither blanks nor control characters. A string
// without a word about its length or form has neither. A message has at most
// 4 MiB.
//
// In a request, what "the host always sets" and is absent, what is "never
// empty" and is empty, and what is too long, malformed or out of its range is
// INVALID_REQUEST at that field, unless its comment has a better reason. A list
// of words or codes has no order, and one that is there twice counts once, unless
// the field says otherwise.
//
// # Who checks
//
// A provider checks every request against this file, its descriptor and the
// limits in force, before it sends anything; a host checks every answer, and
// takes one that breaks this file for PROVIDER_BUG, whose outcome is
// OUTCOME_INDETERMINATE. A provider checks in this order, and answers with the
// first that applies:
//
//  1. an operation that the descriptor does not declare: CAPABILITY_UNSUPPORTED
//  2. a field account that is not empty: CAPABILITY_UNSUPPORTED
//  3. no Configure has succeeded yet: NOT_CONFIGURED (not Describe, Configure)
//  4. the request by itself, all fields at once: INVALID_REQUEST or the better
//     reason that a field's comment names; several different ones together are
//     INVALID_REQUEST. In Configure: INVALID_CONFIG
//  5. the request against the descriptor and the limits in force
//  6. a deadline that has passed, or a call that was canceled:
//     DEADLINE_TOO_SHORT
//
// Describe knows the second only. None of them causes traffic to the gateway.
//
// # Deadlines
//
// Every call should have a deadline; one without, or further away, gets a bound of
// the provider's own, a minute by convention. A call ends by its deadline, and every
// request to the gateway that only reads ends with it. When the caller cancels a call
// that only reads, its request ends too. A request that can move money may be seen to
// its end. A provider begins no such request with less time left than a setting of its
// own, min_time_left by convention, 10 s by default: that is DEADLINE_TOO_SHORT too.
//
// # Errors
//
// A payment that was declined is an answer, PAYMENT_STATUS_FAILED. An error
// means that there is no payment to trust. It is a gRPC status with these
// details, each a google.protobuf.Any in google.rpc.Status:
//
//   google.rpc.ErrorInfo   always: reason, the domain "paymentprovider.v1",
//                          and metadata
//   google.rpc.BadRequest  where fields were refused: their paths in the
//                          request, such as amount.minor_units, metadata[x],
//                          settings[api_base], and what is wrong with each
//   google.rpc.RetryInfo   where it is known how long to wait
//   OperationOutcome       on CreatePayment, CancelPayment and Refund, which
//                          move money, always; on others never
//
// The message is for operators: what was wrong, where, and what to do, up to
// 4 KiB. Messages and details hold no secret, no part of one of twelve bytes or
// more, no signature that a webhook would be accepted with, no stack, no body
// of the gateway's. Together they stay well below what HTTP/2 carries in
// trailers: at most 64 violations, 32 pairs of metadata, 1 KiB for each text.
//
// An error of an operation that moves money and has no OperationOutcome is
// indeterminate, and so is one whose outcome is not among those of its reason.
// In the table an outcome is N (NOT_ATTEMPTED), R (REJECTED) or I
// (INDETERMINATE). Each reason may be I as well; "N R" is N where it was found
// before anything that moves money was sent, and R where the gateway said so.
//
//   reason                      code                  outcome
//   INVALID_REQUEST             INVALID_ARGUMENT      N R
//   CURRENCY_UNSUPPORTED        INVALID_ARGUMENT      N R
//   CURRENCY_EXPONENT_MISMATCH  INVALID_ARGUMENT      N R
//   AMOUNT_OUT_OF_RANGE         INVALID_ARGUMENT      N R
//   METHOD_UNSUPPORTED          INVALID_ARGUMENT      N R
//   METHOD_NOT_ENABLED          FAILED_PRECONDITION   N R  the account may not use it
//   INVALID_CONFIG              INVALID_ARGUMENT           of Configure only
//   NOT_CONFIGURED              FAILED_PRECONDITION   N
//   MODE_MISMATCH               FAILED_PRECONDITION   N    test for live, or the reverse
//   CAPABILITY_UNSUPPORTED      UNIMPLEMENTED         N    the descriptor does not have it
//   PROVIDER_AUTH_FAILED        FAILED_PRECONDITION   R    the gateway's 401, 403; not retried
//   PROVIDER_REJECTED           FAILED_PRECONDITION   R    another definite refusal of the gateway's
//   PAYMENT_NOT_FOUND           NOT_FOUND             R
//   REFUND_NOT_FOUND            NOT_FOUND             R
//   PAYMENT_NOT_REFUNDABLE      FAILED_PRECONDITION   N R
//   REFUND_EXCEEDS_PAYMENT      FAILED_PRECONDITION   N R
//   REFUND_WINDOW_EXPIRED       FAILED_PRECONDITION   N R
//   PAYMENT_NOT_CANCELABLE      FAILED_PRECONDITION   R N  refused, and still pending
//   IDEMPOTENCY_KEY_REUSED      ALREADY_EXISTS        I    the key has another request's payment
//   ATTEMPT_UNSETTLED           ABORTED               I    an earlier call is open, or is another account's; RetryInfo
//   DUPLICATE_PAYMENTS          INTERNAL              I    several for one key; never pick one
//   DUPLICATE_REFUNDS           INTERNAL              I
//   PROVIDER_RATE_LIMITED       RESOURCE_EXHAUSTED    N    the gateway's 429; RetryInfo
//   PROVIDER_UNREACHABLE        UNAVAILABLE           N    nothing was sent: no connection, no name
//   DEADLINE_TOO_SHORT          DEADLINE_EXCEEDED     N    CANCELLED if the caller canceled
//   PROVIDER_TIMEOUT            DEADLINE_EXCEEDED     I    sent, and no answer in time; 408
//   CONNECTION_LOST             UNAVAILABLE           I    sent, and no whole answer
//   PROVIDER_FAULT              UNAVAILABLE           I    5xx, 424, or the gateway blames itself
//   MALFORMED_RESPONSE          INTERNAL              I    no such answer can be; 3xx; too large
//   PROVIDER_BUG                INTERNAL              I    a crash, a panic, a contradiction
//   WEBHOOK_SIGNATURE_MISSING   UNAUTHENTICATED
//   WEBHOOK_SIGNATURE_INVALID   UNAUTHENTICATED
//   WEBHOOK_SIGNATURE_STALE     UNAUTHENTICATED
//   WEBHOOK_MALFORMED           INVALID_ARGUMENT           genuine, and cannot be read
//
// A gateway's 409 or 425 that does not say more is ATTEMPT_UNSETTLED. From the
// moment at which a byte of a request that can move money may have left,
// nothing but the gateway's own refusal is R, and nothing is N but its 429. A
// gateway that does not honour idempotency keys gets each such request once,
// whatever happens to it.
//
// While Attempt.last_unknown_at is set, every error that is met before the
// earlier call's fate is known is I, whatever its reason: those of the checks
// above too.
//
// The keys of metadata; all values are strings, and each key may be absent:
//
//   payment_id, refund_id    what exists all the same (IDEMPOTENCY_KEY_REUSED,
//                            MALFORMED_RESPONSE with an id that can be read)
//   payment_ids, refund_ids  all of them, with commas between (DUPLICATE_...)
//   provider_code            the gateway's own word for its error
//   http_status              of the gateway's answer, in decimal
//   request_id               the gateway's, for its support staff
//   complete, settled        of ..._NOT_FOUND by key, always there, "true" or
//                            "false": that the whole window was read, with
//                            nothing in it whose key cannot be read, and that
//                            the settle time has passed since last_unknown_at,
//                            which is so, too, where that is absent. Only both
//                            prove that there is nothing
//   searched_from, searched_until   the window, RFC 3339 in UTC
//
// # One payment for one key
//
// Attempt.key names one wish of the host over all calls that it takes. At most
// one payment (refund) may come of it, whatever is lost on the way, after any
// number of restarts, and with any number of calls at the same time. Asked
// again with the same amount, currency and method, the provider answers with
// the payment that there is, read afresh, `replayed` set; with others it fails
// with IDEMPOTENCY_KEY_REUSED and writes nothing. For a refund, the payment and
// the amount count.
//
// If the gateway honours idempotency keys itself (IDEMPOTENCY_KIND_NATIVE), the
// key, or what is computed from it, goes with the request, and repeating is
// enough. If not (IDEMPOTENCY_KIND_LOOKUP), the provider keeps the key with the
// payment at the gateway, and
//
//   - if first_at is set, looks for the payment before it creates one: from
//     first_at less a skew (an hour by convention) to last_unknown_at, or now,
//     and the skew; every page; a look-up that could not read all is an error;
//   - if it finds none, and last_unknown_at is less than the settle time ago,
//     creates nothing: ATTEMPT_UNSETTLED with the rest in RetryInfo; later it creates;
//   - without first_at creates at once, and makes calls with one key at the
//     same time in the process meet.
//
// Across processes only the host can serialise: it has at most one call with
// one key in flight.
//
// A key belongs to the account in which it is used, and outlives a Configure. A
// call is open until it has ended with a payment (refund), as N or as R, or until
// a look-up in its account proves absence. While a call is open, and once it has
// made a payment (refund),
//
//   - a call with the key for another account, or for one of which the provider
//     cannot tell that it is the same, sends nothing: ATTEMPT_UNSETTLED. It can
//     tell if the credentials are equal, or if a probe found the same account
//     with both;
//   - a look-up by the key there never has complete and settled, and neither has
//     one in the same account while the call is under way;
//   - for other credentials of the same account, all is as for the same.
//
// A provider may forget calls that have settled, to bound its memory, and forgets
// all when its process ends. The times in Attempt make up for that, in the account
// of the calls only: a host closes an attempt of an earlier process in its account
// before it uses the key in another.

// Code generated by protoc-gen-go. DO NOT EDIT.
// versions:
// 	protoc-gen-go v1.36.12
// 	protoc        (unknown)
// source: paymentprovider/v1/paymentprovider.proto

package paymentproviderv1

import (
	protoreflect "google.golang.org/protobuf/reflect/protoreflect"
	protoimpl "google.golang.org/protobuf/runtime/protoimpl"
	durationpb "google.golang.org/protobuf/types/known/durationpb"
	timestamppb "google.golang.org/protobuf/types/known/timestamppb"
	reflect "reflect"
	sync "sync"
	unsafe "unsafe"
)

const (
	// Verify that this generated code is sufficiently up-to-date.
	_ = protoimpl.EnforceVersion(20 - protoimpl.MinVersion)
	// Verify that runtime/protoimpl is sufficiently up-to-date.
	_ = protoimpl.EnforceVersion(protoimpl.MaxVersion - 20)
)

// Platform is the payer's kind of device.
type Platform int32

const (
	// Not known; legal.
	Platform_PLATFORM_UNSPECIFIED Platform = 0
	// A browser.
	Platform_PLATFORM_WEB Platform = 1
	// An app on iOS.
	Platform_PLATFORM_IOS Platform = 2
	// An app on Android.
	Platform_PLATFORM_ANDROID Platform = 3
)

// Enum value maps for Platform.
var (
	Platform_name = map[int32]string{
		0: "PLATFORM_UNSPECIFIED",
		1: "PLATFORM_WEB",
		2: "PLATFORM_IOS",
		3: "PLATFORM_ANDROID",
	}
	Platform_value = map[string]int32{
		"PLATFORM_UNSPECIFIED": 0,
		"PLATFORM_WEB":         1,
		"PLATFORM_IOS":         2,
		"PLATFORM_ANDROID":     3,
	}
)

func (x Platform) Enum() *Platform {
	p := new(Platform)
	*p = x
	return p
}

func (x Platform) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (Platform) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[0].Descriptor()
}

func (Platform) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[0]
}

func (x Platform) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use Platform.Descriptor instead.
func (Platform) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{0}
}

// PaymentStatus is the state of a payment. "Terminal" is a rule for hosts: a
// provider says what the gateway says, and money may come late.
type PaymentStatus int32

const (
	// Never an answer.
	PaymentStatus_PAYMENT_STATUS_UNSPECIFIED PaymentStatus = 0
	// Accepted and not decided.
	PaymentStatus_PAYMENT_STATUS_PENDING PaymentStatus = 1
	// The payer has paid, by all that the gateway says. Terminal, never left.
	PaymentStatus_PAYMENT_STATUS_SUCCEEDED PaymentStatus = 2
	// It did not work; failure says why. Terminal, but for a move to SUCCEEDED.
	PaymentStatus_PAYMENT_STATUS_FAILED PaymentStatus = 3
	// Not paid in time, by the gateway's word and not by a clock. Terminal, but for
	// a move to SUCCEEDED.
	PaymentStatus_PAYMENT_STATUS_EXPIRED PaymentStatus = 4
	// Called off, or given back before it was taken. Terminal, but for a move to
	// SUCCEEDED.
	PaymentStatus_PAYMENT_STATUS_CANCELED PaymentStatus = 5
	// The gateway's word is not known to the provider, is absent, or contradicts
	// what else it says: a paid word with flags that deny it, or the reverse. Never
	// a guess; the host asks again.
	PaymentStatus_PAYMENT_STATUS_UNKNOWN PaymentStatus = 6
)

// Enum value maps for PaymentStatus.
var (
	PaymentStatus_name = map[int32]string{
		0: "PAYMENT_STATUS_UNSPECIFIED",
		1: "PAYMENT_STATUS_PENDING",
		2: "PAYMENT_STATUS_SUCCEEDED",
		3: "PAYMENT_STATUS_FAILED",
		4: "PAYMENT_STATUS_EXPIRED",
		5: "PAYMENT_STATUS_CANCELED",
		6: "PAYMENT_STATUS_UNKNOWN",
	}
	PaymentStatus_value = map[string]int32{
		"PAYMENT_STATUS_UNSPECIFIED": 0,
		"PAYMENT_STATUS_PENDING":     1,
		"PAYMENT_STATUS_SUCCEEDED":   2,
		"PAYMENT_STATUS_FAILED":      3,
		"PAYMENT_STATUS_EXPIRED":     4,
		"PAYMENT_STATUS_CANCELED":    5,
		"PAYMENT_STATUS_UNKNOWN":     6,
	}
)

func (x PaymentStatus) Enum() *PaymentStatus {
	p := new(PaymentStatus)
	*p = x
	return p
}

func (x PaymentStatus) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (PaymentStatus) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[1].Descriptor()
}

func (PaymentStatus) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[1]
}

func (x PaymentStatus) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use PaymentStatus.Descriptor instead.
func (PaymentStatus) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{1}
}

// FailureCode is why a payment did not work.
type FailureCode int32

const (
	// Never an answer.
	FailureCode_FAILURE_CODE_UNSPECIFIED FailureCode = 0
	// Refused on the payer's side without saying more.
	FailureCode_FAILURE_CODE_DECLINED FailureCode = 1
	// Not enough money.
	FailureCode_FAILURE_CODE_INSUFFICIENT_FUNDS FailureCode = 2
	// The payer chose not to pay.
	FailureCode_FAILURE_CODE_PAYER_CANCELED FailureCode = 3
	// The payer did nothing in time; like PAYMENT_STATUS_EXPIRED.
	FailureCode_FAILURE_CODE_PAYER_TIMEOUT FailureCode = 4
	// A limit of the payer's.
	FailureCode_FAILURE_CODE_LIMIT_EXCEEDED FailureCode = 5
	// Stopped by a check against fraud.
	FailureCode_FAILURE_CODE_FRAUD_SUSPECTED FailureCode = 6
	// The method does not work at the moment.
	FailureCode_FAILURE_CODE_METHOD_UNAVAILABLE FailureCode = 7
	// The payer's account may not pay.
	FailureCode_FAILURE_CODE_ACCOUNT_RESTRICTED FailureCode = 8
	// Something broke on the gateway's side.
	FailureCode_FAILURE_CODE_PROCESSING_ERROR FailureCode = 9
	// Not recognised, or not said.
	FailureCode_FAILURE_CODE_OTHER FailureCode = 10
)

// Enum value maps for FailureCode.
var (
	FailureCode_name = map[int32]string{
		0:  "FAILURE_CODE_UNSPECIFIED",
		1:  "FAILURE_CODE_DECLINED",
		2:  "FAILURE_CODE_INSUFFICIENT_FUNDS",
		3:  "FAILURE_CODE_PAYER_CANCELED",
		4:  "FAILURE_CODE_PAYER_TIMEOUT",
		5:  "FAILURE_CODE_LIMIT_EXCEEDED",
		6:  "FAILURE_CODE_FRAUD_SUSPECTED",
		7:  "FAILURE_CODE_METHOD_UNAVAILABLE",
		8:  "FAILURE_CODE_ACCOUNT_RESTRICTED",
		9:  "FAILURE_CODE_PROCESSING_ERROR",
		10: "FAILURE_CODE_OTHER",
	}
	FailureCode_value = map[string]int32{
		"FAILURE_CODE_UNSPECIFIED":        0,
		"FAILURE_CODE_DECLINED":           1,
		"FAILURE_CODE_INSUFFICIENT_FUNDS": 2,
		"FAILURE_CODE_PAYER_CANCELED":     3,
		"FAILURE_CODE_PAYER_TIMEOUT":      4,
		"FAILURE_CODE_LIMIT_EXCEEDED":     5,
		"FAILURE_CODE_FRAUD_SUSPECTED":    6,
		"FAILURE_CODE_METHOD_UNAVAILABLE": 7,
		"FAILURE_CODE_ACCOUNT_RESTRICTED": 8,
		"FAILURE_CODE_PROCESSING_ERROR":   9,
		"FAILURE_CODE_OTHER":              10,
	}
)

func (x FailureCode) Enum() *FailureCode {
	p := new(FailureCode)
	*p = x
	return p
}

func (x FailureCode) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (FailureCode) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[2].Descriptor()
}

func (FailureCode) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[2]
}

func (x FailureCode) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use FailureCode.Descriptor instead.
func (FailureCode) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{2}
}

// RefundStatus is the state of a refund.
type RefundStatus int32

const (
	// Never an answer.
	RefundStatus_REFUND_STATUS_UNSPECIFIED RefundStatus = 0
	// Accepted and not done yet.
	RefundStatus_REFUND_STATUS_PENDING RefundStatus = 1
	// The gateway has done its part.
	RefundStatus_REFUND_STATUS_SUCCEEDED RefundStatus = 2
	// It could not be done; the money stays with the merchant.
	RefundStatus_REFUND_STATUS_FAILED RefundStatus = 3
	// The gateway's word is not known. Ask again.
	RefundStatus_REFUND_STATUS_UNKNOWN RefundStatus = 4
)

// Enum value maps for RefundStatus.
var (
	RefundStatus_name = map[int32]string{
		0: "REFUND_STATUS_UNSPECIFIED",
		1: "REFUND_STATUS_PENDING",
		2: "REFUND_STATUS_SUCCEEDED",
		3: "REFUND_STATUS_FAILED",
		4: "REFUND_STATUS_UNKNOWN",
	}
	RefundStatus_value = map[string]int32{
		"REFUND_STATUS_UNSPECIFIED": 0,
		"REFUND_STATUS_PENDING":     1,
		"REFUND_STATUS_SUCCEEDED":   2,
		"REFUND_STATUS_FAILED":      3,
		"REFUND_STATUS_UNKNOWN":     4,
	}
)

func (x RefundStatus) Enum() *RefundStatus {
	p := new(RefundStatus)
	*p = x
	return p
}

func (x RefundStatus) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (RefundStatus) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[3].Descriptor()
}

func (RefundStatus) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[3]
}

func (x RefundStatus) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use RefundStatus.Descriptor instead.
func (RefundStatus) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{3}
}

// Disposition says whether a webhook concerns the host.
type Disposition int32

const (
	// Never an answer.
	Disposition_DISPOSITION_UNSPECIFIED Disposition = 0
	// The events say what happened.
	Disposition_DISPOSITION_EVENTS Disposition = 1
	// Genuine, and of a kind that concerns no payment or is not known, or about a
	// payment that was not made through this contract. What else is in it is not
	// judged then.
	Disposition_DISPOSITION_IGNORED Disposition = 2
)

// Enum value maps for Disposition.
var (
	Disposition_name = map[int32]string{
		0: "DISPOSITION_UNSPECIFIED",
		1: "DISPOSITION_EVENTS",
		2: "DISPOSITION_IGNORED",
	}
	Disposition_value = map[string]int32{
		"DISPOSITION_UNSPECIFIED": 0,
		"DISPOSITION_EVENTS":      1,
		"DISPOSITION_IGNORED":     2,
	}
)

func (x Disposition) Enum() *Disposition {
	p := new(Disposition)
	*p = x
	return p
}

func (x Disposition) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (Disposition) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[4].Descriptor()
}

func (Disposition) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[4]
}

func (x Disposition) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use Disposition.Descriptor instead.
func (Disposition) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{4}
}

// Verification is how a webhook was found to be the gateway's.
type Verification int32

const (
	// Never an answer.
	Verification_VERIFICATION_UNSPECIFIED Verification = 0
	// By a signature over the bytes.
	Verification_VERIFICATION_SIGNATURE Verification = 1
	// By reading back from the gateway; nothing of the body is in the event. What
	// the gateway does not know is WEBHOOK_SIGNATURE_INVALID.
	Verification_VERIFICATION_FETCHED Verification = 2
)

// Enum value maps for Verification.
var (
	Verification_name = map[int32]string{
		0: "VERIFICATION_UNSPECIFIED",
		1: "VERIFICATION_SIGNATURE",
		2: "VERIFICATION_FETCHED",
	}
	Verification_value = map[string]int32{
		"VERIFICATION_UNSPECIFIED": 0,
		"VERIFICATION_SIGNATURE":   1,
		"VERIFICATION_FETCHED":     2,
	}
)

func (x Verification) Enum() *Verification {
	p := new(Verification)
	*p = x
	return p
}

func (x Verification) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (Verification) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[5].Descriptor()
}

func (Verification) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[5]
}

func (x Verification) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use Verification.Descriptor instead.
func (Verification) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{5}
}

// Operation names one operation of the service.
type Operation int32

const (
	// Not legal.
	Operation_OPERATION_UNSPECIFIED Operation = 0
	// Always there, never listed.
	Operation_OPERATION_DESCRIBE Operation = 1
	// Always there, never listed.
	Operation_OPERATION_CONFIGURE Operation = 2
	// Makes payments.
	Operation_OPERATION_CREATE_PAYMENT Operation = 3
	// Reads a payment.
	Operation_OPERATION_GET_STATUS Operation = 4
	// Stops a payment.
	Operation_OPERATION_CANCEL_PAYMENT Operation = 5
	// Makes refunds.
	Operation_OPERATION_REFUND Operation = 6
	// Reads a refund.
	Operation_OPERATION_GET_REFUND Operation = 7
	// Lists payments.
	Operation_OPERATION_LIST_PAYMENTS Operation = 8
	// Verifies webhooks.
	Operation_OPERATION_PARSE_WEBHOOK Operation = 9
)

// Enum value maps for Operation.
var (
	Operation_name = map[int32]string{
		0: "OPERATION_UNSPECIFIED",
		1: "OPERATION_DESCRIBE",
		2: "OPERATION_CONFIGURE",
		3: "OPERATION_CREATE_PAYMENT",
		4: "OPERATION_GET_STATUS",
		5: "OPERATION_CANCEL_PAYMENT",
		6: "OPERATION_REFUND",
		7: "OPERATION_GET_REFUND",
		8: "OPERATION_LIST_PAYMENTS",
		9: "OPERATION_PARSE_WEBHOOK",
	}
	Operation_value = map[string]int32{
		"OPERATION_UNSPECIFIED":    0,
		"OPERATION_DESCRIBE":       1,
		"OPERATION_CONFIGURE":      2,
		"OPERATION_CREATE_PAYMENT": 3,
		"OPERATION_GET_STATUS":     4,
		"OPERATION_CANCEL_PAYMENT": 5,
		"OPERATION_REFUND":         6,
		"OPERATION_GET_REFUND":     7,
		"OPERATION_LIST_PAYMENTS":  8,
		"OPERATION_PARSE_WEBHOOK":  9,
	}
)

func (x Operation) Enum() *Operation {
	p := new(Operation)
	*p = x
	return p
}

func (x Operation) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (Operation) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[6].Descriptor()
}

func (Operation) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[6]
}

func (x Operation) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use Operation.Descriptor instead.
func (Operation) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{6}
}

// Flow is what the payer goes through.
type Flow int32

const (
	// Not legal.
	Flow_FLOW_UNSPECIFIED Flow = 0
	// A page in the browser.
	Flow_FLOW_REDIRECT Flow = 1
	// A code that the host shows.
	Flow_FLOW_QR Flow = 2
	// An app on the phone.
	Flow_FLOW_APP Flow = 3
)

// Enum value maps for Flow.
var (
	Flow_name = map[int32]string{
		0: "FLOW_UNSPECIFIED",
		1: "FLOW_REDIRECT",
		2: "FLOW_QR",
		3: "FLOW_APP",
	}
	Flow_value = map[string]int32{
		"FLOW_UNSPECIFIED": 0,
		"FLOW_REDIRECT":    1,
		"FLOW_QR":          2,
		"FLOW_APP":         3,
	}
)

func (x Flow) Enum() *Flow {
	p := new(Flow)
	*p = x
	return p
}

func (x Flow) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (Flow) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[7].Descriptor()
}

func (Flow) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[7]
}

func (x Flow) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use Flow.Descriptor instead.
func (Flow) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{7}
}

// PayerAction says whether the payer has to act.
type PayerAction int32

const (
	// Not legal.
	PayerAction_PAYER_ACTION_UNSPECIFIED PayerAction = 0
	// Nobody can pay unless the host hands out the next action.
	PayerAction_PAYER_ACTION_REQUIRED PayerAction = 1
	// It may be paid as soon as it exists.
	PayerAction_PAYER_ACTION_NONE PayerAction = 2
)

// Enum value maps for PayerAction.
var (
	PayerAction_name = map[int32]string{
		0: "PAYER_ACTION_UNSPECIFIED",
		1: "PAYER_ACTION_REQUIRED",
		2: "PAYER_ACTION_NONE",
	}
	PayerAction_value = map[string]int32{
		"PAYER_ACTION_UNSPECIFIED": 0,
		"PAYER_ACTION_REQUIRED":    1,
		"PAYER_ACTION_NONE":        2,
	}
)

func (x PayerAction) Enum() *PayerAction {
	p := new(PayerAction)
	*p = x
	return p
}

func (x PayerAction) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (PayerAction) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[8].Descriptor()
}

func (PayerAction) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[8]
}

func (x PayerAction) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use PayerAction.Descriptor instead.
func (PayerAction) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{8}
}

// IdempotencyKind says who remembers idempotency keys.
type IdempotencyKind int32

const (
	// Not legal.
	IdempotencyKind_IDEMPOTENCY_KIND_UNSPECIFIED IdempotencyKind = 0
	// The gateway: the same key makes the same payment there.
	IdempotencyKind_IDEMPOTENCY_KIND_NATIVE IdempotencyKind = 1
	// Nobody by himself: the provider keeps the key with the payment at the gateway,
	// and searches there before it creates.
	IdempotencyKind_IDEMPOTENCY_KIND_LOOKUP IdempotencyKind = 2
)

// Enum value maps for IdempotencyKind.
var (
	IdempotencyKind_name = map[int32]string{
		0: "IDEMPOTENCY_KIND_UNSPECIFIED",
		1: "IDEMPOTENCY_KIND_NATIVE",
		2: "IDEMPOTENCY_KIND_LOOKUP",
	}
	IdempotencyKind_value = map[string]int32{
		"IDEMPOTENCY_KIND_UNSPECIFIED": 0,
		"IDEMPOTENCY_KIND_NATIVE":      1,
		"IDEMPOTENCY_KIND_LOOKUP":      2,
	}
)

func (x IdempotencyKind) Enum() *IdempotencyKind {
	p := new(IdempotencyKind)
	*p = x
	return p
}

func (x IdempotencyKind) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (IdempotencyKind) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[9].Descriptor()
}

func (IdempotencyKind) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[9]
}

func (x IdempotencyKind) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use IdempotencyKind.Descriptor instead.
func (IdempotencyKind) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{9}
}

// Mode tells real money from play money.
type Mode int32

const (
	// Not legal.
	Mode_MODE_UNSPECIFIED Mode = 0
	// No money moves.
	Mode_MODE_TEST Mode = 1
	// Real money moves.
	Mode_MODE_LIVE Mode = 2
)

// Enum value maps for Mode.
var (
	Mode_name = map[int32]string{
		0: "MODE_UNSPECIFIED",
		1: "MODE_TEST",
		2: "MODE_LIVE",
	}
	Mode_value = map[string]int32{
		"MODE_UNSPECIFIED": 0,
		"MODE_TEST":        1,
		"MODE_LIVE":        2,
	}
)

func (x Mode) Enum() *Mode {
	p := new(Mode)
	*p = x
	return p
}

func (x Mode) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (Mode) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[10].Descriptor()
}

func (Mode) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[10]
}

func (x Mode) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use Mode.Descriptor instead.
func (Mode) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{10}
}

// ConfigKind is the form of a configuration value. No form allows a blank one,
// blanks around it, or control characters.
type ConfigKind int32

const (
	// Not legal.
	ConfigKind_CONFIG_KIND_UNSPECIFIED ConfigKind = 0
	// Any text.
	ConfigKind_CONFIG_KIND_STRING ConfigKind = 1
	// Items separated by commas, none of them blank.
	ConfigKind_CONFIG_KIND_LIST ConfigKind = 2
	// An absolute http or https URL with no user name in it, at most 2048 bytes.
	ConfigKind_CONFIG_KIND_URL ConfigKind = 3
	// One or more of decimal number and unit (ns, us, ms, s, m, h), such as 90s,
	// 2m30s or 1.5h; 0 needs no unit. Not negative.
	ConfigKind_CONFIG_KIND_DURATION ConfigKind = 4
	// Decimal, not negative, of 63 bits.
	ConfigKind_CONFIG_KIND_INTEGER ConfigKind = 5
	// true or false.
	ConfigKind_CONFIG_KIND_BOOLEAN ConfigKind = 6
	// One of the field's choices.
	ConfigKind_CONFIG_KIND_CHOICE ConfigKind = 7
)

// Enum value maps for ConfigKind.
var (
	ConfigKind_name = map[int32]string{
		0: "CONFIG_KIND_UNSPECIFIED",
		1: "CONFIG_KIND_STRING",
		2: "CONFIG_KIND_LIST",
		3: "CONFIG_KIND_URL",
		4: "CONFIG_KIND_DURATION",
		5: "CONFIG_KIND_INTEGER",
		6: "CONFIG_KIND_BOOLEAN",
		7: "CONFIG_KIND_CHOICE",
	}
	ConfigKind_value = map[string]int32{
		"CONFIG_KIND_UNSPECIFIED": 0,
		"CONFIG_KIND_STRING":      1,
		"CONFIG_KIND_LIST":        2,
		"CONFIG_KIND_URL":         3,
		"CONFIG_KIND_DURATION":    4,
		"CONFIG_KIND_INTEGER":     5,
		"CONFIG_KIND_BOOLEAN":     6,
		"CONFIG_KIND_CHOICE":      7,
	}
)

func (x ConfigKind) Enum() *ConfigKind {
	p := new(ConfigKind)
	*p = x
	return p
}

func (x ConfigKind) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (ConfigKind) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[11].Descriptor()
}

func (ConfigKind) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[11]
}

func (x ConfigKind) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use ConfigKind.Descriptor instead.
func (ConfigKind) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{11}
}

// Outcome says what is certain about a call that failed.
type Outcome int32

const (
	// Like OUTCOME_INDETERMINATE.
	Outcome_OUTCOME_UNSPECIFIED Outcome = 0
	// Certain: the gateway executed no request of this call that could move money.
	// The same call may be repeated later.
	Outcome_OUTCOME_NOT_ATTEMPTED Outcome = 1
	// Certain: the gateway refused this request; nothing moved. It must not be
	// repeated unchanged.
	Outcome_OUTCOME_REJECTED Outcome = 2
	// It may have happened, or may still happen. The host finds out with the same
	// key.
	Outcome_OUTCOME_INDETERMINATE Outcome = 3
)

// Enum value maps for Outcome.
var (
	Outcome_name = map[int32]string{
		0: "OUTCOME_UNSPECIFIED",
		1: "OUTCOME_NOT_ATTEMPTED",
		2: "OUTCOME_REJECTED",
		3: "OUTCOME_INDETERMINATE",
	}
	Outcome_value = map[string]int32{
		"OUTCOME_UNSPECIFIED":   0,
		"OUTCOME_NOT_ATTEMPTED": 1,
		"OUTCOME_REJECTED":      2,
		"OUTCOME_INDETERMINATE": 3,
	}
)

func (x Outcome) Enum() *Outcome {
	p := new(Outcome)
	*p = x
	return p
}

func (x Outcome) String() string {
	return protoimpl.X.EnumStringOf(x.Descriptor(), protoreflect.EnumNumber(x))
}

func (Outcome) Descriptor() protoreflect.EnumDescriptor {
	return file_paymentprovider_v1_paymentprovider_proto_enumTypes[12].Descriptor()
}

func (Outcome) Type() protoreflect.EnumType {
	return &file_paymentprovider_v1_paymentprovider_proto_enumTypes[12]
}

func (x Outcome) Number() protoreflect.EnumNumber {
	return protoreflect.EnumNumber(x)
}

// Deprecated: Use Outcome.Descriptor instead.
func (Outcome) EnumDescriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{12}
}

// DescribeRequest asks for the descriptor.
type DescribeRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// Which account the call is for, of a provider that serves several. Reserved:
	// hosts leave it empty in this version, and a provider answers
	// CAPABILITY_UNSUPPORTED otherwise. It is the same in every request.
	Account       string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *DescribeRequest) Reset() {
	*x = DescribeRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[0]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *DescribeRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*DescribeRequest) ProtoMessage() {}

func (x *DescribeRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[0]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use DescribeRequest.ProtoReflect.Descriptor instead.
func (*DescribeRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{0}
}

func (x *DescribeRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

// DescribeResponse answers Describe.
type DescribeResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// What the provider is and can do. The provider always sets it.
	Descriptor_   *Descriptor `protobuf:"bytes,1,opt,name=descriptor,proto3" json:"descriptor,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *DescribeResponse) Reset() {
	*x = DescribeResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[1]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *DescribeResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*DescribeResponse) ProtoMessage() {}

func (x *DescribeResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[1]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use DescribeResponse.ProtoReflect.Descriptor instead.
func (*DescribeResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{1}
}

func (x *DescribeResponse) GetDescriptor_() *Descriptor {
	if x != nil {
		return x.Descriptor_
	}
	return nil
}

// ConfigureRequest asks for an account to be set. A key that is missing, not
// known, in the wrong map or malformed is INVALID_CONFIG, with a violation at
// settings[NAME] or secrets[NAME] that never shows the value.
type ConfigureRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// See DescribeRequest.account.
	Account string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	// The mode that the host means to be in, one of Descriptor.modes: else
	// INVALID_CONFIG at "mode". Credentials of the other mode are MODE_MISMATCH,
	// so that a test cannot move real money: those that show their mode, such as
	// "sk_test_...", always, and others by what a probe finds.
	Mode Mode `protobuf:"varint,2,opt,name=mode,proto3,enum=paymentprovider.v1.Mode" json:"mode,omitempty"`
	// Values that may be shown, by the names of the descriptor's config fields.
	// An absent key means the field's default; one with an empty value is not absent
	// but malformed, as no form of value allows that.
	Settings map[string]string `protobuf:"bytes,3,rep,name=settings,proto3" json:"settings,omitempty" protobuf_key:"bytes,1,opt,name=key" protobuf_val:"bytes,2,opt,name=value"`
	// Values that must never be shown, likewise: the fields with secret set. They,
	// and parts of them of twelve bytes or more, must not get into logs, errors,
	// answers, URLs or files.
	Secrets map[string]string `protobuf:"bytes,4,rep,name=secrets,proto3" json:"secrets,omitempty" protobuf_key:"bytes,1,opt,name=key" protobuf_val:"bytes,2,opt,name=value"`
	// Whether to read at the gateway if the credentials work and what the account
	// may do. If it cannot be read, Configure fails: PROVIDER_AUTH_FAILED for
	// credentials that the gateway refuses.
	Probe         bool `protobuf:"varint,5,opt,name=probe,proto3" json:"probe,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *ConfigureRequest) Reset() {
	*x = ConfigureRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[2]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *ConfigureRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*ConfigureRequest) ProtoMessage() {}

func (x *ConfigureRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[2]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use ConfigureRequest.ProtoReflect.Descriptor instead.
func (*ConfigureRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{2}
}

func (x *ConfigureRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

func (x *ConfigureRequest) GetMode() Mode {
	if x != nil {
		return x.Mode
	}
	return Mode_MODE_UNSPECIFIED
}

func (x *ConfigureRequest) GetSettings() map[string]string {
	if x != nil {
		return x.Settings
	}
	return nil
}

func (x *ConfigureRequest) GetSecrets() map[string]string {
	if x != nil {
		return x.Secrets
	}
	return nil
}

func (x *ConfigureRequest) GetProbe() bool {
	if x != nil {
		return x.Probe
	}
	return false
}

// ConfigureResponse answers Configure.
type ConfigureResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// What the provider works for now. The provider always sets it.
	Account       *Account `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *ConfigureResponse) Reset() {
	*x = ConfigureResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[3]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *ConfigureResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*ConfigureResponse) ProtoMessage() {}

func (x *ConfigureResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[3]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use ConfigureResponse.ProtoReflect.Descriptor instead.
func (*ConfigureResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{3}
}

func (x *ConfigureResponse) GetAccount() *Account {
	if x != nil {
		return x.Account
	}
	return nil
}

// CreatePaymentRequest asks for one payment. Attempt, amount and method identify
// it: a repeated call carries the same.
type CreatePaymentRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// See DescribeRequest.account.
	Account string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	// The idempotency key and its history. The host always sets it.
	Attempt *Attempt `protobuf:"bytes,2,opt,name=attempt,proto3" json:"attempt,omitempty"`
	// The merchant's own reference, for people and statements: a text of 1 to 255
	// bytes. It reaches the gateway unaltered, may be the same for several
	// payments, and nothing is ever looked up by it.
	Reference string `protobuf:"bytes,3,opt,name=reference,proto3" json:"reference,omitempty"`
	// What the payer is to pay. The host always sets it. CURRENCY_UNSUPPORTED: not
	// a currency of ISO 4217, or not one that the method in force has.
	// AMOUNT_OUT_OF_RANGE: not more than 0, or beyond a limit in force. The limits
	// in force are those of Account.payment_methods.
	Amount *Money `protobuf:"bytes,4,opt,name=amount,proto3" json:"amount,omitempty"`
	// The code of one of the descriptor's payment methods: a text of 1 to 255 bytes,
	// else INVALID_REQUEST. A text that is none of the codes is METHOD_UNSUPPORTED.
	// One that the descriptor has and the account has not is METHOD_NOT_ENABLED.
	Method string `protobuf:"bytes,5,opt,name=method,proto3" json:"method,omitempty"`
	// Where the payer comes back to, never empty: absolute, http or https, with a
	// host, a port of at most 65535 if any, and no user name, at most 2048 bytes of
	// ASCII: its host in punycode, the rest percent-encoded, with two hex digits after
	// each "%", and without blanks, control characters and backslashes. It reaches
	// the gateway unaltered. That somebody comes there proves nothing.
	ReturnUrl string `protobuf:"bytes,6,opt,name=return_url,json=returnUrl,proto3" json:"return_url,omitempty"`
	// For people at the gateway: a text of at most 255 bytes, empty for none. It
	// reaches the gateway unaltered.
	Description string `protobuf:"bytes,7,opt,name=description,proto3" json:"description,omitempty"`
	// Kept at the gateway: at most 20 pairs of texts, keys of 1 to 40 bytes, values
	// of at most 255. The keys paysocket_key and paysocket_reference are the
	// provider's own, and INVALID_REQUEST here. A provider whose gateway keeps none
	// refuses them with INVALID_REQUEST; it does not drop them.
	Metadata map[string]string `protobuf:"bytes,8,rep,name=metadata,proto3" json:"metadata,omitempty" protobuf_key:"bytes,1,opt,name=key" protobuf_val:"bytes,2,opt,name=value"`
	// What the host knows of the payer; absent if nothing, which is the same as one
	// with nothing set.
	Payer *Payer `protobuf:"bytes,9,opt,name=payer,proto3" json:"payer,omitempty"`
	// Where the gateway is to send this payment's webhooks, as return_url, but
	// https unless it leads to the host's own machine; empty for the account's
	// default. INVALID_REQUEST unless WebhookTerms.per_payment_url is set.
	WebhookUrl    string `protobuf:"bytes,10,opt,name=webhook_url,json=webhookUrl,proto3" json:"webhook_url,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *CreatePaymentRequest) Reset() {
	*x = CreatePaymentRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[4]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *CreatePaymentRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*CreatePaymentRequest) ProtoMessage() {}

func (x *CreatePaymentRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[4]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use CreatePaymentRequest.ProtoReflect.Descriptor instead.
func (*CreatePaymentRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{4}
}

func (x *CreatePaymentRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

func (x *CreatePaymentRequest) GetAttempt() *Attempt {
	if x != nil {
		return x.Attempt
	}
	return nil
}

func (x *CreatePaymentRequest) GetReference() string {
	if x != nil {
		return x.Reference
	}
	return ""
}

func (x *CreatePaymentRequest) GetAmount() *Money {
	if x != nil {
		return x.Amount
	}
	return nil
}

func (x *CreatePaymentRequest) GetMethod() string {
	if x != nil {
		return x.Method
	}
	return ""
}

func (x *CreatePaymentRequest) GetReturnUrl() string {
	if x != nil {
		return x.ReturnUrl
	}
	return ""
}

func (x *CreatePaymentRequest) GetDescription() string {
	if x != nil {
		return x.Description
	}
	return ""
}

func (x *CreatePaymentRequest) GetMetadata() map[string]string {
	if x != nil {
		return x.Metadata
	}
	return nil
}

func (x *CreatePaymentRequest) GetPayer() *Payer {
	if x != nil {
		return x.Payer
	}
	return nil
}

func (x *CreatePaymentRequest) GetWebhookUrl() string {
	if x != nil {
		return x.WebhookUrl
	}
	return ""
}

// CreatePaymentResponse answers CreatePayment.
type CreatePaymentResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The payment as it is at the gateway, with the key, amount and method of the
	// request. The provider always sets it.
	Payment       *Payment `protobuf:"bytes,1,opt,name=payment,proto3" json:"payment,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *CreatePaymentResponse) Reset() {
	*x = CreatePaymentResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[5]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *CreatePaymentResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*CreatePaymentResponse) ProtoMessage() {}

func (x *CreatePaymentResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[5]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use CreatePaymentResponse.ProtoReflect.Descriptor instead.
func (*CreatePaymentResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{5}
}

func (x *CreatePaymentResponse) GetPayment() *Payment {
	if x != nil {
		return x.Payment
	}
	return nil
}

// GetStatusRequest names one payment.
type GetStatusRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// See DescribeRequest.account.
	Account string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	// By what the payment is found. The host sets exactly one.
	//
	// Types that are valid to be assigned to By:
	//
	//	*GetStatusRequest_PaymentId
	//	*GetStatusRequest_Attempt
	By            isGetStatusRequest_By `protobuf_oneof:"by"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *GetStatusRequest) Reset() {
	*x = GetStatusRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[6]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *GetStatusRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*GetStatusRequest) ProtoMessage() {}

func (x *GetStatusRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[6]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use GetStatusRequest.ProtoReflect.Descriptor instead.
func (*GetStatusRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{6}
}

func (x *GetStatusRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

func (x *GetStatusRequest) GetBy() isGetStatusRequest_By {
	if x != nil {
		return x.By
	}
	return nil
}

func (x *GetStatusRequest) GetPaymentId() string {
	if x != nil {
		if x, ok := x.By.(*GetStatusRequest_PaymentId); ok {
			return x.PaymentId
		}
	}
	return ""
}

func (x *GetStatusRequest) GetAttempt() *Attempt {
	if x != nil {
		if x, ok := x.By.(*GetStatusRequest_Attempt); ok {
			return x.Attempt
		}
	}
	return nil
}

type isGetStatusRequest_By interface {
	isGetStatusRequest_By()
}

type GetStatusRequest_PaymentId struct {
	// The gateway's id of the payment. What is no id, such as one with a blank, is
	// INVALID_REQUEST; an id that this gateway cannot have given out is
	// PAYMENT_NOT_FOUND, without a request. So it is in every request.
	PaymentId string `protobuf:"bytes,2,opt,name=payment_id,json=paymentId,proto3,oneof"`
}

type GetStatusRequest_Attempt struct {
	// The key it was made with, for a host that never learnt the id; first_at is
	// set, and last_unknown_at if there is one. CAPABILITY_UNSUPPORTED unless
	// Descriptor.create_idempotency has lookup_by_key. Several payments with the
	// key are DUPLICATE_PAYMENTS; none is PAYMENT_NOT_FOUND, whose metadata say
	// how much that proves.
	Attempt *Attempt `protobuf:"bytes,3,opt,name=attempt,proto3,oneof"`
}

func (*GetStatusRequest_PaymentId) isGetStatusRequest_By() {}

func (*GetStatusRequest_Attempt) isGetStatusRequest_By() {}

// GetStatusResponse answers GetStatus.
type GetStatusResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The payment as it is at the gateway, with the id or the key of the request.
	// The provider always sets it.
	Payment       *Payment `protobuf:"bytes,1,opt,name=payment,proto3" json:"payment,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *GetStatusResponse) Reset() {
	*x = GetStatusResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[7]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *GetStatusResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*GetStatusResponse) ProtoMessage() {}

func (x *GetStatusResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[7]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use GetStatusResponse.ProtoReflect.Descriptor instead.
func (*GetStatusResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{7}
}

func (x *GetStatusResponse) GetPayment() *Payment {
	if x != nil {
		return x.Payment
	}
	return nil
}

// CancelPaymentRequest names the payment to stop.
type CancelPaymentRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// See DescribeRequest.account.
	Account string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	// The gateway's id of the payment, as GetStatusRequest.payment_id.
	PaymentId     string `protobuf:"bytes,2,opt,name=payment_id,json=paymentId,proto3" json:"payment_id,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *CancelPaymentRequest) Reset() {
	*x = CancelPaymentRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[8]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *CancelPaymentRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*CancelPaymentRequest) ProtoMessage() {}

func (x *CancelPaymentRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[8]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use CancelPaymentRequest.ProtoReflect.Descriptor instead.
func (*CancelPaymentRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{8}
}

func (x *CancelPaymentRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

func (x *CancelPaymentRequest) GetPaymentId() string {
	if x != nil {
		return x.PaymentId
	}
	return ""
}

// CancelPaymentResponse answers CancelPayment.
type CancelPaymentResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The payment as it is afterwards; never pending. The provider always sets it.
	Payment       *Payment `protobuf:"bytes,1,opt,name=payment,proto3" json:"payment,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *CancelPaymentResponse) Reset() {
	*x = CancelPaymentResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[9]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *CancelPaymentResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*CancelPaymentResponse) ProtoMessage() {}

func (x *CancelPaymentResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[9]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use CancelPaymentResponse.ProtoReflect.Descriptor instead.
func (*CancelPaymentResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{9}
}

func (x *CancelPaymentResponse) GetPayment() *Payment {
	if x != nil {
		return x.Payment
	}
	return nil
}

// RefundRequest asks for one refund. Attempt, payment_id and amount identify it: a
// repeated call carries the same.
type RefundRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// See DescribeRequest.account.
	Account string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	// The idempotency key, unique within the payment, and its history. The host
	// always sets it.
	Attempt *Attempt `protobuf:"bytes,2,opt,name=attempt,proto3" json:"attempt,omitempty"`
	// The gateway's id of the payment, as GetStatusRequest.payment_id.
	// PAYMENT_NOT_REFUNDABLE: it was not paid, or cannot be refunded (any more), as
	// by the terms of its method. REFUND_WINDOW_EXPIRED: it is too late.
	PaymentId string `protobuf:"bytes,3,opt,name=payment_id,json=paymentId,proto3" json:"payment_id,omitempty"`
	// How much to give back, in the payment's currency. The host always sets it.
	// CURRENCY_UNSUPPORTED: not a currency of ISO 4217, or not the payment's.
	// AMOUNT_OUT_OF_RANGE: not more than 0. REFUND_EXCEEDS_PAYMENT: more than what
	// is left of the payment, refunds made elsewhere counted. A part where the terms
	// of the method do not have partial is refused, by the provider with
	// INVALID_REQUEST or by the gateway, and never becomes the whole.
	Amount *Money `protobuf:"bytes,4,opt,name=amount,proto3" json:"amount,omitempty"`
	// For people: a text of at most 255 bytes, empty for none.
	Reason string `protobuf:"bytes,5,opt,name=reason,proto3" json:"reason,omitempty"`
	// Kept at the gateway with the refund, as CreatePaymentRequest.metadata.
	Metadata      map[string]string `protobuf:"bytes,6,rep,name=metadata,proto3" json:"metadata,omitempty" protobuf_key:"bytes,1,opt,name=key" protobuf_val:"bytes,2,opt,name=value"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *RefundRequest) Reset() {
	*x = RefundRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[10]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *RefundRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*RefundRequest) ProtoMessage() {}

func (x *RefundRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[10]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use RefundRequest.ProtoReflect.Descriptor instead.
func (*RefundRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{10}
}

func (x *RefundRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

func (x *RefundRequest) GetAttempt() *Attempt {
	if x != nil {
		return x.Attempt
	}
	return nil
}

func (x *RefundRequest) GetPaymentId() string {
	if x != nil {
		return x.PaymentId
	}
	return ""
}

func (x *RefundRequest) GetAmount() *Money {
	if x != nil {
		return x.Amount
	}
	return nil
}

func (x *RefundRequest) GetReason() string {
	if x != nil {
		return x.Reason
	}
	return ""
}

func (x *RefundRequest) GetMetadata() map[string]string {
	if x != nil {
		return x.Metadata
	}
	return nil
}

// RefundResponse answers Refund.
type RefundResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The refund as it is at the gateway, with the key, payment and amount of the
	// request. The provider always sets it.
	Refund        *Refund `protobuf:"bytes,1,opt,name=refund,proto3" json:"refund,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *RefundResponse) Reset() {
	*x = RefundResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[11]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *RefundResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*RefundResponse) ProtoMessage() {}

func (x *RefundResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[11]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use RefundResponse.ProtoReflect.Descriptor instead.
func (*RefundResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{11}
}

func (x *RefundResponse) GetRefund() *Refund {
	if x != nil {
		return x.Refund
	}
	return nil
}

// GetRefundRequest names one refund of a payment.
type GetRefundRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// See DescribeRequest.account.
	Account string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	// The gateway's id of the payment, as GetStatusRequest.payment_id. One that is
	// not there may be REFUND_NOT_FOUND as well as PAYMENT_NOT_FOUND.
	PaymentId string `protobuf:"bytes,2,opt,name=payment_id,json=paymentId,proto3" json:"payment_id,omitempty"`
	// By what the refund is found. The host sets exactly one.
	//
	// Types that are valid to be assigned to By:
	//
	//	*GetRefundRequest_RefundId
	//	*GetRefundRequest_Attempt
	By            isGetRefundRequest_By `protobuf_oneof:"by"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *GetRefundRequest) Reset() {
	*x = GetRefundRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[12]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *GetRefundRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*GetRefundRequest) ProtoMessage() {}

func (x *GetRefundRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[12]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use GetRefundRequest.ProtoReflect.Descriptor instead.
func (*GetRefundRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{12}
}

func (x *GetRefundRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

func (x *GetRefundRequest) GetPaymentId() string {
	if x != nil {
		return x.PaymentId
	}
	return ""
}

func (x *GetRefundRequest) GetBy() isGetRefundRequest_By {
	if x != nil {
		return x.By
	}
	return nil
}

func (x *GetRefundRequest) GetRefundId() string {
	if x != nil {
		if x, ok := x.By.(*GetRefundRequest_RefundId); ok {
			return x.RefundId
		}
	}
	return ""
}

func (x *GetRefundRequest) GetAttempt() *Attempt {
	if x != nil {
		if x, ok := x.By.(*GetRefundRequest_Attempt); ok {
			return x.Attempt
		}
	}
	return nil
}

type isGetRefundRequest_By interface {
	isGetRefundRequest_By()
}

type GetRefundRequest_RefundId struct {
	// The gateway's id of the refund. What is no id is INVALID_REQUEST; an id that
	// this gateway cannot have given out is REFUND_NOT_FOUND, without a request.
	RefundId string `protobuf:"bytes,3,opt,name=refund_id,json=refundId,proto3,oneof"`
}

type GetRefundRequest_Attempt struct {
	// The key it was made with; first_at is set, and last_unknown_at if there is
	// one. CAPABILITY_UNSUPPORTED unless Descriptor.refund_idempotency has
	// lookup_by_key. As GetStatusRequest.attempt, with DUPLICATE_REFUNDS and
	// REFUND_NOT_FOUND.
	Attempt *Attempt `protobuf:"bytes,4,opt,name=attempt,proto3,oneof"`
}

func (*GetRefundRequest_RefundId) isGetRefundRequest_By() {}

func (*GetRefundRequest_Attempt) isGetRefundRequest_By() {}

// GetRefundResponse answers GetRefund.
type GetRefundResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The refund as it is at the gateway, of the payment and with the id or the key
	// of the request. The provider always sets it.
	Refund        *Refund `protobuf:"bytes,1,opt,name=refund,proto3" json:"refund,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *GetRefundResponse) Reset() {
	*x = GetRefundResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[13]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *GetRefundResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*GetRefundResponse) ProtoMessage() {}

func (x *GetRefundResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[13]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use GetRefundResponse.ProtoReflect.Descriptor instead.
func (*GetRefundResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{13}
}

func (x *GetRefundResponse) GetRefund() *Refund {
	if x != nil {
		return x.Refund
	}
	return nil
}

// ListPaymentsRequest asks for the payments created from created_from up to,
// not including, created_until.
type ListPaymentsRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// See DescribeRequest.account.
	Account string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	// The begin of the window, in it. The host always sets it.
	CreatedFrom *timestamppb.Timestamp `protobuf:"bytes,2,opt,name=created_from,json=createdFrom,proto3" json:"created_from,omitempty"`
	// The end of the window, not in it, and after created_from. The host always
	// sets it.
	CreatedUntil *timestamppb.Timestamp `protobuf:"bytes,3,opt,name=created_until,json=createdUntil,proto3" json:"created_until,omitempty"`
	// The most payments on a page, 1 to 100; 0 leaves it to the provider. A page may
	// have fewer, and still not be the last.
	PageSize int32 `protobuf:"varint,4,opt,name=page_size,json=pageSize,proto3" json:"page_size,omitempty"`
	// The next_page_token of the page before, with the same window: a text of at most
	// 2048 bytes; empty for the first. One that this provider cannot have given out
	// is INVALID_REQUEST.
	PageToken     string `protobuf:"bytes,5,opt,name=page_token,json=pageToken,proto3" json:"page_token,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *ListPaymentsRequest) Reset() {
	*x = ListPaymentsRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[14]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *ListPaymentsRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*ListPaymentsRequest) ProtoMessage() {}

func (x *ListPaymentsRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[14]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use ListPaymentsRequest.ProtoReflect.Descriptor instead.
func (*ListPaymentsRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{14}
}

func (x *ListPaymentsRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

func (x *ListPaymentsRequest) GetCreatedFrom() *timestamppb.Timestamp {
	if x != nil {
		return x.CreatedFrom
	}
	return nil
}

func (x *ListPaymentsRequest) GetCreatedUntil() *timestamppb.Timestamp {
	if x != nil {
		return x.CreatedUntil
	}
	return nil
}

func (x *ListPaymentsRequest) GetPageSize() int32 {
	if x != nil {
		return x.PageSize
	}
	return 0
}

func (x *ListPaymentsRequest) GetPageToken() string {
	if x != nil {
		return x.PageToken
	}
	return ""
}

// ListPaymentsResponse answers ListPayments.
type ListPaymentsResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// In the order of created_at, oldest first; each in the window, and none twice
	// over all pages. What others made with the same account is left out if it cannot
	// be expressed in these terms; what was made through this contract never is.
	Payments []*Payment `protobuf:"bytes,1,rep,name=payments,proto3" json:"payments,omitempty"`
	// Asks for the next page, a text of at most 2048 bytes of the provider's own;
	// empty on the last.
	NextPageToken string `protobuf:"bytes,2,opt,name=next_page_token,json=nextPageToken,proto3" json:"next_page_token,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *ListPaymentsResponse) Reset() {
	*x = ListPaymentsResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[15]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *ListPaymentsResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*ListPaymentsResponse) ProtoMessage() {}

func (x *ListPaymentsResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[15]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use ListPaymentsResponse.ProtoReflect.Descriptor instead.
func (*ListPaymentsResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{15}
}

func (x *ListPaymentsResponse) GetPayments() []*Payment {
	if x != nil {
		return x.Payments
	}
	return nil
}

func (x *ListPaymentsResponse) GetNextPageToken() string {
	if x != nil {
		return x.NextPageToken
	}
	return ""
}

// ParseWebhookRequest is a request that came to the host, unchanged.
type ParseWebhookRequest struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// See DescribeRequest.account.
	Account string `protobuf:"bytes,1,opt,name=account,proto3" json:"account,omitempty"`
	// The HTTP method, never empty.
	Method string `protobuf:"bytes,2,opt,name=method,proto3" json:"method,omitempty"`
	// The path of the URL as it came, percent-encoded; may be empty.
	Path string `protobuf:"bytes,3,opt,name=path,proto3" json:"path,omitempty"`
	// The raw query of the URL, without the question mark; empty for none.
	Query string `protobuf:"bytes,4,opt,name=query,proto3" json:"query,omitempty"`
	// All headers, one entry for each line, in no particular order of names.
	Headers []*Header `protobuf:"bytes,5,rep,name=headers,proto3" json:"headers,omitempty"`
	// The body byte for byte, at most 256 KiB; may be empty. No length up to that is a
	// reason to refuse it. Signatures cover the bytes: verify them before anything in
	// them is read.
	Body []byte `protobuf:"bytes,6,opt,name=body,proto3" json:"body,omitempty"`
	// When the request arrived, by the host's clock. The host always sets it. The
	// time in a signature is compared with it, and with no other clock.
	ReceivedAt    *timestamppb.Timestamp `protobuf:"bytes,7,opt,name=received_at,json=receivedAt,proto3" json:"received_at,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *ParseWebhookRequest) Reset() {
	*x = ParseWebhookRequest{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[16]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *ParseWebhookRequest) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*ParseWebhookRequest) ProtoMessage() {}

func (x *ParseWebhookRequest) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[16]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use ParseWebhookRequest.ProtoReflect.Descriptor instead.
func (*ParseWebhookRequest) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{16}
}

func (x *ParseWebhookRequest) GetAccount() string {
	if x != nil {
		return x.Account
	}
	return ""
}

func (x *ParseWebhookRequest) GetMethod() string {
	if x != nil {
		return x.Method
	}
	return ""
}

func (x *ParseWebhookRequest) GetPath() string {
	if x != nil {
		return x.Path
	}
	return ""
}

func (x *ParseWebhookRequest) GetQuery() string {
	if x != nil {
		return x.Query
	}
	return ""
}

func (x *ParseWebhookRequest) GetHeaders() []*Header {
	if x != nil {
		return x.Headers
	}
	return nil
}

func (x *ParseWebhookRequest) GetBody() []byte {
	if x != nil {
		return x.Body
	}
	return nil
}

func (x *ParseWebhookRequest) GetReceivedAt() *timestamppb.Timestamp {
	if x != nil {
		return x.ReceivedAt
	}
	return nil
}

// ParseWebhookResponse answers ParseWebhook.
type ParseWebhookResponse struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// Whether there is something for the host to do.
	Disposition Disposition `protobuf:"varint,1,opt,name=disposition,proto3,enum=paymentprovider.v1.Disposition" json:"disposition,omitempty"`
	// The gateway's own word for what happened, never empty, also when the webhook
	// is ignored.
	Kind string `protobuf:"bytes,2,opt,name=kind,proto3" json:"kind,omitempty"`
	// How the webhook was found to be genuine, one of WebhookTerms.verifications.
	Verification Verification `protobuf:"varint,3,opt,name=verification,proto3,enum=paymentprovider.v1.Verification" json:"verification,omitempty"`
	// The same for every delivery of one event, and for no other event; never
	// empty. The gateway's id of the event, where it has one.
	DedupeKey string `protobuf:"bytes,4,opt,name=dedupe_key,json=dedupeKey,proto3" json:"dedupe_key,omitempty"`
	// What happened, in the order in which it did; there are some exactly for
	// DISPOSITION_EVENTS.
	Events []*Event `protobuf:"bytes,5,rep,name=events,proto3" json:"events,omitempty"`
	// What the host answers the gateway after it has committed. The provider always
	// sets it: there is no default.
	Ack           *Ack `protobuf:"bytes,6,opt,name=ack,proto3" json:"ack,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *ParseWebhookResponse) Reset() {
	*x = ParseWebhookResponse{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[17]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *ParseWebhookResponse) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*ParseWebhookResponse) ProtoMessage() {}

func (x *ParseWebhookResponse) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[17]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use ParseWebhookResponse.ProtoReflect.Descriptor instead.
func (*ParseWebhookResponse) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{17}
}

func (x *ParseWebhookResponse) GetDisposition() Disposition {
	if x != nil {
		return x.Disposition
	}
	return Disposition_DISPOSITION_UNSPECIFIED
}

func (x *ParseWebhookResponse) GetKind() string {
	if x != nil {
		return x.Kind
	}
	return ""
}

func (x *ParseWebhookResponse) GetVerification() Verification {
	if x != nil {
		return x.Verification
	}
	return Verification_VERIFICATION_UNSPECIFIED
}

func (x *ParseWebhookResponse) GetDedupeKey() string {
	if x != nil {
		return x.DedupeKey
	}
	return ""
}

func (x *ParseWebhookResponse) GetEvents() []*Event {
	if x != nil {
		return x.Events
	}
	return nil
}

func (x *ParseWebhookResponse) GetAck() *Ack {
	if x != nil {
		return x.Ack
	}
	return nil
}

// Header is one line of an HTTP header.
type Header struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The name, a token of RFC 9110. Upper and lower case are the same, and a
	// provider that compares names must not tell them apart.
	Name string `protobuf:"bytes,1,opt,name=name,proto3" json:"name,omitempty"`
	// The value; blanks around it, which the host removes, have no meaning. It is
	// bytes because HTTP allows what is not UTF-8.
	Value         []byte `protobuf:"bytes,2,opt,name=value,proto3" json:"value,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Header) Reset() {
	*x = Header{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[18]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Header) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Header) ProtoMessage() {}

func (x *Header) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[18]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Header.ProtoReflect.Descriptor instead.
func (*Header) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{18}
}

func (x *Header) GetName() string {
	if x != nil {
		return x.Name
	}
	return ""
}

func (x *Header) GetValue() []byte {
	if x != nil {
		return x.Value
	}
	return nil
}

// Money is an amount of one currency. An absent Money is no amount; an amount of
// nothing has its currency, and minor_units of 0.
type Money struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// A code of ISO 4217 with a minor unit, in upper case. One that the standard has
	// retired is in old payments and their refunds only: CreatePayment refuses it
	// with CURRENCY_UNSUPPORTED.
	Currency string `protobuf:"bytes,1,opt,name=currency,proto3" json:"currency,omitempty"`
	// The amount in the currency's smallest unit: THB 10.00 is 1000, JPY 10 is 10,
	// KWD 1.000 is 1000. All 64 bits count; a number that is exact to 53 bits, as
	// JavaScript's, does not hold it. Never negative in an answer.
	MinorUnits int64 `protobuf:"varint,2,opt,name=minor_units,json=minorUnits,proto3" json:"minor_units,omitempty"`
	// How many decimal digits the sender takes the smallest unit to have by ISO
	// 4217 itself: THB 2, JPY 0, KWD 3. Both sides should set it, and a receiver
	// that has another number answers CURRENCY_EXPONENT_MISMATCH instead of taking
	// a hundredfold amount; if it is absent, nothing is checked. Tables for showing
	// prices, such as CLDR's, differ for some currencies and are not meant.
	Exponent      *int32 `protobuf:"varint,3,opt,name=exponent,proto3,oneof" json:"exponent,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Money) Reset() {
	*x = Money{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[19]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Money) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Money) ProtoMessage() {}

func (x *Money) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[19]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Money.ProtoReflect.Descriptor instead.
func (*Money) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{19}
}

func (x *Money) GetCurrency() string {
	if x != nil {
		return x.Currency
	}
	return ""
}

func (x *Money) GetMinorUnits() int64 {
	if x != nil {
		return x.MinorUnits
	}
	return 0
}

func (x *Money) GetExponent() int32 {
	if x != nil && x.Exponent != nil {
		return *x.Exponent
	}
	return 0
}

// Attempt identifies one wish of the host over all the calls that it takes. The
// host fills it in.
type Attempt struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// 1 to 64 of A-Z, a-z, 0-9, "_" and "-"; made at random, kept before the
	// first call, the same on every repetition.
	Key string `protobuf:"bytes,1,opt,name=key,proto3" json:"key,omitempty"`
	// When the first call with this key began, by the host's clock; absent on
	// the first call, set on every later one, and to look something up by the key:
	// a look-up without it is INVALID_REQUEST.
	FirstAt *timestamppb.Timestamp `protobuf:"bytes,2,opt,name=first_at,json=firstAt,proto3" json:"first_at,omitempty"`
	// When the latest call with this key ended whose result is not known; absent
	// if there was none. It is set only with first_at, else INVALID_REQUEST at
	// attempt.first_at, and not before it; it may be yet to come, where a crash cut
	// a call off and this is that call's deadline. While it is set, any error before
	// the earlier call's fate is known is OUTCOME_INDETERMINATE.
	LastUnknownAt *timestamppb.Timestamp `protobuf:"bytes,3,opt,name=last_unknown_at,json=lastUnknownAt,proto3" json:"last_unknown_at,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Attempt) Reset() {
	*x = Attempt{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[20]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Attempt) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Attempt) ProtoMessage() {}

func (x *Attempt) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[20]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Attempt.ProtoReflect.Descriptor instead.
func (*Attempt) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{20}
}

func (x *Attempt) GetKey() string {
	if x != nil {
		return x.Key
	}
	return ""
}

func (x *Attempt) GetFirstAt() *timestamppb.Timestamp {
	if x != nil {
		return x.FirstAt
	}
	return nil
}

func (x *Attempt) GetLastUnknownAt() *timestamppb.Timestamp {
	if x != nil {
		return x.LastUnknownAt
	}
	return nil
}

// Payer is what the host tells of the payer. Every field may be empty. A provider
// refuses no payment because of ip, locale or platform: it does not send what its
// gateway cannot take.
type Payer struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// A textual IPv4 or IPv6 address; empty if not known.
	Ip string `protobuf:"bytes,1,opt,name=ip,proto3" json:"ip,omitempty"`
	// A BCP 47 language tag: a text of at most 35 bytes, whose form nobody checks;
	// empty if not known.
	Locale string `protobuf:"bytes,2,opt,name=locale,proto3" json:"locale,omitempty"`
	// The payer's kind of device; 0 if not known.
	Platform Platform `protobuf:"varint,3,opt,name=platform,proto3,enum=paymentprovider.v1.Platform" json:"platform,omitempty"`
	// The payer's phone number as E.164 writes it: "+" and 7 to 15 digits, the first
	// of them not 0, as +66812345678. Never empty where PaymentMethod.needs_phone is
	// set; a method that has no use for it ignores it. It goes to the gateway and
	// nowhere else: neither it nor more than five of its digits in a row must get into
	// logs, errors, answers, URLs or files.
	Phone         string `protobuf:"bytes,4,opt,name=phone,proto3" json:"phone,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Payer) Reset() {
	*x = Payer{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[21]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Payer) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Payer) ProtoMessage() {}

func (x *Payer) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[21]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Payer.ProtoReflect.Descriptor instead.
func (*Payer) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{21}
}

func (x *Payer) GetIp() string {
	if x != nil {
		return x.Ip
	}
	return ""
}

func (x *Payer) GetLocale() string {
	if x != nil {
		return x.Locale
	}
	return ""
}

func (x *Payer) GetPlatform() Platform {
	if x != nil {
		return x.Platform
	}
	return Platform_PLATFORM_UNSPECIFIED
}

func (x *Payer) GetPhone() string {
	if x != nil {
		return x.Phone
	}
	return ""
}

// Payment is one payment as the gateway sees it at the time of the answer. The
// provider fills it in; it must not contradict itself.
type Payment struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The gateway's id; stable, never empty.
	PaymentId string `protobuf:"bytes,1,opt,name=payment_id,json=paymentId,proto3" json:"payment_id,omitempty"`
	// The key it was made with, in every answer and event; empty if it was not made
	// through this contract.
	IdempotencyKey string `protobuf:"bytes,2,opt,name=idempotency_key,json=idempotencyKey,proto3" json:"idempotency_key,omitempty"`
	// The merchant's reference, as it was given, in every answer and event; empty
	// if not made through this contract. The merchant may have edited it at the
	// gateway: it is empty then unless it is still a text of at most 255 bytes.
	// Like any text for people it decides about nothing.
	Reference string `protobuf:"bytes,3,opt,name=reference,proto3" json:"reference,omitempty"`
	// The contract's code of the method; empty if the gateway's method has none.
	Method string `protobuf:"bytes,4,opt,name=method,proto3" json:"method,omitempty"`
	// The state in the contract's words. Refunds do not change it.
	Status PaymentStatus `protobuf:"varint,5,opt,name=status,proto3,enum=paymentprovider.v1.PaymentStatus" json:"status,omitempty"`
	// The state in the gateway's own word, as it came; empty if there is none.
	ProviderStatus string `protobuf:"bytes,6,opt,name=provider_status,json=providerStatus,proto3" json:"provider_status,omitempty"`
	// What the payer is asked for; always set, and not negative.
	Amount *Money `protobuf:"bytes,7,opt,name=amount,proto3" json:"amount,omitempty"`
	// The sum of all refunds at the gateway, wherever they were made, in the
	// currency of amount; always set, to an amount of 0 if there are none, and not
	// negative.
	AmountRefunded *Money `protobuf:"bytes,8,opt,name=amount_refunded,json=amountRefunded,proto3" json:"amount_refunded,omitempty"`
	// What the payer has to do; absent when there is nothing, or when the gateway
	// does not say it again. A pending payment whose method has
	// PAYER_ACTION_REQUIRED has one in the answer of CreatePayment.
	NextAction *NextAction `protobuf:"bytes,9,opt,name=next_action,json=nextAction,proto3" json:"next_action,omitempty"`
	// Why it failed; set exactly for PAYMENT_STATUS_FAILED.
	Failure *Failure `protobuf:"bytes,10,opt,name=failure,proto3" json:"failure,omitempty"`
	// What the merchant will receive; absent if the gateway does not say.
	Settlement *Settlement `protobuf:"bytes,11,opt,name=settlement,proto3" json:"settlement,omitempty"`
	// When the gateway made it; always set.
	CreatedAt *timestamppb.Timestamp `protobuf:"bytes,12,opt,name=created_at,json=createdAt,proto3" json:"created_at,omitempty"`
	// When it last changed; absent if the gateway does not say.
	UpdatedAt *timestamppb.Timestamp `protobuf:"bytes,13,opt,name=updated_at,json=updatedAt,proto3" json:"updated_at,omitempty"`
	// The payer's deadline as far as the provider can tell; absent if it cannot. It
	// never makes a payment expired: only the gateway does.
	ExpiresAt *timestamppb.Timestamp `protobuf:"bytes,14,opt,name=expires_at,json=expiresAt,proto3" json:"expires_at,omitempty"`
	// Whether this is real money, by what the gateway says of this payment.
	Live bool `protobuf:"varint,15,opt,name=live,proto3" json:"live,omitempty"`
	// Whether an earlier call with the same key made it; of CreatePayment only,
	// false elsewhere.
	Replayed      bool `protobuf:"varint,16,opt,name=replayed,proto3" json:"replayed,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Payment) Reset() {
	*x = Payment{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[22]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Payment) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Payment) ProtoMessage() {}

func (x *Payment) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[22]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Payment.ProtoReflect.Descriptor instead.
func (*Payment) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{22}
}

func (x *Payment) GetPaymentId() string {
	if x != nil {
		return x.PaymentId
	}
	return ""
}

func (x *Payment) GetIdempotencyKey() string {
	if x != nil {
		return x.IdempotencyKey
	}
	return ""
}

func (x *Payment) GetReference() string {
	if x != nil {
		return x.Reference
	}
	return ""
}

func (x *Payment) GetMethod() string {
	if x != nil {
		return x.Method
	}
	return ""
}

func (x *Payment) GetStatus() PaymentStatus {
	if x != nil {
		return x.Status
	}
	return PaymentStatus_PAYMENT_STATUS_UNSPECIFIED
}

func (x *Payment) GetProviderStatus() string {
	if x != nil {
		return x.ProviderStatus
	}
	return ""
}

func (x *Payment) GetAmount() *Money {
	if x != nil {
		return x.Amount
	}
	return nil
}

func (x *Payment) GetAmountRefunded() *Money {
	if x != nil {
		return x.AmountRefunded
	}
	return nil
}

func (x *Payment) GetNextAction() *NextAction {
	if x != nil {
		return x.NextAction
	}
	return nil
}

func (x *Payment) GetFailure() *Failure {
	if x != nil {
		return x.Failure
	}
	return nil
}

func (x *Payment) GetSettlement() *Settlement {
	if x != nil {
		return x.Settlement
	}
	return nil
}

func (x *Payment) GetCreatedAt() *timestamppb.Timestamp {
	if x != nil {
		return x.CreatedAt
	}
	return nil
}

func (x *Payment) GetUpdatedAt() *timestamppb.Timestamp {
	if x != nil {
		return x.UpdatedAt
	}
	return nil
}

func (x *Payment) GetExpiresAt() *timestamppb.Timestamp {
	if x != nil {
		return x.ExpiresAt
	}
	return nil
}

func (x *Payment) GetLive() bool {
	if x != nil {
		return x.Live
	}
	return false
}

func (x *Payment) GetReplayed() bool {
	if x != nil {
		return x.Replayed
	}
	return false
}

// NextAction is what the payer has to do. It never carries markup.
type NextAction struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The one action; exactly one is set.
	//
	// Types that are valid to be assigned to Action:
	//
	//	*NextAction_Redirect
	//	*NextAction_DisplayQr
	//	*NextAction_OpenApp
	Action isNextAction_Action `protobuf_oneof:"action"`
	// Until when it can be done; absent if not known.
	ExpiresAt     *timestamppb.Timestamp `protobuf:"bytes,4,opt,name=expires_at,json=expiresAt,proto3" json:"expires_at,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *NextAction) Reset() {
	*x = NextAction{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[23]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *NextAction) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*NextAction) ProtoMessage() {}

func (x *NextAction) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[23]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use NextAction.ProtoReflect.Descriptor instead.
func (*NextAction) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{23}
}

func (x *NextAction) GetAction() isNextAction_Action {
	if x != nil {
		return x.Action
	}
	return nil
}

func (x *NextAction) GetRedirect() *Redirect {
	if x != nil {
		if x, ok := x.Action.(*NextAction_Redirect); ok {
			return x.Redirect
		}
	}
	return nil
}

func (x *NextAction) GetDisplayQr() *DisplayQR {
	if x != nil {
		if x, ok := x.Action.(*NextAction_DisplayQr); ok {
			return x.DisplayQr
		}
	}
	return nil
}

func (x *NextAction) GetOpenApp() *OpenApp {
	if x != nil {
		if x, ok := x.Action.(*NextAction_OpenApp); ok {
			return x.OpenApp
		}
	}
	return nil
}

func (x *NextAction) GetExpiresAt() *timestamppb.Timestamp {
	if x != nil {
		return x.ExpiresAt
	}
	return nil
}

type isNextAction_Action interface {
	isNextAction_Action()
}

type NextAction_Redirect struct {
	// Go to a page.
	Redirect *Redirect `protobuf:"bytes,1,opt,name=redirect,proto3,oneof"`
}

type NextAction_DisplayQr struct {
	// Read a code.
	DisplayQr *DisplayQR `protobuf:"bytes,2,opt,name=display_qr,json=displayQr,proto3,oneof"`
}

type NextAction_OpenApp struct {
	// Open an app.
	OpenApp *OpenApp `protobuf:"bytes,3,opt,name=open_app,json=openApp,proto3,oneof"`
}

func (*NextAction_Redirect) isNextAction_Action() {}

func (*NextAction_DisplayQr) isNextAction_Action() {}

func (*NextAction_OpenApp) isNextAction_Action() {}

// Redirect sends the payer's browser to a page.
type Redirect struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// Absolute, http or https, with no user name in it, at most 2048 bytes, exactly
	// as the gateway gave it.
	Url string `protobuf:"bytes,1,opt,name=url,proto3" json:"url,omitempty"`
	// True exactly when url is not https. A host follows such a link in test mode
	// or to its own machine only.
	Insecure      bool `protobuf:"varint,2,opt,name=insecure,proto3" json:"insecure,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Redirect) Reset() {
	*x = Redirect{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[24]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Redirect) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Redirect) ProtoMessage() {}

func (x *Redirect) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[24]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Redirect.ProtoReflect.Descriptor instead.
func (*Redirect) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{24}
}

func (x *Redirect) GetUrl() string {
	if x != nil {
		return x.Url
	}
	return ""
}

func (x *Redirect) GetInsecure() bool {
	if x != nil {
		return x.Insecure
	}
	return false
}

// DisplayQR shows a code to the payer's phone. It has a payload, an image, or both,
// which are the same code then.
type DisplayQR struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The text in the code, to be drawn by the host, at most 7089 bytes, which is
	// what a code can hold; empty if the gateway sends an image only.
	Payload string `protobuf:"bytes,1,opt,name=payload,proto3" json:"payload,omitempty"`
	// The code as the gateway has drawn it; absent if it sends a payload only, or
	// none of the forms that are legal here. A host with a payload does not need it.
	Image         *QRImage `protobuf:"bytes,2,opt,name=image,proto3" json:"image,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *DisplayQR) Reset() {
	*x = DisplayQR{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[25]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *DisplayQR) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*DisplayQR) ProtoMessage() {}

func (x *DisplayQR) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[25]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use DisplayQR.ProtoReflect.Descriptor instead.
func (*DisplayQR) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{25}
}

func (x *DisplayQR) GetPayload() string {
	if x != nil {
		return x.Payload
	}
	return ""
}

func (x *DisplayQR) GetImage() *QRImage {
	if x != nil {
		return x.Image
	}
	return nil
}

// QRImage is a picture of a code. Exactly one of url and data is set. A host shows
// either in an img element and in no other way, where nothing in it is executed: not
// in an iframe, not as part of the page, not as a file of its own site.
type QRImage struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// Where the picture is at the gateway: absolute, https unless it leads to the
	// host's own machine, with no user name in it, at most 2048 bytes. It may be of
	// any type that an img element shows, SVG included. The payer's browser asks the
	// gateway for it.
	Url string `protobuf:"bytes,1,opt,name=url,proto3" json:"url,omitempty"`
	// The picture itself, at most 32 KiB, so that a page of 100 payments fits into a
	// message.
	Data []byte `protobuf:"bytes,2,opt,name=data,proto3" json:"data,omitempty"`
	// What data is: image/png or image/jpeg, and its first bytes are those of that
	// type; empty exactly where data is. Others, such as SVG, can hold scripts.
	MediaType     string `protobuf:"bytes,3,opt,name=media_type,json=mediaType,proto3" json:"media_type,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *QRImage) Reset() {
	*x = QRImage{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[26]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *QRImage) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*QRImage) ProtoMessage() {}

func (x *QRImage) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[26]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use QRImage.ProtoReflect.Descriptor instead.
func (*QRImage) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{26}
}

func (x *QRImage) GetUrl() string {
	if x != nil {
		return x.Url
	}
	return ""
}

func (x *QRImage) GetData() []byte {
	if x != nil {
		return x.Data
	}
	return nil
}

func (x *QRImage) GetMediaType() string {
	if x != nil {
		return x.MediaType
	}
	return ""
}

// OpenApp opens an app on the payer's phone.
type OpenApp struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// Absolute, at most 2048 bytes, of any scheme but those that a browser executes
	// (javascript, vbscript, data, blob, file, about).
	Url           string `protobuf:"bytes,1,opt,name=url,proto3" json:"url,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *OpenApp) Reset() {
	*x = OpenApp{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[27]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *OpenApp) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*OpenApp) ProtoMessage() {}

func (x *OpenApp) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[27]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use OpenApp.ProtoReflect.Descriptor instead.
func (*OpenApp) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{27}
}

func (x *OpenApp) GetUrl() string {
	if x != nil {
		return x.Url
	}
	return ""
}

// Failure says why a payment did not work.
type Failure struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The cause in the contract's words.
	Code FailureCode `protobuf:"varint,1,opt,name=code,proto3,enum=paymentprovider.v1.FailureCode" json:"code,omitempty"`
	// The gateway's word; empty if it gave none.
	ProviderCode string `protobuf:"bytes,2,opt,name=provider_code,json=providerCode,proto3" json:"provider_code,omitempty"`
	// The gateway's text for people; empty if it gave none.
	Message       string `protobuf:"bytes,3,opt,name=message,proto3" json:"message,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Failure) Reset() {
	*x = Failure{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[28]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Failure) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Failure) ProtoMessage() {}

func (x *Failure) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[28]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Failure.ProtoReflect.Descriptor instead.
func (*Failure) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{28}
}

func (x *Failure) GetCode() FailureCode {
	if x != nil {
		return x.Code
	}
	return FailureCode_FAILURE_CODE_UNSPECIFIED
}

func (x *Failure) GetProviderCode() string {
	if x != nil {
		return x.ProviderCode
	}
	return ""
}

func (x *Failure) GetMessage() string {
	if x != nil {
		return x.Message
	}
	return ""
}

// Settlement is what the merchant will receive.
type Settlement struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The currency of net and fee, which may differ from the payment's; never empty.
	Currency string `protobuf:"bytes,1,opt,name=currency,proto3" json:"currency,omitempty"`
	// What is left for the merchant; always set.
	Net *Money `protobuf:"bytes,2,opt,name=net,proto3" json:"net,omitempty"`
	// What the gateway keeps, taxes on it included; always set.
	Fee           *Money `protobuf:"bytes,3,opt,name=fee,proto3" json:"fee,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Settlement) Reset() {
	*x = Settlement{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[29]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Settlement) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Settlement) ProtoMessage() {}

func (x *Settlement) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[29]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Settlement.ProtoReflect.Descriptor instead.
func (*Settlement) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{29}
}

func (x *Settlement) GetCurrency() string {
	if x != nil {
		return x.Currency
	}
	return ""
}

func (x *Settlement) GetNet() *Money {
	if x != nil {
		return x.Net
	}
	return nil
}

func (x *Settlement) GetFee() *Money {
	if x != nil {
		return x.Fee
	}
	return nil
}

// Refund is one refund as the gateway sees it at the time of the answer. The
// provider fills it in.
type Refund struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The gateway's id; never empty.
	RefundId string `protobuf:"bytes,1,opt,name=refund_id,json=refundId,proto3" json:"refund_id,omitempty"`
	// The key it was made with, as Payment.idempotency_key; empty if made elsewhere.
	IdempotencyKey string `protobuf:"bytes,2,opt,name=idempotency_key,json=idempotencyKey,proto3" json:"idempotency_key,omitempty"`
	// The gateway's id of the payment; never empty.
	PaymentId string `protobuf:"bytes,3,opt,name=payment_id,json=paymentId,proto3" json:"payment_id,omitempty"`
	// The state in the contract's words.
	Status RefundStatus `protobuf:"varint,4,opt,name=status,proto3,enum=paymentprovider.v1.RefundStatus" json:"status,omitempty"`
	// The state in the gateway's word; empty if it has none.
	ProviderStatus string `protobuf:"bytes,5,opt,name=provider_status,json=providerStatus,proto3" json:"provider_status,omitempty"`
	// What this refund gives back; always set, and not negative.
	Amount *Money `protobuf:"bytes,6,opt,name=amount,proto3" json:"amount,omitempty"`
	// The sum of all refunds of the payment, this one included, in the same
	// currency; absent where the answer does not know it.
	TotalRefunded *Money `protobuf:"bytes,7,opt,name=total_refunded,json=totalRefunded,proto3" json:"total_refunded,omitempty"`
	// Whether the payment was undone before it was settled, so that the payer may
	// see no payment at all; false if that is not known.
	Voided bool `protobuf:"varint,8,opt,name=voided,proto3" json:"voided,omitempty"`
	// When the gateway made it; always set.
	CreatedAt *timestamppb.Timestamp `protobuf:"bytes,9,opt,name=created_at,json=createdAt,proto3" json:"created_at,omitempty"`
	// Whether this is real money, by what the gateway says of this refund.
	Live bool `protobuf:"varint,10,opt,name=live,proto3" json:"live,omitempty"`
	// Whether an earlier call with the same key made it; of Refund only, false
	// elsewhere.
	Replayed      bool `protobuf:"varint,11,opt,name=replayed,proto3" json:"replayed,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Refund) Reset() {
	*x = Refund{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[30]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Refund) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Refund) ProtoMessage() {}

func (x *Refund) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[30]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Refund.ProtoReflect.Descriptor instead.
func (*Refund) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{30}
}

func (x *Refund) GetRefundId() string {
	if x != nil {
		return x.RefundId
	}
	return ""
}

func (x *Refund) GetIdempotencyKey() string {
	if x != nil {
		return x.IdempotencyKey
	}
	return ""
}

func (x *Refund) GetPaymentId() string {
	if x != nil {
		return x.PaymentId
	}
	return ""
}

func (x *Refund) GetStatus() RefundStatus {
	if x != nil {
		return x.Status
	}
	return RefundStatus_REFUND_STATUS_UNSPECIFIED
}

func (x *Refund) GetProviderStatus() string {
	if x != nil {
		return x.ProviderStatus
	}
	return ""
}

func (x *Refund) GetAmount() *Money {
	if x != nil {
		return x.Amount
	}
	return nil
}

func (x *Refund) GetTotalRefunded() *Money {
	if x != nil {
		return x.TotalRefunded
	}
	return nil
}

func (x *Refund) GetVoided() bool {
	if x != nil {
		return x.Voided
	}
	return false
}

func (x *Refund) GetCreatedAt() *timestamppb.Timestamp {
	if x != nil {
		return x.CreatedAt
	}
	return nil
}

func (x *Refund) GetLive() bool {
	if x != nil {
		return x.Live
	}
	return false
}

func (x *Refund) GetReplayed() bool {
	if x != nil {
		return x.Replayed
	}
	return false
}

// Event is one thing that happened.
type Event struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The gateway's own word for it, never empty.
	Kind string `protobuf:"bytes,1,opt,name=kind,proto3" json:"kind,omitempty"`
	// When it happened, by the gateway's clock; always set.
	OccurredAt *timestamppb.Timestamp `protobuf:"bytes,2,opt,name=occurred_at,json=occurredAt,proto3" json:"occurred_at,omitempty"`
	// What it happened to, in the state that the event tells of; exactly one is
	// set. Its status is what GetStatus (GetRefund) would make of the same words.
	//
	// Types that are valid to be assigned to Subject:
	//
	//	*Event_Payment
	//	*Event_Refund
	Subject isEvent_Subject `protobuf_oneof:"subject"`
	// Whether the subject was read at the gateway during this call. Otherwise it
	// is a snapshot, and the host reads again before it changes anything.
	Authoritative bool `protobuf:"varint,5,opt,name=authoritative,proto3" json:"authoritative,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Event) Reset() {
	*x = Event{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[31]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Event) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Event) ProtoMessage() {}

func (x *Event) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[31]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Event.ProtoReflect.Descriptor instead.
func (*Event) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{31}
}

func (x *Event) GetKind() string {
	if x != nil {
		return x.Kind
	}
	return ""
}

func (x *Event) GetOccurredAt() *timestamppb.Timestamp {
	if x != nil {
		return x.OccurredAt
	}
	return nil
}

func (x *Event) GetSubject() isEvent_Subject {
	if x != nil {
		return x.Subject
	}
	return nil
}

func (x *Event) GetPayment() *Payment {
	if x != nil {
		if x, ok := x.Subject.(*Event_Payment); ok {
			return x.Payment
		}
	}
	return nil
}

func (x *Event) GetRefund() *Refund {
	if x != nil {
		if x, ok := x.Subject.(*Event_Refund); ok {
			return x.Refund
		}
	}
	return nil
}

func (x *Event) GetAuthoritative() bool {
	if x != nil {
		return x.Authoritative
	}
	return false
}

type isEvent_Subject interface {
	isEvent_Subject()
}

type Event_Payment struct {
	// A payment.
	Payment *Payment `protobuf:"bytes,3,opt,name=payment,proto3,oneof"`
}

type Event_Refund struct {
	// A refund.
	Refund *Refund `protobuf:"bytes,4,opt,name=refund,proto3,oneof"`
}

func (*Event_Payment) isEvent_Subject() {}

func (*Event_Refund) isEvent_Subject() {}

// Ack is the HTTP answer that the gateway expects.
type Ack struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// 200 to 299.
	Status int32 `protobuf:"varint,1,opt,name=status,proto3" json:"status,omitempty"`
	// The headers to send; may be empty.
	Headers []*Header `protobuf:"bytes,2,rep,name=headers,proto3" json:"headers,omitempty"`
	// The body to send; may be empty.
	Body          []byte `protobuf:"bytes,3,opt,name=body,proto3" json:"body,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Ack) Reset() {
	*x = Ack{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[32]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Ack) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Ack) ProtoMessage() {}

func (x *Ack) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[32]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Ack.ProtoReflect.Descriptor instead.
func (*Ack) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{32}
}

func (x *Ack) GetStatus() int32 {
	if x != nil {
		return x.Status
	}
	return 0
}

func (x *Ack) GetHeaders() []*Header {
	if x != nil {
		return x.Headers
	}
	return nil
}

func (x *Ack) GetBody() []byte {
	if x != nil {
		return x.Body
	}
	return nil
}

// Account is what a configured provider works for.
type Account struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The gateway's id of the account; empty if it does not tell, or was not asked.
	Id string `protobuf:"bytes,1,opt,name=id,proto3" json:"id,omitempty"`
	// Its name for people; empty likewise.
	Name string `protobuf:"bytes,2,opt,name=name,proto3" json:"name,omitempty"`
	// Where it is registered, ISO 3166-1 alpha-2; empty if not known.
	Country string `protobuf:"bytes,3,opt,name=country,proto3" json:"country,omitempty"`
	// Whether the credentials move real money: true exactly for MODE_LIVE.
	Live bool `protobuf:"varint,4,opt,name=live,proto3" json:"live,omitempty"`
	// The methods that can be used, with the limits in force; of those in the
	// descriptor, all or fewer, and never wider. Without a probe they are those that
	// the provider takes every account to have; a method that it does not needs one.
	PaymentMethods []*PaymentMethod `protobuf:"bytes,5,rep,name=payment_methods,json=paymentMethods,proto3" json:"payment_methods,omitempty"`
	unknownFields  protoimpl.UnknownFields
	sizeCache      protoimpl.SizeCache
}

func (x *Account) Reset() {
	*x = Account{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[33]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Account) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Account) ProtoMessage() {}

func (x *Account) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[33]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Account.ProtoReflect.Descriptor instead.
func (*Account) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{33}
}

func (x *Account) GetId() string {
	if x != nil {
		return x.Id
	}
	return ""
}

func (x *Account) GetName() string {
	if x != nil {
		return x.Name
	}
	return ""
}

func (x *Account) GetCountry() string {
	if x != nil {
		return x.Country
	}
	return ""
}

func (x *Account) GetLive() bool {
	if x != nil {
		return x.Live
	}
	return false
}

func (x *Account) GetPaymentMethods() []*PaymentMethod {
	if x != nil {
		return x.PaymentMethods
	}
	return nil
}

// Descriptor says what a provider is and can do for every account. What is
// declared works; what is not declared is CAPABILITY_UNSUPPORTED.
type Descriptor struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// A lower-case letter, then 1 to 62 of a-z, 0-9 and "-". Hosts keep it with
	// every payment, so it never changes.
	ProviderId string `protobuf:"bytes,1,opt,name=provider_id,json=providerId,proto3" json:"provider_id,omitempty"`
	// For people; empty if there is none.
	DisplayName string `protobuf:"bytes,2,opt,name=display_name,json=displayName,proto3" json:"display_name,omitempty"`
	// The provider's own version, as semver.org has it: 1.2.3.
	Version string `protobuf:"bytes,3,opt,name=version,proto3" json:"version,omitempty"`
	// The version of the contract that it was built for, likewise. This is 0.1.0.
	SpecVersion string `protobuf:"bytes,4,opt,name=spec_version,json=specVersion,proto3" json:"spec_version,omitempty"`
	// Those that it has besides Describe and Configure, each once.
	Operations []Operation `protobuf:"varint,5,rep,packed,name=operations,proto3,enum=paymentprovider.v1.Operation" json:"operations,omitempty"`
	// In order of preference, no code twice; never empty where
	// OPERATION_CREATE_PAYMENT is declared.
	PaymentMethods []*PaymentMethod `protobuf:"bytes,6,rep,name=payment_methods,json=paymentMethods,proto3" json:"payment_methods,omitempty"`
	// The terms of every method that has none of its own, and of payments whose
	// method is not known. Set exactly when OPERATION_REFUND is declared.
	Refunds *RefundTerms `protobuf:"bytes,7,opt,name=refunds,proto3" json:"refunds,omitempty"`
	// Set exactly when OPERATION_CREATE_PAYMENT is declared.
	CreateIdempotency *Idempotency `protobuf:"bytes,8,opt,name=create_idempotency,json=createIdempotency,proto3" json:"create_idempotency,omitempty"`
	// Set exactly when OPERATION_REFUND is declared.
	RefundIdempotency *Idempotency `protobuf:"bytes,9,opt,name=refund_idempotency,json=refundIdempotency,proto3" json:"refund_idempotency,omitempty"`
	// Set exactly when OPERATION_PARSE_WEBHOOK is declared.
	Webhooks *WebhookTerms `protobuf:"bytes,10,opt,name=webhooks,proto3" json:"webhooks,omitempty"`
	// Those that it can be configured for; at least one, none twice.
	Modes []Mode `protobuf:"varint,11,rep,packed,name=modes,proto3,enum=paymentprovider.v1.Mode" json:"modes,omitempty"`
	// The settings and secrets that Configure takes, and no others; no name twice.
	ConfigFields  []*ConfigField `protobuf:"bytes,12,rep,name=config_fields,json=configFields,proto3" json:"config_fields,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Descriptor) Reset() {
	*x = Descriptor{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[34]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Descriptor) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Descriptor) ProtoMessage() {}

func (x *Descriptor) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[34]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Descriptor.ProtoReflect.Descriptor instead.
func (*Descriptor) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{34}
}

func (x *Descriptor) GetProviderId() string {
	if x != nil {
		return x.ProviderId
	}
	return ""
}

func (x *Descriptor) GetDisplayName() string {
	if x != nil {
		return x.DisplayName
	}
	return ""
}

func (x *Descriptor) GetVersion() string {
	if x != nil {
		return x.Version
	}
	return ""
}

func (x *Descriptor) GetSpecVersion() string {
	if x != nil {
		return x.SpecVersion
	}
	return ""
}

func (x *Descriptor) GetOperations() []Operation {
	if x != nil {
		return x.Operations
	}
	return nil
}

func (x *Descriptor) GetPaymentMethods() []*PaymentMethod {
	if x != nil {
		return x.PaymentMethods
	}
	return nil
}

func (x *Descriptor) GetRefunds() *RefundTerms {
	if x != nil {
		return x.Refunds
	}
	return nil
}

func (x *Descriptor) GetCreateIdempotency() *Idempotency {
	if x != nil {
		return x.CreateIdempotency
	}
	return nil
}

func (x *Descriptor) GetRefundIdempotency() *Idempotency {
	if x != nil {
		return x.RefundIdempotency
	}
	return nil
}

func (x *Descriptor) GetWebhooks() *WebhookTerms {
	if x != nil {
		return x.Webhooks
	}
	return nil
}

func (x *Descriptor) GetModes() []Mode {
	if x != nil {
		return x.Modes
	}
	return nil
}

func (x *Descriptor) GetConfigFields() []*ConfigField {
	if x != nil {
		return x.ConfigFields
	}
	return nil
}

// PaymentMethod is one way to pay.
type PaymentMethod struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The contract's word, such as "alipay": a lower-case letter, then at most 62 of
	// a-z, 0-9 and "_".
	Code string `protobuf:"bytes,1,opt,name=code,proto3" json:"code,omitempty"`
	// What the payer goes through.
	Flow Flow `protobuf:"varint,2,opt,name=flow,proto3,enum=paymentprovider.v1.Flow" json:"flow,omitempty"`
	// Those that can be asked for; at least one. Of a currency that is there twice
	// the first counts.
	Currencies []*CurrencyLimits `protobuf:"bytes,3,rep,name=currencies,proto3" json:"currencies,omitempty"`
	// Whether the payer has to act before anything can be paid.
	PayerAction PayerAction `protobuf:"varint,4,opt,name=payer_action,json=payerAction,proto3,enum=paymentprovider.v1.PayerAction" json:"payer_action,omitempty"`
	// How long the payer has, more than 0; absent if not known.
	PaymentLifetime *durationpb.Duration `protobuf:"bytes,5,opt,name=payment_lifetime,json=paymentLifetime,proto3" json:"payment_lifetime,omitempty"`
	// Where payers can be, ISO 3166-1 alpha-2; empty for anywhere.
	PayerCountries []string `protobuf:"bytes,6,rep,name=payer_countries,json=payerCountries,proto3" json:"payer_countries,omitempty"`
	// What refunds of its payments are possible, all of it in place of
	// Descriptor.refunds; absent if that holds for this method too. Set, with
	// nothing set in it, it says that its payments cannot be refunded. It is absent
	// where OPERATION_REFUND is not declared. In Account, absent means that the
	// descriptor's terms for the method hold, which Account's are never wider than.
	Refunds *RefundTerms `protobuf:"bytes,7,opt,name=refunds,proto3" json:"refunds,omitempty"`
	// Whether Payer.phone must be set: without it the provider sends nothing, and
	// answers INVALID_REQUEST at payer.phone. In Account, a method that needs it by
	// the descriptor does, whatever this says.
	NeedsPhone    bool `protobuf:"varint,8,opt,name=needs_phone,json=needsPhone,proto3" json:"needs_phone,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *PaymentMethod) Reset() {
	*x = PaymentMethod{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[35]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *PaymentMethod) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*PaymentMethod) ProtoMessage() {}

func (x *PaymentMethod) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[35]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use PaymentMethod.ProtoReflect.Descriptor instead.
func (*PaymentMethod) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{35}
}

func (x *PaymentMethod) GetCode() string {
	if x != nil {
		return x.Code
	}
	return ""
}

func (x *PaymentMethod) GetFlow() Flow {
	if x != nil {
		return x.Flow
	}
	return Flow_FLOW_UNSPECIFIED
}

func (x *PaymentMethod) GetCurrencies() []*CurrencyLimits {
	if x != nil {
		return x.Currencies
	}
	return nil
}

func (x *PaymentMethod) GetPayerAction() PayerAction {
	if x != nil {
		return x.PayerAction
	}
	return PayerAction_PAYER_ACTION_UNSPECIFIED
}

func (x *PaymentMethod) GetPaymentLifetime() *durationpb.Duration {
	if x != nil {
		return x.PaymentLifetime
	}
	return nil
}

func (x *PaymentMethod) GetPayerCountries() []string {
	if x != nil {
		return x.PayerCountries
	}
	return nil
}

func (x *PaymentMethod) GetRefunds() *RefundTerms {
	if x != nil {
		return x.Refunds
	}
	return nil
}

func (x *PaymentMethod) GetNeedsPhone() bool {
	if x != nil {
		return x.NeedsPhone
	}
	return false
}

// CurrencyLimits bounds the amounts of one currency; the bounds are in the
// range. An absent bound is not known, or differs between accounts: then
// Configure with probe tells it.
type CurrencyLimits struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// As Money.currency.
	Currency string `protobuf:"bytes,1,opt,name=currency,proto3" json:"currency,omitempty"`
	// The least amount, in the currency's smallest unit; more than 0, or absent.
	MinMinorUnits *int64 `protobuf:"varint,2,opt,name=min_minor_units,json=minMinorUnits,proto3,oneof" json:"min_minor_units,omitempty"`
	// The greatest amount, in the currency's smallest unit; more than 0 and not less
	// than the least, or absent.
	MaxMinorUnits *int64 `protobuf:"varint,3,opt,name=max_minor_units,json=maxMinorUnits,proto3,oneof" json:"max_minor_units,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *CurrencyLimits) Reset() {
	*x = CurrencyLimits{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[36]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *CurrencyLimits) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*CurrencyLimits) ProtoMessage() {}

func (x *CurrencyLimits) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[36]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use CurrencyLimits.ProtoReflect.Descriptor instead.
func (*CurrencyLimits) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{36}
}

func (x *CurrencyLimits) GetCurrency() string {
	if x != nil {
		return x.Currency
	}
	return ""
}

func (x *CurrencyLimits) GetMinMinorUnits() int64 {
	if x != nil && x.MinMinorUnits != nil {
		return *x.MinMinorUnits
	}
	return 0
}

func (x *CurrencyLimits) GetMaxMinorUnits() int64 {
	if x != nil && x.MaxMinorUnits != nil {
		return *x.MaxMinorUnits
	}
	return 0
}

// RefundTerms says what refunds are possible: full ones, partial ones, or both.
// Only PaymentMethod.refunds may have neither, which means that no refund is
// possible, and then nothing else is set. Where a limit is not known, the provider
// has none of its own: the gateway decides.
type RefundTerms struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// Whether the whole amount can be given back.
	Full bool `protobuf:"varint,1,opt,name=full,proto3" json:"full,omitempty"`
	// Whether a part of it can.
	Partial bool `protobuf:"varint,2,opt,name=partial,proto3" json:"partial,omitempty"`
	// Whether a payment can have more than one refund. In PaymentMethod.refunds
	// only with partial.
	Multiple bool `protobuf:"varint,3,opt,name=multiple,proto3" json:"multiple,omitempty"`
	// How long after the payment it is possible; absent if not known. More than a
	// day past it the provider answers REFUND_WINDOW_EXPIRED and writes nothing; at
	// the edge the gateway decides.
	Window *RefundWindow `protobuf:"bytes,4,opt,name=window,proto3" json:"window,omitempty"`
	// The most refunds of one payment; 0 if not known or not bounded, and never
	// negative. In PaymentMethod.refunds more than 1 only with multiple, and 1 only
	// without it.
	MaxCount      int32 `protobuf:"varint,5,opt,name=max_count,json=maxCount,proto3" json:"max_count,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *RefundTerms) Reset() {
	*x = RefundTerms{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[37]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *RefundTerms) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*RefundTerms) ProtoMessage() {}

func (x *RefundTerms) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[37]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use RefundTerms.ProtoReflect.Descriptor instead.
func (*RefundTerms) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{37}
}

func (x *RefundTerms) GetFull() bool {
	if x != nil {
		return x.Full
	}
	return false
}

func (x *RefundTerms) GetPartial() bool {
	if x != nil {
		return x.Partial
	}
	return false
}

func (x *RefundTerms) GetMultiple() bool {
	if x != nil {
		return x.Multiple
	}
	return false
}

func (x *RefundTerms) GetWindow() *RefundWindow {
	if x != nil {
		return x.Window
	}
	return nil
}

func (x *RefundTerms) GetMaxCount() int32 {
	if x != nil {
		return x.MaxCount
	}
	return 0
}

// RefundWindow ends with the day that is so many months and then days after
// the day of the payment, in the zone. Months and days are not negative, and not
// both 0.
type RefundWindow struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// Calendar months; a day that the month does not have becomes its last.
	Months int32 `protobuf:"varint,1,opt,name=months,proto3" json:"months,omitempty"`
	// Days after that.
	Days int32 `protobuf:"varint,2,opt,name=days,proto3" json:"days,omitempty"`
	// IANA name of the time zone in which days begin, such as "Asia/Bangkok"; never
	// empty.
	Zone          string `protobuf:"bytes,3,opt,name=zone,proto3" json:"zone,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *RefundWindow) Reset() {
	*x = RefundWindow{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[38]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *RefundWindow) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*RefundWindow) ProtoMessage() {}

func (x *RefundWindow) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[38]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use RefundWindow.ProtoReflect.Descriptor instead.
func (*RefundWindow) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{38}
}

func (x *RefundWindow) GetMonths() int32 {
	if x != nil {
		return x.Months
	}
	return 0
}

func (x *RefundWindow) GetDays() int32 {
	if x != nil {
		return x.Days
	}
	return 0
}

func (x *RefundWindow) GetZone() string {
	if x != nil {
		return x.Zone
	}
	return ""
}

// Idempotency says how the provider makes at most one for one key.
type Idempotency struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// Who remembers keys.
	Kind IdempotencyKind `protobuf:"varint,1,opt,name=kind,proto3,enum=paymentprovider.v1.IdempotencyKind" json:"kind,omitempty"`
	// How long after first_at the gateway honours a key; set and more than 0 for
	// NATIVE, absent for LOOKUP. A host does not repeat a call of unknown result
	// after that.
	KeyLife *durationpb.Duration `protobuf:"bytes,2,opt,name=key_life,json=keyLife,proto3" json:"key_life,omitempty"`
	// Where lookup_by_key is set: for how long after last_unknown_at finding nothing
	// proves nothing, since a lost request may still be executed and lists may lag
	// behind. Absent means 0: what is found at last_unknown_at or later is settled.
	// It is never negative, and what the provider does is what it declares; where a
	// setting changes it, this is the time by default.
	SettleTime *durationpb.Duration `protobuf:"bytes,3,opt,name=settle_time,json=settleTime,proto3" json:"settle_time,omitempty"`
	// Whether GetStatus (GetRefund) by key works, which has to be declared then;
	// always true for LOOKUP.
	LookupByKey   bool `protobuf:"varint,4,opt,name=lookup_by_key,json=lookupByKey,proto3" json:"lookup_by_key,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *Idempotency) Reset() {
	*x = Idempotency{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[39]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *Idempotency) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*Idempotency) ProtoMessage() {}

func (x *Idempotency) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[39]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use Idempotency.ProtoReflect.Descriptor instead.
func (*Idempotency) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{39}
}

func (x *Idempotency) GetKind() IdempotencyKind {
	if x != nil {
		return x.Kind
	}
	return IdempotencyKind_IDEMPOTENCY_KIND_UNSPECIFIED
}

func (x *Idempotency) GetKeyLife() *durationpb.Duration {
	if x != nil {
		return x.KeyLife
	}
	return nil
}

func (x *Idempotency) GetSettleTime() *durationpb.Duration {
	if x != nil {
		return x.SettleTime
	}
	return nil
}

func (x *Idempotency) GetLookupByKey() bool {
	if x != nil {
		return x.LookupByKey
	}
	return false
}

// WebhookTerms says how webhooks are verified and what they tell.
type WebhookTerms struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The ways that can be configured; at least one, none twice.
	Verifications []Verification `protobuf:"varint,1,rep,packed,name=verifications,proto3,enum=paymentprovider.v1.Verification" json:"verifications,omitempty"`
	// Whether several secrets can be configured at once, while one is replaced.
	SecretRotation bool `protobuf:"varint,2,opt,name=secret_rotation,json=secretRotation,proto3" json:"secret_rotation,omitempty"`
	// Whether CreatePaymentRequest.webhook_url is honoured.
	PerPaymentUrl bool `protobuf:"varint,3,opt,name=per_payment_url,json=perPaymentUrl,proto3" json:"per_payment_url,omitempty"`
	// The gateway's words for what is translated into events.
	Kinds []string `protobuf:"bytes,4,rep,name=kinds,proto3" json:"kinds,omitempty"`
	// Those that are ignored and a person should hear of, such as disputes; may be
	// empty.
	AttentionKinds []string `protobuf:"bytes,5,rep,name=attention_kinds,json=attentionKinds,proto3" json:"attention_kinds,omitempty"`
	unknownFields  protoimpl.UnknownFields
	sizeCache      protoimpl.SizeCache
}

func (x *WebhookTerms) Reset() {
	*x = WebhookTerms{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[40]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *WebhookTerms) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*WebhookTerms) ProtoMessage() {}

func (x *WebhookTerms) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[40]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use WebhookTerms.ProtoReflect.Descriptor instead.
func (*WebhookTerms) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{40}
}

func (x *WebhookTerms) GetVerifications() []Verification {
	if x != nil {
		return x.Verifications
	}
	return nil
}

func (x *WebhookTerms) GetSecretRotation() bool {
	if x != nil {
		return x.SecretRotation
	}
	return false
}

func (x *WebhookTerms) GetPerPaymentUrl() bool {
	if x != nil {
		return x.PerPaymentUrl
	}
	return false
}

func (x *WebhookTerms) GetKinds() []string {
	if x != nil {
		return x.Kinds
	}
	return nil
}

func (x *WebhookTerms) GetAttentionKinds() []string {
	if x != nil {
		return x.AttentionKinds
	}
	return nil
}

// ConfigField is one setting or secret.
type ConfigField struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// The key in ConfigureRequest.settings, or in secrets if secret is true: a
	// lower-case letter, then at most 62 of a-z, 0-9 and "_".
	Name string `protobuf:"bytes,1,opt,name=name,proto3" json:"name,omitempty"`
	// The form of the value.
	Kind ConfigKind `protobuf:"varint,2,opt,name=kind,proto3,enum=paymentprovider.v1.ConfigKind" json:"kind,omitempty"`
	// Whether the key must be given.
	Required bool `protobuf:"varint,3,opt,name=required,proto3" json:"required,omitempty"`
	// Whether the value must not be shown.
	Secret bool `protobuf:"varint,4,opt,name=secret,proto3" json:"secret,omitempty"`
	// The value that an absent key means; empty for none, and always empty for a
	// required field and for a secret.
	Default string `protobuf:"bytes,5,opt,name=default,proto3" json:"default,omitempty"`
	// For the person who fills it in: what it is and where to find it; never empty.
	Description string `protobuf:"bytes,6,opt,name=description,proto3" json:"description,omitempty"`
	// The legal values for CONFIG_KIND_CHOICE, and empty for others.
	Choices       []string `protobuf:"bytes,7,rep,name=choices,proto3" json:"choices,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *ConfigField) Reset() {
	*x = ConfigField{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[41]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *ConfigField) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*ConfigField) ProtoMessage() {}

func (x *ConfigField) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[41]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use ConfigField.ProtoReflect.Descriptor instead.
func (*ConfigField) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{41}
}

func (x *ConfigField) GetName() string {
	if x != nil {
		return x.Name
	}
	return ""
}

func (x *ConfigField) GetKind() ConfigKind {
	if x != nil {
		return x.Kind
	}
	return ConfigKind_CONFIG_KIND_UNSPECIFIED
}

func (x *ConfigField) GetRequired() bool {
	if x != nil {
		return x.Required
	}
	return false
}

func (x *ConfigField) GetSecret() bool {
	if x != nil {
		return x.Secret
	}
	return false
}

func (x *ConfigField) GetDefault() string {
	if x != nil {
		return x.Default
	}
	return ""
}

func (x *ConfigField) GetDescription() string {
	if x != nil {
		return x.Description
	}
	return ""
}

func (x *ConfigField) GetChoices() []string {
	if x != nil {
		return x.Choices
	}
	return nil
}

// OperationOutcome is the detail of every error of CreatePayment,
// CancelPayment and Refund. It speaks of that one call.
type OperationOutcome struct {
	state protoimpl.MessageState `protogen:"open.v1"`
	// What is certain.
	Outcome       Outcome `protobuf:"varint,1,opt,name=outcome,proto3,enum=paymentprovider.v1.Outcome" json:"outcome,omitempty"`
	unknownFields protoimpl.UnknownFields
	sizeCache     protoimpl.SizeCache
}

func (x *OperationOutcome) Reset() {
	*x = OperationOutcome{}
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[42]
	ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
	ms.StoreMessageInfo(mi)
}

func (x *OperationOutcome) String() string {
	return protoimpl.X.MessageStringOf(x)
}

func (*OperationOutcome) ProtoMessage() {}

func (x *OperationOutcome) ProtoReflect() protoreflect.Message {
	mi := &file_paymentprovider_v1_paymentprovider_proto_msgTypes[42]
	if x != nil {
		ms := protoimpl.X.MessageStateOf(protoimpl.Pointer(x))
		if ms.LoadMessageInfo() == nil {
			ms.StoreMessageInfo(mi)
		}
		return ms
	}
	return mi.MessageOf(x)
}

// Deprecated: Use OperationOutcome.ProtoReflect.Descriptor instead.
func (*OperationOutcome) Descriptor() ([]byte, []int) {
	return file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP(), []int{42}
}

func (x *OperationOutcome) GetOutcome() Outcome {
	if x != nil {
		return x.Outcome
	}
	return Outcome_OUTCOME_UNSPECIFIED
}

var File_paymentprovider_v1_paymentprovider_proto protoreflect.FileDescriptor

const file_paymentprovider_v1_paymentprovider_proto_rawDesc = "" +
	"\n" +
	"(paymentprovider/v1/paymentprovider.proto\x12\x12paymentprovider.v1\x1a\x1egoogle/protobuf/duration.proto\x1a\x1fgoogle/protobuf/timestamp.proto\"+\n" +
	"\x0fDescribeRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\"R\n" +
	"\x10DescribeResponse\x12>\n" +
	"\n" +
	"descriptor\x18\x01 \x01(\v2\x1e.paymentprovider.v1.DescriptorR\n" +
	"descriptor\"\x8b\x03\n" +
	"\x10ConfigureRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\x12,\n" +
	"\x04mode\x18\x02 \x01(\x0e2\x18.paymentprovider.v1.ModeR\x04mode\x12N\n" +
	"\bsettings\x18\x03 \x03(\v22.paymentprovider.v1.ConfigureRequest.SettingsEntryR\bsettings\x12P\n" +
	"\asecrets\x18\x04 \x03(\v21.paymentprovider.v1.ConfigureRequest.SecretsEntryB\x03\x80\x01\x01R\asecrets\x12\x14\n" +
	"\x05probe\x18\x05 \x01(\bR\x05probe\x1a;\n" +
	"\rSettingsEntry\x12\x10\n" +
	"\x03key\x18\x01 \x01(\tR\x03key\x12\x14\n" +
	"\x05value\x18\x02 \x01(\tR\x05value:\x028\x01\x1a:\n" +
	"\fSecretsEntry\x12\x10\n" +
	"\x03key\x18\x01 \x01(\tR\x03key\x12\x14\n" +
	"\x05value\x18\x02 \x01(\tR\x05value:\x028\x01\"J\n" +
	"\x11ConfigureResponse\x125\n" +
	"\aaccount\x18\x01 \x01(\v2\x1b.paymentprovider.v1.AccountR\aaccount\"\xfe\x03\n" +
	"\x14CreatePaymentRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\x125\n" +
	"\aattempt\x18\x02 \x01(\v2\x1b.paymentprovider.v1.AttemptR\aattempt\x12\x1c\n" +
	"\treference\x18\x03 \x01(\tR\treference\x121\n" +
	"\x06amount\x18\x04 \x01(\v2\x19.paymentprovider.v1.MoneyR\x06amount\x12\x16\n" +
	"\x06method\x18\x05 \x01(\tR\x06method\x12\"\n" +
	"\n" +
	"return_url\x18\x06 \x01(\tB\x03\x80\x01\x01R\treturnUrl\x12 \n" +
	"\vdescription\x18\a \x01(\tR\vdescription\x12R\n" +
	"\bmetadata\x18\b \x03(\v26.paymentprovider.v1.CreatePaymentRequest.MetadataEntryR\bmetadata\x12/\n" +
	"\x05payer\x18\t \x01(\v2\x19.paymentprovider.v1.PayerR\x05payer\x12$\n" +
	"\vwebhook_url\x18\n" +
	" \x01(\tB\x03\x80\x01\x01R\n" +
	"webhookUrl\x1a;\n" +
	"\rMetadataEntry\x12\x10\n" +
	"\x03key\x18\x01 \x01(\tR\x03key\x12\x14\n" +
	"\x05value\x18\x02 \x01(\tR\x05value:\x028\x01\"N\n" +
	"\x15CreatePaymentResponse\x125\n" +
	"\apayment\x18\x01 \x01(\v2\x1b.paymentprovider.v1.PaymentR\apayment\"\x8c\x01\n" +
	"\x10GetStatusRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\x12\x1f\n" +
	"\n" +
	"payment_id\x18\x02 \x01(\tH\x00R\tpaymentId\x127\n" +
	"\aattempt\x18\x03 \x01(\v2\x1b.paymentprovider.v1.AttemptH\x00R\aattemptB\x04\n" +
	"\x02by\"J\n" +
	"\x11GetStatusResponse\x125\n" +
	"\apayment\x18\x01 \x01(\v2\x1b.paymentprovider.v1.PaymentR\apayment\"O\n" +
	"\x14CancelPaymentRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\x12\x1d\n" +
	"\n" +
	"payment_id\x18\x02 \x01(\tR\tpaymentId\"N\n" +
	"\x15CancelPaymentResponse\x125\n" +
	"\apayment\x18\x01 \x01(\v2\x1b.paymentprovider.v1.PaymentR\apayment\"\xd4\x02\n" +
	"\rRefundRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\x125\n" +
	"\aattempt\x18\x02 \x01(\v2\x1b.paymentprovider.v1.AttemptR\aattempt\x12\x1d\n" +
	"\n" +
	"payment_id\x18\x03 \x01(\tR\tpaymentId\x121\n" +
	"\x06amount\x18\x04 \x01(\v2\x19.paymentprovider.v1.MoneyR\x06amount\x12\x16\n" +
	"\x06reason\x18\x05 \x01(\tR\x06reason\x12K\n" +
	"\bmetadata\x18\x06 \x03(\v2/.paymentprovider.v1.RefundRequest.MetadataEntryR\bmetadata\x1a;\n" +
	"\rMetadataEntry\x12\x10\n" +
	"\x03key\x18\x01 \x01(\tR\x03key\x12\x14\n" +
	"\x05value\x18\x02 \x01(\tR\x05value:\x028\x01\"D\n" +
	"\x0eRefundResponse\x122\n" +
	"\x06refund\x18\x01 \x01(\v2\x1a.paymentprovider.v1.RefundR\x06refund\"\xa9\x01\n" +
	"\x10GetRefundRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\x12\x1d\n" +
	"\n" +
	"payment_id\x18\x02 \x01(\tR\tpaymentId\x12\x1d\n" +
	"\trefund_id\x18\x03 \x01(\tH\x00R\brefundId\x127\n" +
	"\aattempt\x18\x04 \x01(\v2\x1b.paymentprovider.v1.AttemptH\x00R\aattemptB\x04\n" +
	"\x02by\"G\n" +
	"\x11GetRefundResponse\x122\n" +
	"\x06refund\x18\x01 \x01(\v2\x1a.paymentprovider.v1.RefundR\x06refund\"\xeb\x01\n" +
	"\x13ListPaymentsRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\x12=\n" +
	"\fcreated_from\x18\x02 \x01(\v2\x1a.google.protobuf.TimestampR\vcreatedFrom\x12?\n" +
	"\rcreated_until\x18\x03 \x01(\v2\x1a.google.protobuf.TimestampR\fcreatedUntil\x12\x1b\n" +
	"\tpage_size\x18\x04 \x01(\x05R\bpageSize\x12\x1d\n" +
	"\n" +
	"page_token\x18\x05 \x01(\tR\tpageToken\"w\n" +
	"\x14ListPaymentsResponse\x127\n" +
	"\bpayments\x18\x01 \x03(\v2\x1b.paymentprovider.v1.PaymentR\bpayments\x12&\n" +
	"\x0fnext_page_token\x18\x02 \x01(\tR\rnextPageToken\"\x8c\x02\n" +
	"\x13ParseWebhookRequest\x12\x18\n" +
	"\aaccount\x18\x01 \x01(\tR\aaccount\x12\x16\n" +
	"\x06method\x18\x02 \x01(\tR\x06method\x12\x17\n" +
	"\x04path\x18\x03 \x01(\tB\x03\x80\x01\x01R\x04path\x12\x19\n" +
	"\x05query\x18\x04 \x01(\tB\x03\x80\x01\x01R\x05query\x129\n" +
	"\aheaders\x18\x05 \x03(\v2\x1a.paymentprovider.v1.HeaderB\x03\x80\x01\x01R\aheaders\x12\x17\n" +
	"\x04body\x18\x06 \x01(\fB\x03\x80\x01\x01R\x04body\x12;\n" +
	"\vreceived_at\x18\a \x01(\v2\x1a.google.protobuf.TimestampR\n" +
	"receivedAt\"\xb0\x02\n" +
	"\x14ParseWebhookResponse\x12A\n" +
	"\vdisposition\x18\x01 \x01(\x0e2\x1f.paymentprovider.v1.DispositionR\vdisposition\x12\x12\n" +
	"\x04kind\x18\x02 \x01(\tR\x04kind\x12D\n" +
	"\fverification\x18\x03 \x01(\x0e2 .paymentprovider.v1.VerificationR\fverification\x12\x1d\n" +
	"\n" +
	"dedupe_key\x18\x04 \x01(\tR\tdedupeKey\x121\n" +
	"\x06events\x18\x05 \x03(\v2\x19.paymentprovider.v1.EventR\x06events\x12)\n" +
	"\x03ack\x18\x06 \x01(\v2\x17.paymentprovider.v1.AckR\x03ack\"7\n" +
	"\x06Header\x12\x12\n" +
	"\x04name\x18\x01 \x01(\tR\x04name\x12\x19\n" +
	"\x05value\x18\x02 \x01(\fB\x03\x80\x01\x01R\x05value\"r\n" +
	"\x05Money\x12\x1a\n" +
	"\bcurrency\x18\x01 \x01(\tR\bcurrency\x12\x1f\n" +
	"\vminor_units\x18\x02 \x01(\x03R\n" +
	"minorUnits\x12\x1f\n" +
	"\bexponent\x18\x03 \x01(\x05H\x00R\bexponent\x88\x01\x01B\v\n" +
	"\t_exponent\"\x96\x01\n" +
	"\aAttempt\x12\x10\n" +
	"\x03key\x18\x01 \x01(\tR\x03key\x125\n" +
	"\bfirst_at\x18\x02 \x01(\v2\x1a.google.protobuf.TimestampR\afirstAt\x12B\n" +
	"\x0flast_unknown_at\x18\x03 \x01(\v2\x1a.google.protobuf.TimestampR\rlastUnknownAt\"\x89\x01\n" +
	"\x05Payer\x12\x13\n" +
	"\x02ip\x18\x01 \x01(\tB\x03\x80\x01\x01R\x02ip\x12\x16\n" +
	"\x06locale\x18\x02 \x01(\tR\x06locale\x128\n" +
	"\bplatform\x18\x03 \x01(\x0e2\x1c.paymentprovider.v1.PlatformR\bplatform\x12\x19\n" +
	"\x05phone\x18\x04 \x01(\tB\x03\x80\x01\x01R\x05phone\"\xfb\x05\n" +
	"\aPayment\x12\x1d\n" +
	"\n" +
	"payment_id\x18\x01 \x01(\tR\tpaymentId\x12'\n" +
	"\x0fidempotency_key\x18\x02 \x01(\tR\x0eidempotencyKey\x12\x1c\n" +
	"\treference\x18\x03 \x01(\tR\treference\x12\x16\n" +
	"\x06method\x18\x04 \x01(\tR\x06method\x129\n" +
	"\x06status\x18\x05 \x01(\x0e2!.paymentprovider.v1.PaymentStatusR\x06status\x12'\n" +
	"\x0fprovider_status\x18\x06 \x01(\tR\x0eproviderStatus\x121\n" +
	"\x06amount\x18\a \x01(\v2\x19.paymentprovider.v1.MoneyR\x06amount\x12B\n" +
	"\x0famount_refunded\x18\b \x01(\v2\x19.paymentprovider.v1.MoneyR\x0eamountRefunded\x12?\n" +
	"\vnext_action\x18\t \x01(\v2\x1e.paymentprovider.v1.NextActionR\n" +
	"nextAction\x125\n" +
	"\afailure\x18\n" +
	" \x01(\v2\x1b.paymentprovider.v1.FailureR\afailure\x12>\n" +
	"\n" +
	"settlement\x18\v \x01(\v2\x1e.paymentprovider.v1.SettlementR\n" +
	"settlement\x129\n" +
	"\n" +
	"created_at\x18\f \x01(\v2\x1a.google.protobuf.TimestampR\tcreatedAt\x129\n" +
	"\n" +
	"updated_at\x18\r \x01(\v2\x1a.google.protobuf.TimestampR\tupdatedAt\x129\n" +
	"\n" +
	"expires_at\x18\x0e \x01(\v2\x1a.google.protobuf.TimestampR\texpiresAt\x12\x12\n" +
	"\x04live\x18\x0f \x01(\bR\x04live\x12\x1a\n" +
	"\breplayed\x18\x10 \x01(\bR\breplayed\"\x87\x02\n" +
	"\n" +
	"NextAction\x12:\n" +
	"\bredirect\x18\x01 \x01(\v2\x1c.paymentprovider.v1.RedirectH\x00R\bredirect\x12>\n" +
	"\n" +
	"display_qr\x18\x02 \x01(\v2\x1d.paymentprovider.v1.DisplayQRH\x00R\tdisplayQr\x128\n" +
	"\bopen_app\x18\x03 \x01(\v2\x1b.paymentprovider.v1.OpenAppH\x00R\aopenApp\x129\n" +
	"\n" +
	"expires_at\x18\x04 \x01(\v2\x1a.google.protobuf.TimestampR\texpiresAtB\b\n" +
	"\x06action\"=\n" +
	"\bRedirect\x12\x15\n" +
	"\x03url\x18\x01 \x01(\tB\x03\x80\x01\x01R\x03url\x12\x1a\n" +
	"\binsecure\x18\x02 \x01(\bR\binsecure\"]\n" +
	"\tDisplayQR\x12\x1d\n" +
	"\apayload\x18\x01 \x01(\tB\x03\x80\x01\x01R\apayload\x121\n" +
	"\x05image\x18\x02 \x01(\v2\x1b.paymentprovider.v1.QRImageR\x05image\"X\n" +
	"\aQRImage\x12\x15\n" +
	"\x03url\x18\x01 \x01(\tB\x03\x80\x01\x01R\x03url\x12\x17\n" +
	"\x04data\x18\x02 \x01(\fB\x03\x80\x01\x01R\x04data\x12\x1d\n" +
	"\n" +
	"media_type\x18\x03 \x01(\tR\tmediaType\" \n" +
	"\aOpenApp\x12\x15\n" +
	"\x03url\x18\x01 \x01(\tB\x03\x80\x01\x01R\x03url\"}\n" +
	"\aFailure\x123\n" +
	"\x04code\x18\x01 \x01(\x0e2\x1f.paymentprovider.v1.FailureCodeR\x04code\x12#\n" +
	"\rprovider_code\x18\x02 \x01(\tR\fproviderCode\x12\x18\n" +
	"\amessage\x18\x03 \x01(\tR\amessage\"\x82\x01\n" +
	"\n" +
	"Settlement\x12\x1a\n" +
	"\bcurrency\x18\x01 \x01(\tR\bcurrency\x12+\n" +
	"\x03net\x18\x02 \x01(\v2\x19.paymentprovider.v1.MoneyR\x03net\x12+\n" +
	"\x03fee\x18\x03 \x01(\v2\x19.paymentprovider.v1.MoneyR\x03fee\"\xc8\x03\n" +
	"\x06Refund\x12\x1b\n" +
	"\trefund_id\x18\x01 \x01(\tR\brefundId\x12'\n" +
	"\x0fidempotency_key\x18\x02 \x01(\tR\x0eidempotencyKey\x12\x1d\n" +
	"\n" +
	"payment_id\x18\x03 \x01(\tR\tpaymentId\x128\n" +
	"\x06status\x18\x04 \x01(\x0e2 .paymentprovider.v1.RefundStatusR\x06status\x12'\n" +
	"\x0fprovider_status\x18\x05 \x01(\tR\x0eproviderStatus\x121\n" +
	"\x06amount\x18\x06 \x01(\v2\x19.paymentprovider.v1.MoneyR\x06amount\x12@\n" +
	"\x0etotal_refunded\x18\a \x01(\v2\x19.paymentprovider.v1.MoneyR\rtotalRefunded\x12\x16\n" +
	"\x06voided\x18\b \x01(\bR\x06voided\x129\n" +
	"\n" +
	"created_at\x18\t \x01(\v2\x1a.google.protobuf.TimestampR\tcreatedAt\x12\x12\n" +
	"\x04live\x18\n" +
	" \x01(\bR\x04live\x12\x1a\n" +
	"\breplayed\x18\v \x01(\bR\breplayed\"\xf8\x01\n" +
	"\x05Event\x12\x12\n" +
	"\x04kind\x18\x01 \x01(\tR\x04kind\x12;\n" +
	"\voccurred_at\x18\x02 \x01(\v2\x1a.google.protobuf.TimestampR\n" +
	"occurredAt\x127\n" +
	"\apayment\x18\x03 \x01(\v2\x1b.paymentprovider.v1.PaymentH\x00R\apayment\x124\n" +
	"\x06refund\x18\x04 \x01(\v2\x1a.paymentprovider.v1.RefundH\x00R\x06refund\x12$\n" +
	"\rauthoritative\x18\x05 \x01(\bR\rauthoritativeB\t\n" +
	"\asubject\"g\n" +
	"\x03Ack\x12\x16\n" +
	"\x06status\x18\x01 \x01(\x05R\x06status\x124\n" +
	"\aheaders\x18\x02 \x03(\v2\x1a.paymentprovider.v1.HeaderR\aheaders\x12\x12\n" +
	"\x04body\x18\x03 \x01(\fR\x04body\"\xa7\x01\n" +
	"\aAccount\x12\x0e\n" +
	"\x02id\x18\x01 \x01(\tR\x02id\x12\x12\n" +
	"\x04name\x18\x02 \x01(\tR\x04name\x12\x18\n" +
	"\acountry\x18\x03 \x01(\tR\acountry\x12\x12\n" +
	"\x04live\x18\x04 \x01(\bR\x04live\x12J\n" +
	"\x0fpayment_methods\x18\x05 \x03(\v2!.paymentprovider.v1.PaymentMethodR\x0epaymentMethods\"\xa7\x05\n" +
	"\n" +
	"Descriptor\x12\x1f\n" +
	"\vprovider_id\x18\x01 \x01(\tR\n" +
	"providerId\x12!\n" +
	"\fdisplay_name\x18\x02 \x01(\tR\vdisplayName\x12\x18\n" +
	"\aversion\x18\x03 \x01(\tR\aversion\x12!\n" +
	"\fspec_version\x18\x04 \x01(\tR\vspecVersion\x12=\n" +
	"\n" +
	"operations\x18\x05 \x03(\x0e2\x1d.paymentprovider.v1.OperationR\n" +
	"operations\x12J\n" +
	"\x0fpayment_methods\x18\x06 \x03(\v2!.paymentprovider.v1.PaymentMethodR\x0epaymentMethods\x129\n" +
	"\arefunds\x18\a \x01(\v2\x1f.paymentprovider.v1.RefundTermsR\arefunds\x12N\n" +
	"\x12create_idempotency\x18\b \x01(\v2\x1f.paymentprovider.v1.IdempotencyR\x11createIdempotency\x12N\n" +
	"\x12refund_idempotency\x18\t \x01(\v2\x1f.paymentprovider.v1.IdempotencyR\x11refundIdempotency\x12<\n" +
	"\bwebhooks\x18\n" +
	" \x01(\v2 .paymentprovider.v1.WebhookTermsR\bwebhooks\x12.\n" +
	"\x05modes\x18\v \x03(\x0e2\x18.paymentprovider.v1.ModeR\x05modes\x12D\n" +
	"\rconfig_fields\x18\f \x03(\v2\x1f.paymentprovider.v1.ConfigFieldR\fconfigFields\"\xa4\x03\n" +
	"\rPaymentMethod\x12\x12\n" +
	"\x04code\x18\x01 \x01(\tR\x04code\x12,\n" +
	"\x04flow\x18\x02 \x01(\x0e2\x18.paymentprovider.v1.FlowR\x04flow\x12B\n" +
	"\n" +
	"currencies\x18\x03 \x03(\v2\".paymentprovider.v1.CurrencyLimitsR\n" +
	"currencies\x12B\n" +
	"\fpayer_action\x18\x04 \x01(\x0e2\x1f.paymentprovider.v1.PayerActionR\vpayerAction\x12D\n" +
	"\x10payment_lifetime\x18\x05 \x01(\v2\x19.google.protobuf.DurationR\x0fpaymentLifetime\x12'\n" +
	"\x0fpayer_countries\x18\x06 \x03(\tR\x0epayerCountries\x129\n" +
	"\arefunds\x18\a \x01(\v2\x1f.paymentprovider.v1.RefundTermsR\arefunds\x12\x1f\n" +
	"\vneeds_phone\x18\b \x01(\bR\n" +
	"needsPhone\"\xae\x01\n" +
	"\x0eCurrencyLimits\x12\x1a\n" +
	"\bcurrency\x18\x01 \x01(\tR\bcurrency\x12+\n" +
	"\x0fmin_minor_units\x18\x02 \x01(\x03H\x00R\rminMinorUnits\x88\x01\x01\x12+\n" +
	"\x0fmax_minor_units\x18\x03 \x01(\x03H\x01R\rmaxMinorUnits\x88\x01\x01B\x12\n" +
	"\x10_min_minor_unitsB\x12\n" +
	"\x10_max_minor_units\"\xae\x01\n" +
	"\vRefundTerms\x12\x12\n" +
	"\x04full\x18\x01 \x01(\bR\x04full\x12\x18\n" +
	"\apartial\x18\x02 \x01(\bR\apartial\x12\x1a\n" +
	"\bmultiple\x18\x03 \x01(\bR\bmultiple\x128\n" +
	"\x06window\x18\x04 \x01(\v2 .paymentprovider.v1.RefundWindowR\x06window\x12\x1b\n" +
	"\tmax_count\x18\x05 \x01(\x05R\bmaxCount\"N\n" +
	"\fRefundWindow\x12\x16\n" +
	"\x06months\x18\x01 \x01(\x05R\x06months\x12\x12\n" +
	"\x04days\x18\x02 \x01(\x05R\x04days\x12\x12\n" +
	"\x04zone\x18\x03 \x01(\tR\x04zone\"\xdc\x01\n" +
	"\vIdempotency\x127\n" +
	"\x04kind\x18\x01 \x01(\x0e2#.paymentprovider.v1.IdempotencyKindR\x04kind\x124\n" +
	"\bkey_life\x18\x02 \x01(\v2\x19.google.protobuf.DurationR\akeyLife\x12:\n" +
	"\vsettle_time\x18\x03 \x01(\v2\x19.google.protobuf.DurationR\n" +
	"settleTime\x12\"\n" +
	"\rlookup_by_key\x18\x04 \x01(\bR\vlookupByKey\"\xe6\x01\n" +
	"\fWebhookTerms\x12F\n" +
	"\rverifications\x18\x01 \x03(\x0e2 .paymentprovider.v1.VerificationR\rverifications\x12'\n" +
	"\x0fsecret_rotation\x18\x02 \x01(\bR\x0esecretRotation\x12&\n" +
	"\x0fper_payment_url\x18\x03 \x01(\bR\rperPaymentUrl\x12\x14\n" +
	"\x05kinds\x18\x04 \x03(\tR\x05kinds\x12'\n" +
	"\x0fattention_kinds\x18\x05 \x03(\tR\x0eattentionKinds\"\xdf\x01\n" +
	"\vConfigField\x12\x12\n" +
	"\x04name\x18\x01 \x01(\tR\x04name\x122\n" +
	"\x04kind\x18\x02 \x01(\x0e2\x1e.paymentprovider.v1.ConfigKindR\x04kind\x12\x1a\n" +
	"\brequired\x18\x03 \x01(\bR\brequired\x12\x16\n" +
	"\x06secret\x18\x04 \x01(\bR\x06secret\x12\x18\n" +
	"\adefault\x18\x05 \x01(\tR\adefault\x12 \n" +
	"\vdescription\x18\x06 \x01(\tR\vdescription\x12\x18\n" +
	"\achoices\x18\a \x03(\tR\achoices\"I\n" +
	"\x10OperationOutcome\x125\n" +
	"\aoutcome\x18\x01 \x01(\x0e2\x1b.paymentprovider.v1.OutcomeR\aoutcome*^\n" +
	"\bPlatform\x12\x18\n" +
	"\x14PLATFORM_UNSPECIFIED\x10\x00\x12\x10\n" +
	"\fPLATFORM_WEB\x10\x01\x12\x10\n" +
	"\fPLATFORM_IOS\x10\x02\x12\x14\n" +
	"\x10PLATFORM_ANDROID\x10\x03*\xd9\x01\n" +
	"\rPaymentStatus\x12\x1e\n" +
	"\x1aPAYMENT_STATUS_UNSPECIFIED\x10\x00\x12\x1a\n" +
	"\x16PAYMENT_STATUS_PENDING\x10\x01\x12\x1c\n" +
	"\x18PAYMENT_STATUS_SUCCEEDED\x10\x02\x12\x19\n" +
	"\x15PAYMENT_STATUS_FAILED\x10\x03\x12\x1a\n" +
	"\x16PAYMENT_STATUS_EXPIRED\x10\x04\x12\x1b\n" +
	"\x17PAYMENT_STATUS_CANCELED\x10\x05\x12\x1a\n" +
	"\x16PAYMENT_STATUS_UNKNOWN\x10\x06*\xf4\x02\n" +
	"\vFailureCode\x12\x1c\n" +
	"\x18FAILURE_CODE_UNSPECIFIED\x10\x00\x12\x19\n" +
	"\x15FAILURE_CODE_DECLINED\x10\x01\x12#\n" +
	"\x1fFAILURE_CODE_INSUFFICIENT_FUNDS\x10\x02\x12\x1f\n" +
	"\x1bFAILURE_CODE_PAYER_CANCELED\x10\x03\x12\x1e\n" +
	"\x1aFAILURE_CODE_PAYER_TIMEOUT\x10\x04\x12\x1f\n" +
	"\x1bFAILURE_CODE_LIMIT_EXCEEDED\x10\x05\x12 \n" +
	"\x1cFAILURE_CODE_FRAUD_SUSPECTED\x10\x06\x12#\n" +
	"\x1fFAILURE_CODE_METHOD_UNAVAILABLE\x10\a\x12#\n" +
	"\x1fFAILURE_CODE_ACCOUNT_RESTRICTED\x10\b\x12!\n" +
	"\x1dFAILURE_CODE_PROCESSING_ERROR\x10\t\x12\x16\n" +
	"\x12FAILURE_CODE_OTHER\x10\n" +
	"*\x9a\x01\n" +
	"\fRefundStatus\x12\x1d\n" +
	"\x19REFUND_STATUS_UNSPECIFIED\x10\x00\x12\x19\n" +
	"\x15REFUND_STATUS_PENDING\x10\x01\x12\x1b\n" +
	"\x17REFUND_STATUS_SUCCEEDED\x10\x02\x12\x18\n" +
	"\x14REFUND_STATUS_FAILED\x10\x03\x12\x19\n" +
	"\x15REFUND_STATUS_UNKNOWN\x10\x04*[\n" +
	"\vDisposition\x12\x1b\n" +
	"\x17DISPOSITION_UNSPECIFIED\x10\x00\x12\x16\n" +
	"\x12DISPOSITION_EVENTS\x10\x01\x12\x17\n" +
	"\x13DISPOSITION_IGNORED\x10\x02*b\n" +
	"\fVerification\x12\x1c\n" +
	"\x18VERIFICATION_UNSPECIFIED\x10\x00\x12\x1a\n" +
	"\x16VERIFICATION_SIGNATURE\x10\x01\x12\x18\n" +
	"\x14VERIFICATION_FETCHED\x10\x02*\x97\x02\n" +
	"\tOperation\x12\x19\n" +
	"\x15OPERATION_UNSPECIFIED\x10\x00\x12\x16\n" +
	"\x12OPERATION_DESCRIBE\x10\x01\x12\x17\n" +
	"\x13OPERATION_CONFIGURE\x10\x02\x12\x1c\n" +
	"\x18OPERATION_CREATE_PAYMENT\x10\x03\x12\x18\n" +
	"\x14OPERATION_GET_STATUS\x10\x04\x12\x1c\n" +
	"\x18OPERATION_CANCEL_PAYMENT\x10\x05\x12\x14\n" +
	"\x10OPERATION_REFUND\x10\x06\x12\x18\n" +
	"\x14OPERATION_GET_REFUND\x10\a\x12\x1b\n" +
	"\x17OPERATION_LIST_PAYMENTS\x10\b\x12\x1b\n" +
	"\x17OPERATION_PARSE_WEBHOOK\x10\t*J\n" +
	"\x04Flow\x12\x14\n" +
	"\x10FLOW_UNSPECIFIED\x10\x00\x12\x11\n" +
	"\rFLOW_REDIRECT\x10\x01\x12\v\n" +
	"\aFLOW_QR\x10\x02\x12\f\n" +
	"\bFLOW_APP\x10\x03*]\n" +
	"\vPayerAction\x12\x1c\n" +
	"\x18PAYER_ACTION_UNSPECIFIED\x10\x00\x12\x19\n" +
	"\x15PAYER_ACTION_REQUIRED\x10\x01\x12\x15\n" +
	"\x11PAYER_ACTION_NONE\x10\x02*m\n" +
	"\x0fIdempotencyKind\x12 \n" +
	"\x1cIDEMPOTENCY_KIND_UNSPECIFIED\x10\x00\x12\x1b\n" +
	"\x17IDEMPOTENCY_KIND_NATIVE\x10\x01\x12\x1b\n" +
	"\x17IDEMPOTENCY_KIND_LOOKUP\x10\x02*:\n" +
	"\x04Mode\x12\x14\n" +
	"\x10MODE_UNSPECIFIED\x10\x00\x12\r\n" +
	"\tMODE_TEST\x10\x01\x12\r\n" +
	"\tMODE_LIVE\x10\x02*\xd0\x01\n" +
	"\n" +
	"ConfigKind\x12\x1b\n" +
	"\x17CONFIG_KIND_UNSPECIFIED\x10\x00\x12\x16\n" +
	"\x12CONFIG_KIND_STRING\x10\x01\x12\x14\n" +
	"\x10CONFIG_KIND_LIST\x10\x02\x12\x13\n" +
	"\x0fCONFIG_KIND_URL\x10\x03\x12\x18\n" +
	"\x14CONFIG_KIND_DURATION\x10\x04\x12\x17\n" +
	"\x13CONFIG_KIND_INTEGER\x10\x05\x12\x17\n" +
	"\x13CONFIG_KIND_BOOLEAN\x10\x06\x12\x16\n" +
	"\x12CONFIG_KIND_CHOICE\x10\a*n\n" +
	"\aOutcome\x12\x17\n" +
	"\x13OUTCOME_UNSPECIFIED\x10\x00\x12\x19\n" +
	"\x15OUTCOME_NOT_ATTEMPTED\x10\x01\x12\x14\n" +
	"\x10OUTCOME_REJECTED\x10\x02\x12\x19\n" +
	"\x15OUTCOME_INDETERMINATE\x10\x032\xd9\x06\n" +
	"\x0fPaymentProvider\x12U\n" +
	"\bDescribe\x12#.paymentprovider.v1.DescribeRequest\x1a$.paymentprovider.v1.DescribeResponse\x12X\n" +
	"\tConfigure\x12$.paymentprovider.v1.ConfigureRequest\x1a%.paymentprovider.v1.ConfigureResponse\x12d\n" +
	"\rCreatePayment\x12(.paymentprovider.v1.CreatePaymentRequest\x1a).paymentprovider.v1.CreatePaymentResponse\x12X\n" +
	"\tGetStatus\x12$.paymentprovider.v1.GetStatusRequest\x1a%.paymentprovider.v1.GetStatusResponse\x12d\n" +
	"\rCancelPayment\x12(.paymentprovider.v1.CancelPaymentRequest\x1a).paymentprovider.v1.CancelPaymentResponse\x12O\n" +
	"\x06Refund\x12!.paymentprovider.v1.RefundRequest\x1a\".paymentprovider.v1.RefundResponse\x12X\n" +
	"\tGetRefund\x12$.paymentprovider.v1.GetRefundRequest\x1a%.paymentprovider.v1.GetRefundResponse\x12a\n" +
	"\fListPayments\x12'.paymentprovider.v1.ListPaymentsRequest\x1a(.paymentprovider.v1.ListPaymentsResponse\x12a\n" +
	"\fParseWebhook\x12'.paymentprovider.v1.ParseWebhookRequest\x1a(.paymentprovider.v1.ParseWebhookResponseBNZLgithub.com/paysocket/paysocket/contract/paymentprovider/v1;paymentproviderv1b\x06proto3"

var (
	file_paymentprovider_v1_paymentprovider_proto_rawDescOnce sync.Once
	file_paymentprovider_v1_paymentprovider_proto_rawDescData []byte
)

func file_paymentprovider_v1_paymentprovider_proto_rawDescGZIP() []byte {
	file_paymentprovider_v1_paymentprovider_proto_rawDescOnce.Do(func() {
		file_paymentprovider_v1_paymentprovider_proto_rawDescData = protoimpl.X.CompressGZIP(unsafe.Slice(unsafe.StringData(file_paymentprovider_v1_paymentprovider_proto_rawDesc), len(file_paymentprovider_v1_paymentprovider_proto_rawDesc)))
	})
	return file_paymentprovider_v1_paymentprovider_proto_rawDescData
}

var file_paymentprovider_v1_paymentprovider_proto_enumTypes = make([]protoimpl.EnumInfo, 13)
var file_paymentprovider_v1_paymentprovider_proto_msgTypes = make([]protoimpl.MessageInfo, 47)
var file_paymentprovider_v1_paymentprovider_proto_goTypes = []any{
	(Platform)(0),                 // 0: paymentprovider.v1.Platform
	(PaymentStatus)(0),            // 1: paymentprovider.v1.PaymentStatus
	(FailureCode)(0),              // 2: paymentprovider.v1.FailureCode
	(RefundStatus)(0),             // 3: paymentprovider.v1.RefundStatus
	(Disposition)(0),              // 4: paymentprovider.v1.Disposition
	(Verification)(0),             // 5: paymentprovider.v1.Verification
	(Operation)(0),                // 6: paymentprovider.v1.Operation
	(Flow)(0),                     // 7: paymentprovider.v1.Flow
	(PayerAction)(0),              // 8: paymentprovider.v1.PayerAction
	(IdempotencyKind)(0),          // 9: paymentprovider.v1.IdempotencyKind
	(Mode)(0),                     // 10: paymentprovider.v1.Mode
	(ConfigKind)(0),               // 11: paymentprovider.v1.ConfigKind
	(Outcome)(0),                  // 12: paymentprovider.v1.Outcome
	(*DescribeRequest)(nil),       // 13: paymentprovider.v1.DescribeRequest
	(*DescribeResponse)(nil),      // 14: paymentprovider.v1.DescribeResponse
	(*ConfigureRequest)(nil),      // 15: paymentprovider.v1.ConfigureRequest
	(*ConfigureResponse)(nil),     // 16: paymentprovider.v1.ConfigureResponse
	(*CreatePaymentRequest)(nil),  // 17: paymentprovider.v1.CreatePaymentRequest
	(*CreatePaymentResponse)(nil), // 18: paymentprovider.v1.CreatePaymentResponse
	(*GetStatusRequest)(nil),      // 19: paymentprovider.v1.GetStatusRequest
	(*GetStatusResponse)(nil),     // 20: paymentprovider.v1.GetStatusResponse
	(*CancelPaymentRequest)(nil),  // 21: paymentprovider.v1.CancelPaymentRequest
	(*CancelPaymentResponse)(nil), // 22: paymentprovider.v1.CancelPaymentResponse
	(*RefundRequest)(nil),         // 23: paymentprovider.v1.RefundRequest
	(*RefundResponse)(nil),        // 24: paymentprovider.v1.RefundResponse
	(*GetRefundRequest)(nil),      // 25: paymentprovider.v1.GetRefundRequest
	(*GetRefundResponse)(nil),     // 26: paymentprovider.v1.GetRefundResponse
	(*ListPaymentsRequest)(nil),   // 27: paymentprovider.v1.ListPaymentsRequest
	(*ListPaymentsResponse)(nil),  // 28: paymentprovider.v1.ListPaymentsResponse
	(*ParseWebhookRequest)(nil),   // 29: paymentprovider.v1.ParseWebhookRequest
	(*ParseWebhookResponse)(nil),  // 30: paymentprovider.v1.ParseWebhookResponse
	(*Header)(nil),                // 31: paymentprovider.v1.Header
	(*Money)(nil),                 // 32: paymentprovider.v1.Money
	(*Attempt)(nil),               // 33: paymentprovider.v1.Attempt
	(*Payer)(nil),                 // 34: paymentprovider.v1.Payer
	(*Payment)(nil),               // 35: paymentprovider.v1.Payment
	(*NextAction)(nil),            // 36: paymentprovider.v1.NextAction
	(*Redirect)(nil),              // 37: paymentprovider.v1.Redirect
	(*DisplayQR)(nil),             // 38: paymentprovider.v1.DisplayQR
	(*QRImage)(nil),               // 39: paymentprovider.v1.QRImage
	(*OpenApp)(nil),               // 40: paymentprovider.v1.OpenApp
	(*Failure)(nil),               // 41: paymentprovider.v1.Failure
	(*Settlement)(nil),            // 42: paymentprovider.v1.Settlement
	(*Refund)(nil),                // 43: paymentprovider.v1.Refund
	(*Event)(nil),                 // 44: paymentprovider.v1.Event
	(*Ack)(nil),                   // 45: paymentprovider.v1.Ack
	(*Account)(nil),               // 46: paymentprovider.v1.Account
	(*Descriptor)(nil),            // 47: paymentprovider.v1.Descriptor
	(*PaymentMethod)(nil),         // 48: paymentprovider.v1.PaymentMethod
	(*CurrencyLimits)(nil),        // 49: paymentprovider.v1.CurrencyLimits
	(*RefundTerms)(nil),           // 50: paymentprovider.v1.RefundTerms
	(*RefundWindow)(nil),          // 51: paymentprovider.v1.RefundWindow
	(*Idempotency)(nil),           // 52: paymentprovider.v1.Idempotency
	(*WebhookTerms)(nil),          // 53: paymentprovider.v1.WebhookTerms
	(*ConfigField)(nil),           // 54: paymentprovider.v1.ConfigField
	(*OperationOutcome)(nil),      // 55: paymentprovider.v1.OperationOutcome
	nil,                           // 56: paymentprovider.v1.ConfigureRequest.SettingsEntry
	nil,                           // 57: paymentprovider.v1.ConfigureRequest.SecretsEntry
	nil,                           // 58: paymentprovider.v1.CreatePaymentRequest.MetadataEntry
	nil,                           // 59: paymentprovider.v1.RefundRequest.MetadataEntry
	(*timestamppb.Timestamp)(nil), // 60: google.protobuf.Timestamp
	(*durationpb.Duration)(nil),   // 61: google.protobuf.Duration
}
var file_paymentprovider_v1_paymentprovider_proto_depIdxs = []int32{
	47, // 0: paymentprovider.v1.DescribeResponse.descriptor:type_name -> paymentprovider.v1.Descriptor
	10, // 1: paymentprovider.v1.ConfigureRequest.mode:type_name -> paymentprovider.v1.Mode
	56, // 2: paymentprovider.v1.ConfigureRequest.settings:type_name -> paymentprovider.v1.ConfigureRequest.SettingsEntry
	57, // 3: paymentprovider.v1.ConfigureRequest.secrets:type_name -> paymentprovider.v1.ConfigureRequest.SecretsEntry
	46, // 4: paymentprovider.v1.ConfigureResponse.account:type_name -> paymentprovider.v1.Account
	33, // 5: paymentprovider.v1.CreatePaymentRequest.attempt:type_name -> paymentprovider.v1.Attempt
	32, // 6: paymentprovider.v1.CreatePaymentRequest.amount:type_name -> paymentprovider.v1.Money
	58, // 7: paymentprovider.v1.CreatePaymentRequest.metadata:type_name -> paymentprovider.v1.CreatePaymentRequest.MetadataEntry
	34, // 8: paymentprovider.v1.CreatePaymentRequest.payer:type_name -> paymentprovider.v1.Payer
	35, // 9: paymentprovider.v1.CreatePaymentResponse.payment:type_name -> paymentprovider.v1.Payment
	33, // 10: paymentprovider.v1.GetStatusRequest.attempt:type_name -> paymentprovider.v1.Attempt
	35, // 11: paymentprovider.v1.GetStatusResponse.payment:type_name -> paymentprovider.v1.Payment
	35, // 12: paymentprovider.v1.CancelPaymentResponse.payment:type_name -> paymentprovider.v1.Payment
	33, // 13: paymentprovider.v1.RefundRequest.attempt:type_name -> paymentprovider.v1.Attempt
	32, // 14: paymentprovider.v1.RefundRequest.amount:type_name -> paymentprovider.v1.Money
	59, // 15: paymentprovider.v1.RefundRequest.metadata:type_name -> paymentprovider.v1.RefundRequest.MetadataEntry
	43, // 16: paymentprovider.v1.RefundResponse.refund:type_name -> paymentprovider.v1.Refund
	33, // 17: paymentprovider.v1.GetRefundRequest.attempt:type_name -> paymentprovider.v1.Attempt
	43, // 18: paymentprovider.v1.GetRefundResponse.refund:type_name -> paymentprovider.v1.Refund
	60, // 19: paymentprovider.v1.ListPaymentsRequest.created_from:type_name -> google.protobuf.Timestamp
	60, // 20: paymentprovider.v1.ListPaymentsRequest.created_until:type_name -> google.protobuf.Timestamp
	35, // 21: paymentprovider.v1.ListPaymentsResponse.payments:type_name -> paymentprovider.v1.Payment
	31, // 22: paymentprovider.v1.ParseWebhookRequest.headers:type_name -> paymentprovider.v1.Header
	60, // 23: paymentprovider.v1.ParseWebhookRequest.received_at:type_name -> google.protobuf.Timestamp
	4,  // 24: paymentprovider.v1.ParseWebhookResponse.disposition:type_name -> paymentprovider.v1.Disposition
	5,  // 25: paymentprovider.v1.ParseWebhookResponse.verification:type_name -> paymentprovider.v1.Verification
	44, // 26: paymentprovider.v1.ParseWebhookResponse.events:type_name -> paymentprovider.v1.Event
	45, // 27: paymentprovider.v1.ParseWebhookResponse.ack:type_name -> paymentprovider.v1.Ack
	60, // 28: paymentprovider.v1.Attempt.first_at:type_name -> google.protobuf.Timestamp
	60, // 29: paymentprovider.v1.Attempt.last_unknown_at:type_name -> google.protobuf.Timestamp
	0,  // 30: paymentprovider.v1.Payer.platform:type_name -> paymentprovider.v1.Platform
	1,  // 31: paymentprovider.v1.Payment.status:type_name -> paymentprovider.v1.PaymentStatus
	32, // 32: paymentprovider.v1.Payment.amount:type_name -> paymentprovider.v1.Money
	32, // 33: paymentprovider.v1.Payment.amount_refunded:type_name -> paymentprovider.v1.Money
	36, // 34: paymentprovider.v1.Payment.next_action:type_name -> paymentprovider.v1.NextAction
	41, // 35: paymentprovider.v1.Payment.failure:type_name -> paymentprovider.v1.Failure
	42, // 36: paymentprovider.v1.Payment.settlement:type_name -> paymentprovider.v1.Settlement
	60, // 37: paymentprovider.v1.Payment.created_at:type_name -> google.protobuf.Timestamp
	60, // 38: paymentprovider.v1.Payment.updated_at:type_name -> google.protobuf.Timestamp
	60, // 39: paymentprovider.v1.Payment.expires_at:type_name -> google.protobuf.Timestamp
	37, // 40: paymentprovider.v1.NextAction.redirect:type_name -> paymentprovider.v1.Redirect
	38, // 41: paymentprovider.v1.NextAction.display_qr:type_name -> paymentprovider.v1.DisplayQR
	40, // 42: paymentprovider.v1.NextAction.open_app:type_name -> paymentprovider.v1.OpenApp
	60, // 43: paymentprovider.v1.NextAction.expires_at:type_name -> google.protobuf.Timestamp
	39, // 44: paymentprovider.v1.DisplayQR.image:type_name -> paymentprovider.v1.QRImage
	2,  // 45: paymentprovider.v1.Failure.code:type_name -> paymentprovider.v1.FailureCode
	32, // 46: paymentprovider.v1.Settlement.net:type_name -> paymentprovider.v1.Money
	32, // 47: paymentprovider.v1.Settlement.fee:type_name -> paymentprovider.v1.Money
	3,  // 48: paymentprovider.v1.Refund.status:type_name -> paymentprovider.v1.RefundStatus
	32, // 49: paymentprovider.v1.Refund.amount:type_name -> paymentprovider.v1.Money
	32, // 50: paymentprovider.v1.Refund.total_refunded:type_name -> paymentprovider.v1.Money
	60, // 51: paymentprovider.v1.Refund.created_at:type_name -> google.protobuf.Timestamp
	60, // 52: paymentprovider.v1.Event.occurred_at:type_name -> google.protobuf.Timestamp
	35, // 53: paymentprovider.v1.Event.payment:type_name -> paymentprovider.v1.Payment
	43, // 54: paymentprovider.v1.Event.refund:type_name -> paymentprovider.v1.Refund
	31, // 55: paymentprovider.v1.Ack.headers:type_name -> paymentprovider.v1.Header
	48, // 56: paymentprovider.v1.Account.payment_methods:type_name -> paymentprovider.v1.PaymentMethod
	6,  // 57: paymentprovider.v1.Descriptor.operations:type_name -> paymentprovider.v1.Operation
	48, // 58: paymentprovider.v1.Descriptor.payment_methods:type_name -> paymentprovider.v1.PaymentMethod
	50, // 59: paymentprovider.v1.Descriptor.refunds:type_name -> paymentprovider.v1.RefundTerms
	52, // 60: paymentprovider.v1.Descriptor.create_idempotency:type_name -> paymentprovider.v1.Idempotency
	52, // 61: paymentprovider.v1.Descriptor.refund_idempotency:type_name -> paymentprovider.v1.Idempotency
	53, // 62: paymentprovider.v1.Descriptor.webhooks:type_name -> paymentprovider.v1.WebhookTerms
	10, // 63: paymentprovider.v1.Descriptor.modes:type_name -> paymentprovider.v1.Mode
	54, // 64: paymentprovider.v1.Descriptor.config_fields:type_name -> paymentprovider.v1.ConfigField
	7,  // 65: paymentprovider.v1.PaymentMethod.flow:type_name -> paymentprovider.v1.Flow
	49, // 66: paymentprovider.v1.PaymentMethod.currencies:type_name -> paymentprovider.v1.CurrencyLimits
	8,  // 67: paymentprovider.v1.PaymentMethod.payer_action:type_name -> paymentprovider.v1.PayerAction
	61, // 68: paymentprovider.v1.PaymentMethod.payment_lifetime:type_name -> google.protobuf.Duration
	50, // 69: paymentprovider.v1.PaymentMethod.refunds:type_name -> paymentprovider.v1.RefundTerms
	51, // 70: paymentprovider.v1.RefundTerms.window:type_name -> paymentprovider.v1.RefundWindow
	9,  // 71: paymentprovider.v1.Idempotency.kind:type_name -> paymentprovider.v1.IdempotencyKind
	61, // 72: paymentprovider.v1.Idempotency.key_life:type_name -> google.protobuf.Duration
	61, // 73: paymentprovider.v1.Idempotency.settle_time:type_name -> google.protobuf.Duration
	5,  // 74: paymentprovider.v1.WebhookTerms.verifications:type_name -> paymentprovider.v1.Verification
	11, // 75: paymentprovider.v1.ConfigField.kind:type_name -> paymentprovider.v1.ConfigKind
	12, // 76: paymentprovider.v1.OperationOutcome.outcome:type_name -> paymentprovider.v1.Outcome
	13, // 77: paymentprovider.v1.PaymentProvider.Describe:input_type -> paymentprovider.v1.DescribeRequest
	15, // 78: paymentprovider.v1.PaymentProvider.Configure:input_type -> paymentprovider.v1.ConfigureRequest
	17, // 79: paymentprovider.v1.PaymentProvider.CreatePayment:input_type -> paymentprovider.v1.CreatePaymentRequest
	19, // 80: paymentprovider.v1.PaymentProvider.GetStatus:input_type -> paymentprovider.v1.GetStatusRequest
	21, // 81: paymentprovider.v1.PaymentProvider.CancelPayment:input_type -> paymentprovider.v1.CancelPaymentRequest
	23, // 82: paymentprovider.v1.PaymentProvider.Refund:input_type -> paymentprovider.v1.RefundRequest
	25, // 83: paymentprovider.v1.PaymentProvider.GetRefund:input_type -> paymentprovider.v1.GetRefundRequest
	27, // 84: paymentprovider.v1.PaymentProvider.ListPayments:input_type -> paymentprovider.v1.ListPaymentsRequest
	29, // 85: paymentprovider.v1.PaymentProvider.ParseWebhook:input_type -> paymentprovider.v1.ParseWebhookRequest
	14, // 86: paymentprovider.v1.PaymentProvider.Describe:output_type -> paymentprovider.v1.DescribeResponse
	16, // 87: paymentprovider.v1.PaymentProvider.Configure:output_type -> paymentprovider.v1.ConfigureResponse
	18, // 88: paymentprovider.v1.PaymentProvider.CreatePayment:output_type -> paymentprovider.v1.CreatePaymentResponse
	20, // 89: paymentprovider.v1.PaymentProvider.GetStatus:output_type -> paymentprovider.v1.GetStatusResponse
	22, // 90: paymentprovider.v1.PaymentProvider.CancelPayment:output_type -> paymentprovider.v1.CancelPaymentResponse
	24, // 91: paymentprovider.v1.PaymentProvider.Refund:output_type -> paymentprovider.v1.RefundResponse
	26, // 92: paymentprovider.v1.PaymentProvider.GetRefund:output_type -> paymentprovider.v1.GetRefundResponse
	28, // 93: paymentprovider.v1.PaymentProvider.ListPayments:output_type -> paymentprovider.v1.ListPaymentsResponse
	30, // 94: paymentprovider.v1.PaymentProvider.ParseWebhook:output_type -> paymentprovider.v1.ParseWebhookResponse
	86, // [86:95] is the sub-list for method output_type
	77, // [77:86] is the sub-list for method input_type
	77, // [77:77] is the sub-list for extension type_name
	77, // [77:77] is the sub-list for extension extendee
	0,  // [0:77] is the sub-list for field type_name
}

func init() { file_paymentprovider_v1_paymentprovider_proto_init() }
func file_paymentprovider_v1_paymentprovider_proto_init() {
	if File_paymentprovider_v1_paymentprovider_proto != nil {
		return
	}
	file_paymentprovider_v1_paymentprovider_proto_msgTypes[6].OneofWrappers = []any{
		(*GetStatusRequest_PaymentId)(nil),
		(*GetStatusRequest_Attempt)(nil),
	}
	file_paymentprovider_v1_paymentprovider_proto_msgTypes[12].OneofWrappers = []any{
		(*GetRefundRequest_RefundId)(nil),
		(*GetRefundRequest_Attempt)(nil),
	}
	file_paymentprovider_v1_paymentprovider_proto_msgTypes[19].OneofWrappers = []any{}
	file_paymentprovider_v1_paymentprovider_proto_msgTypes[23].OneofWrappers = []any{
		(*NextAction_Redirect)(nil),
		(*NextAction_DisplayQr)(nil),
		(*NextAction_OpenApp)(nil),
	}
	file_paymentprovider_v1_paymentprovider_proto_msgTypes[31].OneofWrappers = []any{
		(*Event_Payment)(nil),
		(*Event_Refund)(nil),
	}
	file_paymentprovider_v1_paymentprovider_proto_msgTypes[36].OneofWrappers = []any{}
	type x struct{}
	out := protoimpl.TypeBuilder{
		File: protoimpl.DescBuilder{
			GoPackagePath: reflect.TypeOf(x{}).PkgPath(),
			RawDescriptor: unsafe.Slice(unsafe.StringData(file_paymentprovider_v1_paymentprovider_proto_rawDesc), len(file_paymentprovider_v1_paymentprovider_proto_rawDesc)),
			NumEnums:      13,
			NumMessages:   47,
			NumExtensions: 0,
			NumServices:   1,
		},
		GoTypes:           file_paymentprovider_v1_paymentprovider_proto_goTypes,
		DependencyIndexes: file_paymentprovider_v1_paymentprovider_proto_depIdxs,
		EnumInfos:         file_paymentprovider_v1_paymentprovider_proto_enumTypes,
		MessageInfos:      file_paymentprovider_v1_paymentprovider_proto_msgTypes,
	}.Build()
	File_paymentprovider_v1_paymentprovider_proto = out.File
	file_paymentprovider_v1_paymentprovider_proto_goTypes = nil
	file_paymentprovider_v1_paymentprovider_proto_depIdxs = nil
}
