package wire

import (
	"context"

	"google.golang.org/grpc"

	"github.com/paysocket/paysocket/contract"
)

// ClientOptions change how a [Client] calls its provider. Nil means the defaults.
type ClientOptions struct {
	// Unchecked sends requests as they are. By default a request that is not
	// valid, or whose deadline has passed, is refused here and never sent; a test of
	// what the provider itself does with such a request sets this. Answers are
	// checked either way.
	Unchecked bool
}

// Client is a provider at the other end of a gRPC connection. It does not retry.
// It is safe for concurrent use.
type Client struct {
	contract.Handler // of Call

	conn      grpc.ClientConnInterface
	unchecked bool
}

var _ contract.PaymentProvider = (*Client)(nil)

// NewClient returns a client for the provider that the connection leads to. The
// caller closes the connection, which should not retry calls.
func NewClient(conn grpc.ClientConnInterface, options *ClientOptions) *Client {
	c := &Client{conn: conn, unchecked: options != nil && options.Unchecked}
	c.Handler = c.Call
	return c
}

// Call makes one call. A call that is certainly not valid is refused without being
// sent; otherwise Call sends it, reads the answer, and checks the answer.
func (c *Client) Call(ctx context.Context, call contract.Call) (any, error) {
	unsent := func(err error) (any, error) {
		return nil, call.NotSent(normalizeOutcome(call.Operation, asContractError(err)))
	}
	o := operationOf(call.Operation)
	if o == nil {
		return unsent(contract.Unsupported(call.Operation))
	}
	in, ok := o.encode(call.Request)
	if !ok {
		return unsent(contract.Errorf(contract.InvalidRequest, "%s was called with a %T; nothing was sent", o.name, call.Request))
	}
	if !c.unchecked {
		if err := validate(call.Request); err != nil {
			return unsent(err)
		}
		if err := contract.FromContext(ctx); err != nil {
			return unsent(err)
		}
	}
	if len(call.Header) > 0 {
		if err := checkHeader(call.Header); err != nil {
			return unsent(err)
		}
		ctx = withHeader(ctx, call.Header)
	}
	out := o.newAnswer()
	if err := c.conn.Invoke(ctx, o.method, in, out, grpc.StaticMethod()); err != nil {
		return nil, decodeError(ctx, call.Operation, err)
	}
	var r reader
	answer := o.decodeAnswer(&r, out)
	if err := o.check(&r, call.Request, answer); err != nil {
		return nil, normalizeOutcome(call.Operation, asContractError(err))
	}
	return answer, nil
}

// validate calls the Validate method of a request or an answer, if it has one.
func validate(value any) error {
	if v, ok := value.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

// check returns an error if the answer is not valid.
func (o *operation) check(r *reader, request, answer any) error {
	if answer == nil {
		return contract.NewError(contract.ProviderBug, "the provider's answer is empty; report it to the provider's author")
	}
	if err := r.answer(); err != nil {
		return err
	}
	if err := validate(answer); err != nil {
		return err
	}
	if o.checkAnswer == nil {
		return nil
	}
	return o.checkAnswer(request, answer)
}
