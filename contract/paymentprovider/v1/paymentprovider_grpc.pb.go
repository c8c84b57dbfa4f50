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

// Code generated by protoc-gen-go-grpc. DO NOT EDIT.
// versions:
// - protoc-gen-go-grpc v1.6.1
// - protoc             (unknown)
// source: paymentprovider/v1/paymentprovider.proto

package paymentproviderv1

import (
	context "context"
	grpc "google.golang.org/grpc"
	codes "google.golang.org/grpc/codes"
	status "google.golang.org/grpc/status"
)

// This is a compile-time assertion to ensure that this generated file
// is compatible with the grpc package it is being compiled against.
// Requires gRPC-Go v1.64.0 or later.
const _ = grpc.SupportPackageIsVersion9

const (
	PaymentProvider_Describe_FullMethodName      = "/paymentprovider.v1.PaymentProvider/Describe"
	PaymentProvider_Configure_FullMethodName     = "/paymentprovider.v1.PaymentProvider/Configure"
	PaymentProvider_CreatePayment_FullMethodName = "/paymentprovider.v1.PaymentProvider/CreatePayment"
	PaymentProvider_GetStatus_FullMethodName     = "/paymentprovider.v1.PaymentProvider/GetStatus"
	PaymentProvider_CancelPayment_FullMethodName = "/paymentprovider.v1.PaymentProvider/CancelPayment"
	PaymentProvider_Refund_FullMethodName        = "/paymentprovider.v1.PaymentProvider/Refund"
	PaymentProvider_GetRefund_FullMethodName     = "/paymentprovider.v1.PaymentProvider/GetRefund"
	PaymentProvider_ListPayments_FullMethodName  = "/paymentprovider.v1.PaymentProvider/ListPayments"
	PaymentProvider_ParseWebhook_FullMethodName  = "/paymentprovider.v1.PaymentProvider/ParseWebhook"
)

