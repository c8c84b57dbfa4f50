package contract

import "context"

// SpecVersion is the version of the contract that this package defines. A
// provider returns it in its [Descriptor].
const SpecVersion = "0.1.0"

// PaymentProvider is a payment gateway as a host sees it.
//
// To a provider that is served through package plugin, the following is
// guaranteed:
//   - each request has passed its Validate method and the Check method that
//     [Descriptor] has for it, with the limits in force;
//   - the operation is declared, and the provider is configured;
//   - the context has a deadline, which has not passed;
//   - no pointer to a request is nil.
//
// A provider must not change a request, and may keep it.
//
// If the error is nil, the answer must not be nil, must pass its Validate
// method, and must pass the CheckAnswer method of the request if it has one,
// which compares the key and the amount, for example. Package plugin turns any
// other answer into a [ProviderBug].
type PaymentProvider interface {
	// Describe returns what the provider is and can do, for every account. It
	// must work before Configure, must return the same answer on every call and
	// after every restart, and must cause no traffic to the gateway.
	Describe(ctx context.Context) (*Descriptor, error)

	// Configure sets the account to work for: settings, secrets and mode. It
	// must refuse a missing, unknown or malformed key with InvalidConfig,
	// naming the key and never its value. If it fails, the previous
	// configuration must stay whole, or the provider must stay unconfigured if
	// there was none. Configure may be called again at any time. Calls in flight
	// must finish with the configuration that they began with.
	//
	// With Configuration.Probe, the provider must read from the gateway and
	// return what it learnt there. Wrong credentials are ProviderAuthFailed.
	// Without Probe, Configure must cause no traffic, and returns the payment
	// methods that the provider takes every account to have; see Account.
	Configure(ctx context.Context, configuration *Configuration) (*Account, error)

	// CreatePayment creates a payment at the gateway and returns it. It moves
	// money: its errors have an outcome.
	//
	// There must be at most one payment at the gateway for one idempotency key.
	// If the key already has a payment, the result depends on the request. With
	// the same amount, currency and method, CreatePayment must return that
	// payment, read anew, with Replayed set. With another amount, currency or
	// method, it must fail with IdempotencyKeyReused and must write nothing. If
	// the gateway has several payments for the key, it must fail with
	// DuplicatePayments and must name all of them; one that a list shows twice is
	// one. If the gateway says that the key has a payment, and it cannot be read,
	// the error is Indeterminate. Concurrent calls with one key in one process must
	// end with one payment, whether or not they carry FirstAt.
	//
	// The provider must compare what the gateway repeats of the request (amount,
	// currency, method, key, mode) with the request. A difference is
	// MalformedResponse, with the payment's id in the error's metadata.
	CreatePayment(ctx context.Context, request *CreatePaymentRequest) (*Payment, error)

	// GetStatus reads one payment by its id, or by its idempotency key if the
	// host never learnt the id. The answer must be read from the gateway during
	// the call, and reading must not change anything at the gateway. GetStatus
	// works for payments of any age, and always returns what the gateway says:
	// that some statuses are terminal is a rule for hosts.
	//
	// GetStatus by key works if the descriptor says LookupByKey. It needs
	// Attempt.FirstAt, and searches the window that the package documentation
	// describes. If there is no such payment, the error is PaymentNotFound. By
	// key, its metadata must say how much that proves; see Error.ProvesAbsence.
	GetStatus(ctx context.Context, request *GetStatusRequest) (*Payment, error)

	// CancelPayment asks the gateway to cancel a payment that nobody has paid.
	// It returns the payment as it is afterwards: canceled or expired, or
	// succeeded if it was paid in the meantime. If the gateway refuses, the
	// provider must read the payment. If it is still pending, the error is
	// PaymentNotCancelable; otherwise the provider must return the payment. If it
	// cannot be read, the error is that of the read, and Indeterminate. A canceled
	// payment may still be paid late.
	//
	// CancelPayment moves money: its errors have an outcome. It takes no key,
	// because repeating it does no harm. After an error, GetStatus returns the
	// state of the payment.
	CancelPayment(ctx context.Context, request *CancelPaymentRequest) (*Payment, error)

	// Refund refunds a payment, in full or in part, and returns the refund. It
	// moves money: its errors have an outcome.
	//
	// The promises of CreatePayment hold for Refund as well, and an idempotency
	// key is unique within its payment. There must be at most one refund at the
	// gateway for one key. The same request must return the same refund. Another
	// amount is IdempotencyKeyReused, and several refunds for the key are
	// DuplicateRefunds.
	//
	// Whether a refund is possible, the gateway decides. A payment that was paid
	// after it had failed, expired or been canceled is a paid payment, and a refund
	// that failed takes nothing from what is left: the provider must not refuse
	// because of what it knew before.
	Refund(ctx context.Context, request *RefundRequest) (*Refund, error)

	// GetRefund reads one refund of a payment, by its id or by its idempotency
	// key, as GetStatus reads a payment. If there is no such refund, the error
	// is RefundNotFound.
	GetRefund(ctx context.Context, request *GetRefundRequest) (*Refund, error)

	// ListPayments reads the payments that were created in a window, oldest
	// first, each as GetStatus would return it. Payments that were not made
	// through this contract are included, with an empty IdempotencyKey. A page
	// that cannot be read in full must be an error, never a shorter page.
	ListPayments(ctx context.Context, request *ListPaymentsRequest) (*PaymentPage, error)

	// ParseWebhook verifies a request that the gateway sent to the host, and
	// returns the events in it. A request that cannot be verified must be an
	// error; there is no field for an unverified event. ParseWebhook must write
	// nothing at the gateway.
	ParseWebhook(ctx context.Context, request *WebhookRequest) (*WebhookResult, error)
}

