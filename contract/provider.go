package contract

import "context"

// SpecVersion is the version of the contract that this package states. A
// provider gives it in its [Descriptor].
const SpecVersion = "0.1.0"

// PaymentProvider is a payment gateway as a host sees it.
//
// It is guaranteed to an implementation served through package plugin that
// each request has passed its own Validate method and the Check method that
// [Descriptor] has for it, with the limits in force; that the operation is
// declared and the provider configured; and that the context has a deadline
// that has not passed. Pointers to requests are never nil. A provider must not change
// a request, and may keep it.
//
// On success the answer must not be nil and must pass its own Validate method;
// package contract/wire turns an answer that does not into a [ProviderBug].
type PaymentProvider interface {
	// Describe says what the provider is and can do for every account. It must
	// work before Configure, give the same answer on every call and after
	// every restart, and cause no traffic to the gateway.
	Describe(ctx context.Context) (*Descriptor, error)

	// Configure sets the account to work for: settings, secrets and mode. It
	// must refuse a missing, unknown or malformed key with InvalidConfig,
	// naming the key and never its value. If it fails, the previous
	// configuration must stay whole, or the provider unconfigured if there was
	// none. It may be called again at any time; calls in flight must finish
	// with the configuration they began with.
	//
	// With Configuration.Probe the provider must read at the gateway and
	// answer with what it learnt there: wrong credentials are
	// ProviderAuthFailed. Without it, Configure must cause no traffic, and the
	// answer repeats the payment methods of Describe.
	Configure(ctx context.Context, configuration *Configuration) (*Account, error)

	// CreatePayment asks the gateway for a payment and answers with it. It
	// moves money: errors carry an outcome.
	//
	// There must be at most one payment at the gateway for one idempotency
	// key. Asked again with a key that has a payment already, and the same
	// amount, currency and method, it must answer with that payment, read
	// fresh, Replayed set. With others it must fail with IdempotencyKeyReused
	// and write nothing. If the gateway knows several payments for the key it
	// must fail with DuplicatePayments and name all. Concurrent calls with one
	// key within the process must end with one payment, whether or not they
	// carry FirstAt.
	//
	// What the gateway echoes (amount, currency, method, key, mode) must be
	// compared with the request; a difference is MalformedResponse, with the
	// payment's id in the error's metadata.
	CreatePayment(ctx context.Context, request *CreatePaymentRequest) (*Payment, error)

	// GetStatus reads one payment by its id, or by its idempotency key when
	// the id was never learnt. The answer must be fresh from the gateway, and
	// the gateway's state must not change by asking. It answers for payments
	// of any age, and goes on to say what the gateway says: that some
	// statuses are terminal is a rule for hosts.
	//
	// By key it works where the descriptor says LookupByKey, needs
	// Attempt.FirstAt, and searches the window that the package documentation
	// describes. A payment that is not found is PaymentNotFound; by key, the
	// error's metadata must say how much that proves, see Error.ProvesAbsence.
	GetStatus(ctx context.Context, request *GetStatusRequest) (*Payment, error)

	// CancelPayment asks the gateway to stop a payment that nobody has paid,
	// and answers with the payment as it is afterwards: canceled or expired,
	// or succeeded if it was paid in the meantime. If the gateway refuses, the
	// provider must read the payment and answer with it unless it is still
	// pending, which is PaymentNotCancelable. It moves money: errors carry an
	// outcome. It takes no key, since repeating it does no harm; after an error,
	// GetStatus tells where the payment stands. A canceled payment may still be
	// paid late.
	CancelPayment(ctx context.Context, request *CancelPaymentRequest) (*Payment, error)

	// Refund gives a payment's money back, in full or in part, and answers
	// with the refund. It moves money: errors carry an outcome.
	//
	// The promises of CreatePayment hold for it alike, with the idempotency
	// key unique within its payment: at most one refund at the gateway for one
	// key, the same refund for the same request, IdempotencyKeyReused for
	// another amount, DuplicateRefunds if there are several.
	Refund(ctx context.Context, request *RefundRequest) (*Refund, error)

	// GetRefund reads one refund of a payment by its id or by its idempotency
	// key, in the way of GetStatus. One that is not found is RefundNotFound.
	GetRefund(ctx context.Context, request *GetRefundRequest) (*Refund, error)

	// ListPayments reads the payments that were created in a window, oldest
	// first, each as GetStatus would give it. Payments that were not made
	// through this contract are among them, with an empty IdempotencyKey. A
	// page that cannot be read in full must be an error, never a shorter page.
	ListPayments(ctx context.Context, request *ListPaymentsRequest) (*PaymentPage, error)

	// ParseWebhook verifies a request that the gateway sent to the host, and
	// answers with the events in it. What cannot be verified must be an error;
	// there is no field for an unverified event. It must write nothing at the
	// gateway.
	ParseWebhook(ctx context.Context, request *WebhookRequest) (*WebhookResult, error)
}

// Operation names one operation of [PaymentProvider].
type Operation string

// The operations. Describe and Configure belong to every provider; a
// [Descriptor] declares which of the others it has.
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

// MovesMoney reports whether a call of the operation can change what a payer
// or a merchant owns. Errors of such operations carry an [Outcome].
func (o Operation) MovesMoney() bool {
	return o == OperationCreatePayment || o == OperationCancelPayment || o == OperationRefund
}

// UnimplementedPaymentProvider answers every operation with
// [CapabilityUnsupported]. A provider embeds it, implements what it declares,
// and keeps compiling when the contract gains an operation.
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
