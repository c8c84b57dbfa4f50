package contract

import "context"

// Handler makes calls of whatever operation. Its answer is what the operation's
// method returns, a *Payment for CreatePayment and so on.
//
// It is a [PaymentProvider] by itself: each method is a call. It embeds nothing,
// so that an operation which the contract gains is forgotten nowhere.
type Handler func(ctx context.Context, call Call) (any, error)

var _ PaymentProvider = Handler(nil)

// HandlerOf returns a handler that calls the provider's methods.
func HandlerOf(provider PaymentProvider) Handler {
	return func(ctx context.Context, call Call) (any, error) { return Invoke(ctx, provider, call) }
}

// Invoke calls the method of a provider that the call names. A call whose
// request is not of that method is refused with InvalidRequest.
func Invoke(ctx context.Context, p PaymentProvider, c Call) (any, error) {
	switch c.Operation {
	case OperationDescribe:
		return answered(p.Describe(ctx))
	case OperationConfigure:
		return invoke(ctx, p, c, PaymentProvider.Configure)
	case OperationCreatePayment:
		return invoke(ctx, p, c, PaymentProvider.CreatePayment)
	case OperationGetStatus:
		return invoke(ctx, p, c, PaymentProvider.GetStatus)
	case OperationCancelPayment:
		return invoke(ctx, p, c, PaymentProvider.CancelPayment)
	case OperationRefund:
		return invoke(ctx, p, c, PaymentProvider.Refund)
	case OperationGetRefund:
		return invoke(ctx, p, c, PaymentProvider.GetRefund)
	case OperationListPayments:
		return invoke(ctx, p, c, PaymentProvider.ListPayments)
	case OperationParseWebhook:
		return invoke(ctx, p, c, PaymentProvider.ParseWebhook)
	}
	return nil, c.NotSent(Unsupported(c.Operation))
}

func invoke[Req, Ans any](
	ctx context.Context, p PaymentProvider, c Call, method func(PaymentProvider, context.Context, *Req) (*Ans, error),
) (any, error) {
	request, ok := c.Request.(*Req)
	if !ok {
		return nil, c.NotSent(Errorf(InvalidRequest, "an interceptor called %s with a %T; nothing was done", c.Operation, c.Request))
	}
	return answered(method(p, ctx, request))
}

// answered keeps a nil pointer from becoming an answer that is not nil.
func answered[Ans any](answer *Ans, err error) (any, error) {
	if answer == nil {
		return nil, err
	}
	return answer, err
}

// call makes a call through the handler. An answer of another type than the
// operation's is a bug of an interceptor's, met when the call has been made.
func call[Ans any](ctx context.Context, h Handler, operation Operation, request any) (*Ans, error) {
	answer, err := h(ctx, Call{Operation: operation, Request: request})
	if err != nil {
		return nil, err
	}
	if a, ok := answer.(*Ans); ok && a != nil {
		return a, nil
	}
	e := Errorf(ProviderBug, "%s was answered with a %T in place of a %T; report it to the author of its interceptors", operation, answer, new(Ans))
	if !operation.MovesMoney() {
		return nil, e.WithOutcome("")
	}
	return nil, e
}

// Describe implements [PaymentProvider].
func (h Handler) Describe(ctx context.Context) (*Descriptor, error) {
	return call[Descriptor](ctx, h, OperationDescribe, nil)
}

// Configure implements [PaymentProvider].
func (h Handler) Configure(ctx context.Context, configuration *Configuration) (*Account, error) {
	return call[Account](ctx, h, OperationConfigure, configuration)
}

// CreatePayment implements [PaymentProvider].
func (h Handler) CreatePayment(ctx context.Context, request *CreatePaymentRequest) (*Payment, error) {
	return call[Payment](ctx, h, OperationCreatePayment, request)
}

// GetStatus implements [PaymentProvider].
func (h Handler) GetStatus(ctx context.Context, request *GetStatusRequest) (*Payment, error) {
	return call[Payment](ctx, h, OperationGetStatus, request)
}

// CancelPayment implements [PaymentProvider].
func (h Handler) CancelPayment(ctx context.Context, request *CancelPaymentRequest) (*Payment, error) {
	return call[Payment](ctx, h, OperationCancelPayment, request)
}

// Refund implements [PaymentProvider].
func (h Handler) Refund(ctx context.Context, request *RefundRequest) (*Refund, error) {
	return call[Refund](ctx, h, OperationRefund, request)
}

// GetRefund implements [PaymentProvider].
func (h Handler) GetRefund(ctx context.Context, request *GetRefundRequest) (*Refund, error) {
	return call[Refund](ctx, h, OperationGetRefund, request)
}

// ListPayments implements [PaymentProvider].
func (h Handler) ListPayments(ctx context.Context, request *ListPaymentsRequest) (*PaymentPage, error) {
	return call[PaymentPage](ctx, h, OperationListPayments, request)
}

// ParseWebhook implements [PaymentProvider].
func (h Handler) ParseWebhook(ctx context.Context, request *WebhookRequest) (*WebhookResult, error) {
	return call[WebhookResult](ctx, h, OperationParseWebhook, request)
}