// Operation names one operation of [PaymentProvider].
type Operation string

// The operations. Every provider has Describe and Configure. Its [Descriptor]
// declares which of the others it has.
const (
	OperationDescribe      Operation = "DESCRIBE"
	OperationConfigure     Operation = "CONFIGURE"
	OperationCreatePayment Operation = "CREATE_PAYMENT"
	OperationGetStatus     Operation = "GET_STATUS"
	OperationCancelPayment Operation = "CANCEL_PAYMENT"
	OperationRefund        Operation = "REFUND"
	OperationGetRefund     Operation = "GET_REFUND"
	OperationListPayments  Operation = "LIST_PAYMENTS"
	OperationParseWebhook  Operation = "PARSE_WEBHOOK"
)

// MovesMoney reports whether a call of the operation can change what a payer or a
// merchant owns. Errors of such operations have an [Outcome].
func (o Operation) MovesMoney() bool {
	return o == OperationCreatePayment || o == OperationCancelPayment || o == OperationRefund
}

// UnimplementedPaymentProvider fails every operation with
// [CapabilityUnsupported]. A provider embeds it, implements what it declares,
// and still compiles when the contract gets a new operation. Code that passes
// calls on to another provider does not embed it, so that it misses no new
// operation; see [Handler].
type UnimplementedPaymentProvider struct{}

var _ PaymentProvider = UnimplementedPaymentProvider{}

// Describe fails with CapabilityUnsupported: every provider overrides it.
func (UnimplementedPaymentProvider) Describe(context.Context) (*Descriptor, error) {
	return nil, Unsupported(OperationDescribe)
}

// Configure fails with CapabilityUnsupported: every provider overrides it.
func (UnimplementedPaymentProvider) Configure(context.Context, *Configuration) (*Account, error) {
	return nil, Unsupported(OperationConfigure)
}

// CreatePayment fails with CapabilityUnsupported.
func (UnimplementedPaymentProvider) CreatePayment(context.Context, *CreatePaymentRequest) (*Payment, error) {
	return nil, Unsupported(OperationCreatePayment)
}

// GetStatus fails with CapabilityUnsupported.
func (UnimplementedPaymentProvider) GetStatus(context.Context, *GetStatusRequest) (*Payment, error) {
	return nil, Unsupported(OperationGetStatus)
}

// CancelPayment fails with CapabilityUnsupported.
func (UnimplementedPaymentProvider) CancelPayment(context.Context, *CancelPaymentRequest) (*Payment, error) {
	return nil, Unsupported(OperationCancelPayment)
}

// Refund fails with CapabilityUnsupported.
func (UnimplementedPaymentProvider) Refund(context.Context, *RefundRequest) (*Refund, error) {
	return nil, Unsupported(OperationRefund)
}

// GetRefund fails with CapabilityUnsupported.
func (UnimplementedPaymentProvider) GetRefund(context.Context, *GetRefundRequest) (*Refund, error) {
	return nil, Unsupported(OperationGetRefund)
}

// ListPayments fails with CapabilityUnsupported.
func (UnimplementedPaymentProvider) ListPayments(context.Context, *ListPaymentsRequest) (*PaymentPage, error) {
	return nil, Unsupported(OperationListPayments)
}

// ParseWebhook fails with CapabilityUnsupported.
func (UnimplementedPaymentProvider) ParseWebhook(context.Context, *WebhookRequest) (*WebhookResult, error) {
	return nil, Unsupported(OperationParseWebhook)
}
