package wire

import (
	"context"

	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// ClientOptions change how a provider is called. Nil means the defaults.
type ClientOptions struct {
	// Unchecked sends requests as they are. By default a request that is not
	// legal, or whose time is over, is refused here and never sent; a test of
	// what the provider itself does with such a request sets this. Answers are
	// distrusted either way.
	Unchecked bool
}

// Client is a provider at the far end of a gRPC connection. It retries
// nothing. It may be used by many goroutines at once.
type Client struct {
	contract.UnimplementedPaymentProvider

	rpc       v1.PaymentProviderClient
	unchecked bool
}

var _ contract.PaymentProvider = (*Client)(nil)

// NewClient gives the provider that is served at the connection. The
// connection stays the caller's to close, and should be one without retries.
func NewClient(conn grpc.ClientConnInterface, options *ClientOptions) *Client {
	return &Client{
		rpc:       v1.NewPaymentProviderClient(conn),
		unchecked: options != nil && options.Unchecked,
	}
}

// calling is how one operation goes from request to answer.
type calling[Req, In, Out, Ans any] struct {
	operation contract.Operation
	encode    func(Req) In
	call      func(context.Context, In, ...grpc.CallOption) (Out, error)
	decode    func(*reader, Out) *Ans
	check     func(Req, *Ans) error // whether the answer answers the request
}

// before gives the check of a request that call makes before it is sent.
func (c *Client) before() func(context.Context, any) error {
	if c.unchecked {
		return func(context.Context, any) error { return nil }
	}
	return beforeSending
}

// call runs one call: check, send, read, distrust.
func call[Req, In, Out, Ans any](ctx context.Context, client *Client, request Req, c calling[Req, In, Out, Ans]) (*Ans, error) {
	if err := client.before()(ctx, request); err != nil {
		return nil, lawful(c.operation, asContractError(err).ForAttempt(attemptOf(request)))
	}
	out, err := c.call(ctx, c.encode(request))
	if err != nil {
		return nil, decodeError(ctx, c.operation, err)
	}
	var r reader
	answer := c.decode(&r, out)
	if err := distrust(&r, request, answer, c.check); err != nil {
		return nil, lawful(c.operation, asContractError(err))
	}
	return answer, nil
}

// beforeSending finds what is certainly wrong without asking the provider.
func beforeSending(ctx context.Context, request any) error {
	if r, ok := request.(interface{ Validate() error }); ok {
		if err := r.Validate(); err != nil {
			return err
		}
	}
	if e := contract.FromContext(ctx); e != nil {
		return e
	}
	return nil
}

// distrust finds what is wrong with an answer.
func distrust[Req, Ans any](r *reader, request Req, answer *Ans, check func(Req, *Ans) error) error {
	if answer == nil {
		return contract.NewError(contract.ProviderBug, "the provider's answer is empty; report it to the provider's author")
	}
	if err := r.answer(); err != nil {
		return err
	}
	if a, ok := any(answer).(interface{ Validate() error }); ok {
		if err := a.Validate(); err != nil {
			return err
		}
	}
	if check == nil {
		return nil
	}
	return check(request, answer)
}

// Describe implements [contract.PaymentProvider].
func (c *Client) Describe(ctx context.Context) (*contract.Descriptor, error) {
	return call(ctx, c, nothing{}, calling[nothing, *v1.DescribeRequest, *v1.DescribeResponse, contract.Descriptor]{
		operation: contract.OperationDescribe,
		encode:    func(nothing) *v1.DescribeRequest { return &v1.DescribeRequest{} },
		call:      c.rpc.Describe,
		decode: func(r *reader, out *v1.DescribeResponse) *contract.Descriptor {
			return decodeDescriptor(r, out.GetDescriptor_())
		},
	})
}

// Configure implements [contract.PaymentProvider].
func (c *Client) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	return call(ctx, c, configuration, calling[*contract.Configuration, *v1.ConfigureRequest, *v1.ConfigureResponse, contract.Account]{
		operation: contract.OperationConfigure,
		encode:    encodeConfiguration,
		call:      c.rpc.Configure,
		decode: func(r *reader, out *v1.ConfigureResponse) *contract.Account {
			return decodeAccount(r, out.GetAccount())
		},
		check: (*contract.Configuration).CheckAnswer,
	})
}

