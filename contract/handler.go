package contract

import "context"

// Handler makes a call of any operation. It returns what the operation's method
// returns, such as a *Payment for CreatePayment. If the error is not nil, the
// answer means nothing, and may be a nil pointer.
//
// A Handler is itself a [PaymentProvider]: each of its methods makes one call.
// It does not embed [UnimplementedPaymentProvider], so a new operation of the
// contract does not compile until it is added here.
type Handler func(ctx context.Context, call Call) (any, error)

var _ PaymentProvider = Handler(nil)

// HandlerOf returns a handler that calls the methods of provider.
func HandlerOf(provider PaymentProvider) Handler {
	return func(ctx context.Context, call Call) (any, error) { return Invoke(ctx, provider, call) }
}

// Invoke calls the method of p that c names, and returns its results. It fails
// with [CapabilityUnsupported] if there is no such operation, and with
// [InvalidRequest] if the operation takes another type of request.
func Invoke(ctx context.Context, p PaymentProvider, c Call) (any, error) {
	switch c.Operation {
	case OperationDescribe:
		return p.Describe(ctx)
	case OperationConfigure:
		if r, ok := c.Request.(*Configuration); ok {
			return p.Configure(ctx, r)
		}
	case OperationCreatePayment:
		if r, ok := c.Request.(*CreatePaymentRequest); ok {
			return p.CreatePayment(ctx, r)
		}
	case OperationGetStatus:
		if r, ok := c.Request.(*GetStatusRequest); ok {
			return p.GetStatus(ctx, r)
		}
	case OperationCancelPayment:
		if r, ok := c.Request.(*CancelPaymentRequest); ok {
			return p.CancelPayment(ctx, r)
		}
	case OperationRefund:
		if r, ok := c.Request.(*RefundRequest); ok {
			return p.Refund(ctx, r)
		}
	case OperationGetRefund:
		if r, ok := c.Request.(*GetRefundRequest); ok {
			return p.GetRefund(ctx, r)
		}
	case OperationListPayments:
		if r, ok := c.Request.(*ListPaymentsRequest); ok {
			return p.ListPayments(ctx, r)
		}
	case OperationParseWebhook:
		if r, ok := c.Request.(*WebhookRequest); ok {
			return p.ParseWebhook(ctx, r)
		}
	default:
		return nil, c.NotSent(Unsupported(c.Operation))
	}
	return nil, c.NotSent(Errorf(InvalidRequest, "%s does not take a request of type %T; nothing was sent", c.Operation, c.Request))
}

// typed returns a handler's answer as the type that the operation returns. An
// answer of another type is a bug of an interceptor. The call may have been made
// by then, so the error has no outcome, which leaves everything open.
func typed[Ans any](answer any, err error) (*Ans, error) {
	if err != nil {
		return nil, err
	}
	if a, ok := answer.(*Ans); ok && a != nil {
		return a, nil
	}
	return nil, Errorf(ProviderBug, "an interceptor returned a %T instead of a %T; report this to the author of the interceptor",
		answer, new(Ans)).WithOutcome("")
}

// Describe implements [PaymentProvider].
func (h Handler) Describe(ctx context.Context) (*Descriptor, error) {
	return typed[Descriptor](h(ctx, Call{Operation: OperationDescribe}))
}

// Configure implements [PaymentProvider].
func (h Handler) Configure(ctx context.Context, configuration *Configuration) (*Account, error) {
	return typed[Account](h(ctx, Call{Operation: OperationConfigure, Request: configuration}))
}

// CreatePayment implements [PaymentProvider].
func (h Handler) CreatePayment(ctx context.Context, request *CreatePaymentRequest) (*Payment, error) {
	return typed[Payment](h(ctx, Call{Operation: OperationCreatePayment, Request: request}))
}

// GetStatus implements [PaymentProvider].
func (h Handler) GetStatus(ctx context.Context, request *GetStatusRequest) (*Payment, error) {
	return typed[Payment](h(ctx, Call{Operation: OperationGetStatus, Request: request}))
}

// CancelPayment implements [PaymentProvider].
func (h Handler) CancelPayment(ctx context.Context, request *CancelPaymentRequest) (*Payment, error) {
	return typed[Payment](h(ctx, Call{Operation: OperationCancelPayment, Request: request}))
}

// Refund implements [PaymentProvider].
func (h Handler) Refund(ctx context.Context, request *RefundRequest) (*Refund, error) {
	return typed[Refund](h(ctx, Call{Operation: OperationRefund, Request: request}))
}

// GetRefund implements [PaymentProvider].
func (h Handler) GetRefund(ctx context.Context, request *GetRefundRequest) (*Refund, error) {
	return typed[Refund](h(ctx, Call{Operation: OperationGetRefund, Request: request}))
}

// ListPayments implements [PaymentProvider].
func (h Handler) ListPayments(ctx context.Context, request *ListPaymentsRequest) (*PaymentPage, error) {
	return typed[PaymentPage](h(ctx, Call{Operation: OperationListPayments, Request: request}))
}

// ParseWebhook implements [PaymentProvider].
func (h Handler) ParseWebhook(ctx context.Context, request *WebhookRequest) (*WebhookResult, error) {
	return typed[WebhookResult](h(ctx, Call{Operation: OperationParseWebhook, Request: request}))
}