// PaymentProviderClient is the client API for PaymentProvider service.
//
// For semantics around ctx use and closing/ending streaming RPCs, please refer to https://pkg.go.dev/google.golang.org/grpc/?tab=doc#ClientConn.NewStream.
//
// PaymentProvider is a payment gateway as a host sees it.
type PaymentProviderClient interface {
	// Describe says what the provider is and can do for every account. It works
	// before Configure, answers the same on every call and after every restart,
	// byte for byte, and causes no traffic to the gateway.
	Describe(ctx context.Context, in *DescribeRequest, opts ...grpc.CallOption) (*DescribeResponse, error)
	// Configure sets the account to work for. It comes after every start, and may
	// be repeated at any time; calls in flight finish with the configuration that
	// they began with, and their keys stay theirs (see above). A failure leaves the
	// previous configuration whole, or the provider unconfigured if there was none.
	// Without probe it causes no traffic.
	Configure(ctx context.Context, in *ConfigureRequest, opts ...grpc.CallOption) (*ConfigureResponse, error)
	// CreatePayment asks the gateway for a payment. At most one payment exists
	// at the gateway for one idempotency key. It moves money: errors carry an
	// outcome. What the gateway says it made is compared with the request: a
	// difference of amount, currency, method, key or mode is MALFORMED_RESPONSE
	// with payment_id in the metadata; another return URL is no such difference.
	// If the gateway says that the key has a payment, and it cannot be read, the
	// error is INDETERMINATE.
	CreatePayment(ctx context.Context, in *CreatePaymentRequest, opts ...grpc.CallOption) (*CreatePaymentResponse, error)
	// GetStatus reads one payment, fresh from the gateway, and changes nothing
	// there. It answers for payments of any age, with whatever the gateway says
	// now: that some statuses are final is a rule for hosts. A payment that is not
	// there is PAYMENT_NOT_FOUND; a read that fails is an error and no status.
	GetStatus(ctx context.Context, in *GetStatusRequest, opts ...grpc.CallOption) (*GetStatusResponse, error)
	// CancelPayment stops a payment that nobody has paid, and answers with the
	// payment as it is afterwards: canceled or expired, or succeeded if it was
	// paid meanwhile. If the gateway refuses, the provider reads the payment and
	// answers with it, unless it is still pending: PAYMENT_NOT_CANCELABLE. If it
	// cannot be read, the error is that of the read, INDETERMINATE. It moves money:
	// errors carry an outcome. It takes no key, since repeating it is harmless.
	CancelPayment(ctx context.Context, in *CancelPaymentRequest, opts ...grpc.CallOption) (*CancelPaymentResponse, error)
	// Refund gives money back. At most one refund exists at the gateway for one
	// idempotency key within its payment. It moves money: errors carry an outcome.
	// What the gateway says it made is compared with the request; a difference is
	// MALFORMED_RESPONSE with refund_id in the metadata. The gateway decides whether
	// a refund is possible: a payment that was paid after it had ended is paid, and
	// a refund that failed takes nothing from what is left.
	Refund(ctx context.Context, in *RefundRequest, opts ...grpc.CallOption) (*RefundResponse, error)
	// GetRefund reads one refund, fresh from the gateway, as GetStatus reads a
	// payment. One that is not there, or is another payment's, is
	// REFUND_NOT_FOUND.
	GetRefund(ctx context.Context, in *GetRefundRequest, opts ...grpc.CallOption) (*GetRefundResponse, error)
	// ListPayments reads the payments created in a window, oldest first, each as
	// GetStatus would give it, those that were not made through this contract
	// among them. A page that cannot be read in full is an error, and never a
	// shorter page.
	ListPayments(ctx context.Context, in *ListPaymentsRequest, opts ...grpc.CallOption) (*ListPaymentsResponse, error)
	// ParseWebhook verifies a request that the gateway sent to the host and says
	// what is in it. What cannot be verified is an error: there is no field for
	// an unverified event. It changes nothing at the gateway. A webhook of the
	// other mode is MODE_MISMATCH, a genuine one that cannot be read
	// WEBHOOK_MALFORMED. On an error the host answers the gateway 401 for
	// UNAUTHENTICATED, 400 for INVALID_ARGUMENT, 200 for MODE_MISMATCH, and else
	// 503, so that it is sent again.
	ParseWebhook(ctx context.Context, in *ParseWebhookRequest, opts ...grpc.CallOption) (*ParseWebhookResponse, error)
}

type paymentProviderClient struct {
	cc grpc.ClientConnInterface
}

func NewPaymentProviderClient(cc grpc.ClientConnInterface) PaymentProviderClient {
	return &paymentProviderClient{cc}
}

