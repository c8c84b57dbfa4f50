package hostchecks

import (
	"errors"
	"slices"

	"google.golang.org/grpc/codes"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// The gateway cancels nothing, whatever a call that asks for it ends with. A host may also
// never ask.
func cancelsThatFail(t *T) {
	ways := []scripted.Action{
		scripted.Fail(contract.NewError(contract.ProviderTimeout, "the gateway did not answer in time")),
		scripted.Fail(contract.NewError(contract.ProviderRejected, "the gateway does not cancel")),
		scripted.Status(codes.Unavailable, "nobody is there"),
	}
	orders := t.NewOrders(len(ways))
	opened(orders)
	for i, o := range orders {
		o.On(contract.OperationCancelPayment, 0, With(NotExecuted, ways[i]))
		o.Cancel()
	}
	t.Throughout("none of "+named(orders)+" is UNPAID: their payments can be paid, and nobody has said that they were canceled", func() bool {
		return !slices.ContainsFunc(orders, func(o *Order) bool { return !o.isNotPaid() })
	})
}

// Cancel has the order abandoned. What the host makes of that is its own choice, as long
// as it is legal.
func (o *Order) Cancel() {
	answer, err := o.client().Cancel(o.t.Context(), o.ID)
	o.t.world.heard(answer, err)
	o.t.note("order %s is to be abandoned: %s%s", o.ID, shown(answer), because(err))
	if wrong, ok := errors.AsType[*hostctl.AnswerError](err); ok {
		o.t.Errorf("the host breaks hostctl/1: %s", wrong)
	}
}