// CreatePayment implements [contract.PaymentProvider].
func (c *Client) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return call(ctx, c, request, calling[*contract.CreatePaymentRequest, *v1.CreatePaymentRequest, *v1.CreatePaymentResponse, contract.Payment]{
		operation: contract.OperationCreatePayment,
		encode:    encodeCreatePaymentRequest,
		call:      c.rpc.CreatePayment,
		decode:    paymentIn[*v1.CreatePaymentResponse],
		check:     (*contract.CreatePaymentRequest).CheckAnswer,
	})
}

// GetStatus implements [contract.PaymentProvider].
func (c *Client) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return call(ctx, c, request, calling[*contract.GetStatusRequest, *v1.GetStatusRequest, *v1.GetStatusResponse, contract.Payment]{
		operation: contract.OperationGetStatus,
		encode:    encodeGetStatusRequest,
		call:      c.rpc.GetStatus,
		decode:    paymentIn[*v1.GetStatusResponse],
		check:     (*contract.GetStatusRequest).CheckAnswer,
	})
}

// CancelPayment implements [contract.PaymentProvider].
func (c *Client) CancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return call(ctx, c, request, calling[*contract.CancelPaymentRequest, *v1.CancelPaymentRequest, *v1.CancelPaymentResponse, contract.Payment]{
		operation: contract.OperationCancelPayment,
		encode:    encodeCancelPaymentRequest,
		call:      c.rpc.CancelPayment,
		decode:    paymentIn[*v1.CancelPaymentResponse],
		check:     (*contract.CancelPaymentRequest).CheckAnswer,
	})
}

// paymentIn reads the payment of an answer that is one.
func paymentIn[Out interface{ GetPayment() *v1.Payment }](r *reader, out Out) *contract.Payment {
	return decodePayment(r, "payment", out.GetPayment())
}

// refundIn reads the refund of an answer that is one.
func refundIn[Out interface{ GetRefund() *v1.Refund }](r *reader, out Out) *contract.Refund {
	return decodeRefund(r, "refund", out.GetRefund())
}

// Refund implements [contract.PaymentProvider].
func (c *Client) Refund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, error) {
	return call(ctx, c, request, calling[*contract.RefundRequest, *v1.RefundRequest, *v1.RefundResponse, contract.Refund]{
		operation: contract.OperationRefund,
		encode:    encodeRefundRequest,
		call:      c.rpc.Refund,
		decode:    refundIn[*v1.RefundResponse],
		check:     (*contract.RefundRequest).CheckAnswer,
	})
}

// GetRefund implements [contract.PaymentProvider].
func (c *Client) GetRefund(ctx context.Context, request *contract.GetRefundRequest) (*contract.Refund, error) {
	return call(ctx, c, request, calling[*contract.GetRefundRequest, *v1.GetRefundRequest, *v1.GetRefundResponse, contract.Refund]{
		operation: contract.OperationGetRefund,
		encode:    encodeGetRefundRequest,
		call:      c.rpc.GetRefund,
		decode:    refundIn[*v1.GetRefundResponse],
		check:     (*contract.GetRefundRequest).CheckAnswer,
	})
}

// ListPayments implements [contract.PaymentProvider].
func (c *Client) ListPayments(ctx context.Context, request *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return call(ctx, c, request, calling[*contract.ListPaymentsRequest, *v1.ListPaymentsRequest, *v1.ListPaymentsResponse, contract.PaymentPage]{
		operation: contract.OperationListPayments,
		encode:    encodeListPaymentsRequest,
		call:      c.rpc.ListPayments,
		decode:    decodePage,
	})
}

// ParseWebhook implements [contract.PaymentProvider].
func (c *Client) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return call(ctx, c, request, calling[*contract.WebhookRequest, *v1.ParseWebhookRequest, *v1.ParseWebhookResponse, contract.WebhookResult]{
		operation: contract.OperationParseWebhook,
		encode:    encodeWebhookRequest,
		call:      c.rpc.ParseWebhook,
		decode:    decodeWebhookResult,
	})
}
