package scripted

import (
	"errors"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/paysocket/paysocket/conformance/internal/scripted/link"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// Action is how a call ends. The zero value is Honest.
type Action struct {
	end    func(*Call) (any, error)
	ending Ending // "": by the answer
}

// Honest commits the call if that was not done, and ends it with what came of it.
func Honest() Action {
	return Action{end: func(c *Call) (any, error) {
		if err := c.Commit(); err != nil {
			return nil, err
		}
		return c.message, nil
	}}
}

// Fail ends the call with an error, with whatever outcome the reason allows; the gateway
// does nothing unless the call was committed before.
func Fail(e *contract.Error) Action {
	return Action{end: func(c *Call) (any, error) {
		_, err := c.session.encode(c.ctx, c.method, c.Raw, nil, e)
		return nil, err
	}}
}

// Absent ends a look-up by its key with nothing found, whatever the ledger has. Only if it is
// complete and settled does it prove anything.
func Absent(complete, settled bool) Action {
	return Action{end: func(c *Call) (any, error) {
		reason := contract.PaymentNotFound
		if c.Operation == contract.OperationGetRefund {
			reason = contract.RefundNotFound
		}
		var from time.Time
		if c.Attempt != nil {
			from = c.Attempt.FirstAt
		}
		return Fail(contract.NotFoundByKey(reason, complete, settled, from, time.Now())).end(c)
	}}
}

// WithoutOutcome is Fail with an error that lacks its outcome.
func WithoutOutcome(e *contract.Error) Action {
	return Action{end: func(c *Call) (any, error) {
		_, err := c.session.encode(c.ctx, c.method, c.Raw, nil, e)
		s, _ := status.FromError(err)
		p := s.Proto()
		kept := p.Details[:0]
		for _, d := range p.GetDetails() {
			if !d.MessageIs(&v1.OperationOutcome{}) {
				kept = append(kept, d)
			}
		}
		p.Details = kept
		return nil, status.ErrorProto(p)
	}}
}

// Status ends the call with a plain error of gRPC, as of something between host and provider.
func Status(code codes.Code, message string, details ...*anypb.Any) Action {
	return Action{end: func(*Call) (any, error) {
		p := status.New(code, message).Proto()
		p.Details = details
		return nil, status.ErrorProto(p)
	}}
}

// Answer ends the call with an answer of package contract, which is not checked: a *Payment
// for CreatePayment, GetStatus and CancelPayment, for example.
func Answer(answer any) Action {
	return Action{end: func(c *Call) (any, error) {
		m, err := c.session.encode(c.ctx, c.method, c.Raw, answer, nil)
		if err != nil {
			return nil, err
		}
		return m, nil
	}}
}

// Alter is Honest with an answer that was altered, such as to another amount. If the honest
// answer is an error or has another type, that is what the host gets.
func Alter[T any](change func(*T)) Action {
	return Action{end: func(c *Call) (any, error) {
		if err := c.Commit(); err != nil {
			return nil, err
		}
		answer, ok := c.made.answer.(*T)
		if !ok {
			return c.message, nil
		}
		altered := *answer
		change(&altered)
		return Answer(&altered).end(c)
	}}
}

// Raw ends the call with a message, which need not be legal, or of the operation.
func Raw(message proto.Message) Action {
	return Action{end: func(*Call) (any, error) { return message, nil }}
}

// Bytes ends the call with bytes, which need not be a message.
func Bytes(answer []byte) Action {
	return Action{end: func(*Call) (any, error) { return link.Frame(answer), nil }}
}

// Silence ends the call with nothing: the host waits until its deadline, or for ever if it
// has none.
func Silence() Action {
	return Action{ending: EndedUnheard, end: func(c *Call) (any, error) {
		<-c.ctx.Done()
		return nil, status.FromContextError(c.ctx.Err()).Err()
	}}
}

// Die kills the plugin's process. The gateway does nothing unless the call was committed
// before.
func Die() Action {
	return Action{ending: EndedDeath, end: func(c *Call) (any, error) {
		c.Kill()
		<-c.ctx.Done()
		return nil, status.Error(codes.Unavailable, "the process was killed")
	}}
}

// DieAnswering is Honest, but the plugin's process kills itself with its answer half sent.
func DieAnswering() Action {
	honest := Honest()
	return Action{ending: EndedDeath, end: func(c *Call) (any, error) {
		c.tell(link.Die)
		return honest.end(c)
	}}
}

// Twice is Honest, but the plugin sends its answer twice, which gRPC takes for an error.
func Twice() Action {
	honest := Honest()
	return Action{end: func(c *Call) (any, error) {
		c.tell(link.Twice)
		return honest.end(c)
	}}
}

// readStatus returns reason and outcome of a status, and whether it proves absence; none
// for nil.
func readStatus(err error) (reason contract.Reason, outcome contract.Outcome, proves bool) {
	if err == nil {
		return "", "", false
	}
	if e, ok := errors.AsType[*contract.Error](err); ok {
		return e.Reason, e.Outcome, e.ProvesAbsence()
	}
	e := &contract.Error{}
	s, _ := status.FromError(err)
	for _, d := range s.Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			e.Reason, e.Metadata = contract.Reason(d.GetReason()), d.GetMetadata()
		case *v1.OperationOutcome:
			e.Outcome = outcomes[d.GetOutcome()]
		}
	}
	return e.Reason, e.Outcome, e.ProvesAbsence()
}

var outcomes = map[v1.Outcome]contract.Outcome{
	v1.Outcome_OUTCOME_NOT_ATTEMPTED: contract.NotAttempted, v1.Outcome_OUTCOME_REJECTED: contract.Rejected,
	v1.Outcome_OUTCOME_INDETERMINATE: contract.Indeterminate,
}