func (c *paymentProviderClient) Describe(ctx context.Context, in *DescribeRequest, opts ...grpc.CallOption) (*DescribeResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(DescribeResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_Describe_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *paymentProviderClient) Configure(ctx context.Context, in *ConfigureRequest, opts ...grpc.CallOption) (*ConfigureResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(ConfigureResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_Configure_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *paymentProviderClient) CreatePayment(ctx context.Context, in *CreatePaymentRequest, opts ...grpc.CallOption) (*CreatePaymentResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(CreatePaymentResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_CreatePayment_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *paymentProviderClient) GetStatus(ctx context.Context, in *GetStatusRequest, opts ...grpc.CallOption) (*GetStatusResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(GetStatusResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_GetStatus_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *paymentProviderClient) CancelPayment(ctx context.Context, in *CancelPaymentRequest, opts ...grpc.CallOption) (*CancelPaymentResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(CancelPaymentResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_CancelPayment_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *paymentProviderClient) Refund(ctx context.Context, in *RefundRequest, opts ...grpc.CallOption) (*RefundResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(RefundResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_Refund_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *paymentProviderClient) GetRefund(ctx context.Context, in *GetRefundRequest, opts ...grpc.CallOption) (*GetRefundResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(GetRefundResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_GetRefund_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *paymentProviderClient) ListPayments(ctx context.Context, in *ListPaymentsRequest, opts ...grpc.CallOption) (*ListPaymentsResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(ListPaymentsResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_ListPayments_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *paymentProviderClient) ParseWebhook(ctx context.Context, in *ParseWebhookRequest, opts ...grpc.CallOption) (*ParseWebhookResponse, error) {
	cOpts := append([]grpc.CallOption{grpc.StaticMethod()}, opts...)
	out := new(ParseWebhookResponse)
	err := c.cc.Invoke(ctx, PaymentProvider_ParseWebhook_FullMethodName, in, out, cOpts...)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// PaymentProviderServer is the server API for PaymentProvider service.
// All implementations must embed UnimplementedPaymentProviderServer
// for forward compatibility.
//
// PaymentProvider is a payment gateway as a host sees it.
type PaymentProviderServer interface {
	// Describe says what the provider is and can do for every account. It works
	// before Configure, answers the same on every call and after every restart,
	// byte for byte, and causes no traffic to the gateway.
	Describe(context.Context, *DescribeRequest) (*DescribeResponse, error)
	// Configure sets the account to work for. It comes after every start, and may
	// be repeated at any time; calls in flight finish with the configuration that
	// they began with, and their keys stay theirs (see above). A failure leaves the
	// previous configuration whole, or the provider unconfigured if there was none.
	// Without probe it causes no traffic.
	Configure(context.Context, *ConfigureRequest) (*ConfigureResponse, error)
	// CreatePayment asks the gateway for a payment. At most one payment exists
	// at the gateway for one idempotency key. It moves money: errors carry an
	// outcome. What the gateway says it made is compared with the request: a
	// difference of amount, currency, method, key or mode is MALFORMED_RESPONSE
	// with payment_id in the metadata; another return URL is no such difference.
	// If the gateway says that the key has a payment, and it cannot be read, the
	// error is INDETERMINATE.
	CreatePayment(context.Context, *CreatePaymentRequest) (*CreatePaymentResponse, error)
	// GetStatus reads one payment, fresh from the gateway, and changes nothing
	// there. It answers for payments of any age, with whatever the gateway says
	// now: that some statuses are final is a rule for hosts. A payment that is not
	// there is PAYMENT_NOT_FOUND; a read that fails is an error and no status.
	GetStatus(context.Context, *GetStatusRequest) (*GetStatusResponse, error)
	// CancelPayment stops a payment that nobody has paid, and answers with the
	// payment as it is afterwards: canceled or expired, or succeeded if it was
	// paid meanwhile. If the gateway refuses, the provider reads the payment and
	// answers with it, unless it is still pending: PAYMENT_NOT_CANCELABLE. If it
	// cannot be read, the error is that of the read, INDETERMINATE. It moves money:
	// errors carry an outcome. It takes no key, since repeating it is harmless.
	CancelPayment(context.Context, *CancelPaymentRequest) (*CancelPaymentResponse, error)
	// Refund gives money back. At most one refund exists at the gateway for one
	// idempotency key within its payment. It moves money: errors carry an outcome.
	// What the gateway says it made is compared with the request; a difference is
	// MALFORMED_RESPONSE with refund_id in the metadata. The gateway decides whether
	// a refund is possible: a payment that was paid after it had ended is paid, and
	// a refund that failed takes nothing from what is left.
	Refund(context.Context, *RefundRequest) (*RefundResponse, error)
	// GetRefund reads one refund, fresh from the gateway, as GetStatus reads a
	// payment. One that is not there, or is another payment's, is
	// REFUND_NOT_FOUND.
	GetRefund(context.Context, *GetRefundRequest) (*GetRefundResponse, error)
	// ListPayments reads the payments created in a window, oldest first, each as
	// GetStatus would give it, those that were not made through this contract
	// among them. A page that cannot be read in full is an error, and never a
	// shorter page.
	ListPayments(context.Context, *ListPaymentsRequest) (*ListPaymentsResponse, error)
	// ParseWebhook verifies a request that the gateway sent to the host and says
	// what is in it. What cannot be verified is an error: there is no field for
	// an unverified event. It changes nothing at the gateway. A webhook of the
	// other mode is MODE_MISMATCH, a genuine one that cannot be read
	// WEBHOOK_MALFORMED. On an error the host answers the gateway 401 for
	// UNAUTHENTICATED, 400 for INVALID_ARGUMENT, 200 for MODE_MISMATCH, and else
	// 503, so that it is sent again.
	ParseWebhook(context.Context, *ParseWebhookRequest) (*ParseWebhookResponse, error)
	mustEmbedUnimplementedPaymentProviderServer()
}

// UnimplementedPaymentProviderServer must be embedded to have
// forward compatible implementations.
//
// NOTE: this should be embedded by value instead of pointer to avoid a nil
// pointer dereference when methods are called.
type UnimplementedPaymentProviderServer struct{}

func (UnimplementedPaymentProviderServer) Describe(context.Context, *DescribeRequest) (*DescribeResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method Describe not implemented")
}
func (UnimplementedPaymentProviderServer) Configure(context.Context, *ConfigureRequest) (*ConfigureResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method Configure not implemented")
}
func (UnimplementedPaymentProviderServer) CreatePayment(context.Context, *CreatePaymentRequest) (*CreatePaymentResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method CreatePayment not implemented")
}
func (UnimplementedPaymentProviderServer) GetStatus(context.Context, *GetStatusRequest) (*GetStatusResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method GetStatus not implemented")
}
func (UnimplementedPaymentProviderServer) CancelPayment(context.Context, *CancelPaymentRequest) (*CancelPaymentResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method CancelPayment not implemented")
}
func (UnimplementedPaymentProviderServer) Refund(context.Context, *RefundRequest) (*RefundResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method Refund not implemented")
}
func (UnimplementedPaymentProviderServer) GetRefund(context.Context, *GetRefundRequest) (*GetRefundResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method GetRefund not implemented")
}
func (UnimplementedPaymentProviderServer) ListPayments(context.Context, *ListPaymentsRequest) (*ListPaymentsResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method ListPayments not implemented")
}
func (UnimplementedPaymentProviderServer) ParseWebhook(context.Context, *ParseWebhookRequest) (*ParseWebhookResponse, error) {
	return nil, status.Error(codes.Unimplemented, "method ParseWebhook not implemented")
}
func (UnimplementedPaymentProviderServer) mustEmbedUnimplementedPaymentProviderServer() {}
func (UnimplementedPaymentProviderServer) testEmbeddedByValue()                         {}

// UnsafePaymentProviderServer may be embedded to opt out of forward compatibility for this service.
// Use of this interface is not recommended, as added methods to PaymentProviderServer will
// result in compilation errors.
type UnsafePaymentProviderServer interface {
	mustEmbedUnimplementedPaymentProviderServer()
}

func RegisterPaymentProviderServer(s grpc.ServiceRegistrar, srv PaymentProviderServer) {
	// If the following call panics, it indicates UnimplementedPaymentProviderServer was
	// embedded by pointer and is nil.  This will cause panics if an
	// unimplemented method is ever invoked, so we test this at initialization
	// time to prevent it from happening at runtime later due to I/O.
	if t, ok := srv.(interface{ testEmbeddedByValue() }); ok {
		t.testEmbeddedByValue()
	}
	s.RegisterService(&PaymentProvider_ServiceDesc, srv)
}

func _PaymentProvider_Describe_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(DescribeRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).Describe(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_Describe_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).Describe(ctx, req.(*DescribeRequest))
	}
	return interceptor(ctx, in, info, handler)
}

func _PaymentProvider_Configure_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(ConfigureRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).Configure(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_Configure_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).Configure(ctx, req.(*ConfigureRequest))
	}
	return interceptor(ctx, in, info, handler)
}

func _PaymentProvider_CreatePayment_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(CreatePaymentRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).CreatePayment(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_CreatePayment_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).CreatePayment(ctx, req.(*CreatePaymentRequest))
	}
	return interceptor(ctx, in, info, handler)
}

func _PaymentProvider_GetStatus_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(GetStatusRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).GetStatus(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_GetStatus_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).GetStatus(ctx, req.(*GetStatusRequest))
	}
	return interceptor(ctx, in, info, handler)
}

func _PaymentProvider_CancelPayment_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(CancelPaymentRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).CancelPayment(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_CancelPayment_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).CancelPayment(ctx, req.(*CancelPaymentRequest))
	}
	return interceptor(ctx, in, info, handler)
}

