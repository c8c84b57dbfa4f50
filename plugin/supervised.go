package plugin

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Supervised is a provider of a catalog, whatever process serves it: each call
// goes to the process that is ready when it begins, and stays there. It repeats
// no call. It may be used by many goroutines at once.
//
// While no process is ready its calls fail at once with
// [contract.ProviderUnreachable]; the message says why and when the next start
// is due, and errors.As finds the [*OpenError] or [*LostError] behind it.
type Supervised struct {
	supervisor *Supervisor
	name       string
}

var _ contract.PaymentProvider = (*Supervised)(nil)

// Name is the entry's name.
func (c *Supervised) Name() string { return c.name }

// Descriptor gives what the present process said of itself, or the last one
// while there is none; nil before the first was ready. It must not be changed.
// A swap can change it: ask for it where it is needed, and do not keep it.
func (c *Supervised) Descriptor() *contract.Descriptor {
	if k := c.supervisor.keeper(c.name); k != nil {
		return k.descriptor()
	}
	return nil
}

// Account gives what the present process answered when it was configured, or
// the last one while there is none; nil before the first was ready. It must not
// be changed, and is not to be kept either.
func (c *Supervised) Account() *contract.Account {
	if k := c.supervisor.keeper(c.name); k != nil {
		return k.account()
	}
	return nil
}

// Unavailable gives the error with which a call would fail at once now, because
// there is no process to send it to; nil if it would be sent.
func (c *Supervised) Unavailable() error {
	k := c.supervisor.keeper(c.name)
	if k == nil {
		return c.removed()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.takesCalls() {
		return nil
	}
	return k.refusal()
}

func (c *Supervised) removed() *contract.Error {
	return contract.Errorf(contract.ProviderUnreachable, "nothing was sent: the catalog has no provider %s any more", c.name)
}

// Configure is refused: a process that was configured past the Supervisor would
// be another one after its restart. Change the catalog, or Restart.
func (c *Supervised) Configure(context.Context, *contract.Configuration) (*contract.Account, error) {
	return nil, contract.NewError(contract.CapabilityUnsupported,
		"the supervisor configures its providers itself; change the catalog and apply it, or restart the provider").WithOutcome("")
}

// Describe implements [contract.PaymentProvider].
func (c *Supervised) Describe(ctx context.Context) (*contract.Descriptor, error) {
	return through(ctx, c, contract.OperationDescribe, struct{}{}, nil,
		func(p contract.PaymentProvider, ctx context.Context, _ struct{}) (*contract.Descriptor, error) {
			return p.Describe(ctx)
		})
}

// CreatePayment implements [contract.PaymentProvider].
func (c *Supervised) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return through(ctx, c, contract.OperationCreatePayment, request, &request.Attempt, contract.PaymentProvider.CreatePayment)
}

// GetStatus implements [contract.PaymentProvider].
func (c *Supervised) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return through(ctx, c, contract.OperationGetStatus, request, nil, contract.PaymentProvider.GetStatus)
}

// CancelPayment implements [contract.PaymentProvider].
func (c *Supervised) CancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return through(ctx, c, contract.OperationCancelPayment, request, nil, contract.PaymentProvider.CancelPayment)
}

// Refund implements [contract.PaymentProvider].
func (c *Supervised) Refund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, error) {
	return through(ctx, c, contract.OperationRefund, request, &request.Attempt, contract.PaymentProvider.Refund)
}

// GetRefund implements [contract.PaymentProvider].
func (c *Supervised) GetRefund(ctx context.Context, request *contract.GetRefundRequest) (*contract.Refund, error) {
	return through(ctx, c, contract.OperationGetRefund, request, nil, contract.PaymentProvider.GetRefund)
}

// ListPayments implements [contract.PaymentProvider].
func (c *Supervised) ListPayments(ctx context.Context, request *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return through(ctx, c, contract.OperationListPayments, request, nil, contract.PaymentProvider.ListPayments)
}

// ParseWebhook implements [contract.PaymentProvider].
func (c *Supervised) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return through(ctx, c, contract.OperationParseWebhook, request, nil, contract.PaymentProvider.ParseWebhook)
}

// through sends one call to the instance that is ready, or refuses it. Attempt
// is that of the request; nil if it has none.
func through[Req, Ans any](
	ctx context.Context, c *Supervised, operation contract.Operation, request Req, attempt *contract.Attempt,
	call func(contract.PaymentProvider, context.Context, Req) (*Ans, error),
) (*Ans, error) {
	record := Call{Provider: c.name, Operation: operation, Began: time.Now()}
	answer, err := sent(ctx, c, &record, request, attempt, call)
	if observe := c.supervisor.options.Observe; observe != nil {
		record.Duration = time.Since(record.Began)
		record.Reason = contract.ReasonOf(err)
		if operation.MovesMoney() {
			record.Outcome = contract.OutcomeOf(err)
		}
		observe(ctx, record)
	}
	return answer, err
}

func sent[Req, Ans any](
	ctx context.Context, c *Supervised, record *Call, request Req, attempt *contract.Attempt,
	call func(contract.PaymentProvider, context.Context, Req) (*Ans, error),
) (*Ans, error) {
	k := c.supervisor.keeper(c.name)
	if k == nil {
		return nil, refused(record.Operation, attempt, c.removed())
	}
	instance, refusal := k.acquire()
	if refusal != nil {
		return nil, refused(record.Operation, attempt, refusal)
	}
	var err error
	defer func() { k.release(instance, err) }() // also when the call panics
	record.Generation, record.PID = instance.generation, instance.pid()
	var answer *Ans
	answer, err = call(instance.client, ctx, request)
	return answer, err
}

// refused gives an error the outcome of a call that was not sent.
func refused(operation contract.Operation, attempt *contract.Attempt, e *contract.Error) *contract.Error {
	switch {
	case !operation.MovesMoney():
		return e.WithOutcome("")
	case attempt == nil:
		return e
	default:
		return e.ForAttempt(attempt)
	}
}