func _PaymentProvider_Refund_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(RefundRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).Refund(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_Refund_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).Refund(ctx, req.(*RefundRequest))
	}
	return interceptor(ctx, in, info, handler)
}

func _PaymentProvider_GetRefund_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(GetRefundRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).GetRefund(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_GetRefund_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).GetRefund(ctx, req.(*GetRefundRequest))
	}
	return interceptor(ctx, in, info, handler)
}

func _PaymentProvider_ListPayments_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(ListPaymentsRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).ListPayments(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_ListPayments_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).ListPayments(ctx, req.(*ListPaymentsRequest))
	}
	return interceptor(ctx, in, info, handler)
}

func _PaymentProvider_ParseWebhook_Handler(srv interface{}, ctx context.Context, dec func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	in := new(ParseWebhookRequest)
	if err := dec(in); err != nil {
		return nil, err
	}
	if interceptor == nil {
		return srv.(PaymentProviderServer).ParseWebhook(ctx, in)
	}
	info := &grpc.UnaryServerInfo{
		Server:     srv,
		FullMethod: PaymentProvider_ParseWebhook_FullMethodName,
	}
	handler := func(ctx context.Context, req interface{}) (interface{}, error) {
		return srv.(PaymentProviderServer).ParseWebhook(ctx, req.(*ParseWebhookRequest))
	}
	return interceptor(ctx, in, info, handler)
}

// PaymentProvider_ServiceDesc is the grpc.ServiceDesc for PaymentProvider service.
// It's only intended for direct use with grpc.RegisterService,
// and not to be introspected or modified (even as a copy)
var PaymentProvider_ServiceDesc = grpc.ServiceDesc{
	ServiceName: "paymentprovider.v1.PaymentProvider",
	HandlerType: (*PaymentProviderServer)(nil),
	Methods: []grpc.MethodDesc{
		{
			MethodName: "Describe",
			Handler:    _PaymentProvider_Describe_Handler,
		},
		{
			MethodName: "Configure",
			Handler:    _PaymentProvider_Configure_Handler,
		},
		{
			MethodName: "CreatePayment",
			Handler:    _PaymentProvider_CreatePayment_Handler,
		},
		{
			MethodName: "GetStatus",
			Handler:    _PaymentProvider_GetStatus_Handler,
		},
		{
			MethodName: "CancelPayment",
			Handler:    _PaymentProvider_CancelPayment_Handler,
		},
		{
			MethodName: "Refund",
			Handler:    _PaymentProvider_Refund_Handler,
		},
		{
			MethodName: "GetRefund",
			Handler:    _PaymentProvider_GetRefund_Handler,
		},
		{
			MethodName: "ListPayments",
			Handler:    _PaymentProvider_ListPayments_Handler,
		},
		{
			MethodName: "ParseWebhook",
			Handler:    _PaymentProvider_ParseWebhook_Handler,
		},
	},
	Streams:  []grpc.StreamDesc{},
	Metadata: "paymentprovider/v1/paymentprovider.proto",
}
