package checks

import (
	"context"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// column is one operation of a sweep over faults, and what must have happened before it.
type column struct {
	name      string
	operation contract.Operation

	// clause is under which a failure is reported, and on under which one of a class.
	clause string
	on     map[class]string

	// later says that an earlier call of the attempt is of unknown result. If possible,
	// another process made it.
	later bool

	// byKey says that the call asks for what has a key, if possible of another process
	// than made it.
	byKey bool

	// repeats says that the call repeats one that was answered.
	repeats bool

	// counts says that only the requests that can move money are counted.
	counts bool

	// second says that only requests meet faults that come after the first that can move
	// money: another column has the others.
	second bool

	// fails is the reason with which the call fails without a fault; empty: it succeeds.
	fails contract.Reason

	// possible reports whether the provider and the sandbox can do it; nil: always.
	possible func(*harness.Env) bool

	// arrange does what must have happened before.
	arrange func(*harness.T, *harness.Env, *harness.Scenario) *arranged
}

// arranged is a call that can be made.
type arranged struct {
	call func(context.Context, *harness.Scenario) (answer any, err error)

	paymentID string // that it is about; empty: it makes one
	refundID  string // that it reads
	key       string // of the payment or refund that it makes; empty: it makes none

	// open says that the call can be made again: it only reads, or the fate of an
	// earlier one is still open.
	open bool
}

// clauseOn returns the clause of the cells with faults of a class.
func (c *column) clauseOn(of class) string {
	if id := c.on[of]; id != "" {
		return id
	}
	return c.clause
}

// faultColumns has columns for every operation, in each position of a request that can
// move money: the first of its attempt, and a later one.
func faultColumns() []column {
	columns := append(readColumns(), moneyColumns()...)
	for _, column := range moneyColumns() {
		if column.later {
			continue // the first call of an attempt is what could be repeated
		}
		column.name += ", counted"
		column.clause, column.on, column.counts = "ERR-007", nil, true
		columns = append(columns, column)
	}
	return columns
}

// reads returns a column of an operation that only reads.
func reads(name string, operation contract.Operation, clause string, arrange func(*harness.T, *harness.Env, *harness.Scenario) *arranged) column {
	return column{
		name: name, operation: operation, clause: clause, arrange: arrange,
		on: map[class]string{limited: "ERR-004", refused: "ERR-005", unsent: "ERR-002"},
	}
}

func readColumns() []column {
	columns := []column{
		reads("GetStatus by id", contract.OperationGetStatus, "STS-007", func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
			made := s.MustCreate(t, e.CreateRequest())
			return &arranged{paymentID: made.PaymentID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
				return s.Provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: made.PaymentID})
			}}
		}),
		reads(statusByKey, contract.OperationGetStatus, "STS-010", func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
			made := s.MustCreate(t, e.CreateRequest())
			attempt := pastAttempt(made.IdempotencyKey)
			return &arranged{paymentID: made.PaymentID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
				return s.Provider.GetStatus(ctx, &contract.GetStatusRequest{Attempt: &attempt})
			}}
		}),
		reads("GetRefund by id", contract.OperationGetRefund, "REF-011", func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
			made := mustRefund(t, s, refundRequest(e, paid(t, e, s).PaymentID, some(e)))
			return &arranged{paymentID: made.PaymentID, refundID: made.RefundID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
				return s.Provider.GetRefund(ctx, &contract.GetRefundRequest{PaymentID: made.PaymentID, RefundID: made.RefundID})
			}}
		}),
		reads(refundByKey, contract.OperationGetRefund, "REF-011", func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
			made := mustRefund(t, s, refundRequest(e, paid(t, e, s).PaymentID, some(e)))
			attempt := pastAttempt(made.IdempotencyKey)
			return &arranged{paymentID: made.PaymentID, refundID: made.RefundID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
				return s.Provider.GetRefund(ctx, &contract.GetRefundRequest{PaymentID: made.PaymentID, Attempt: &attempt})
			}}
		}),
		reads("ListPayments", contract.OperationListPayments, "LST-002", func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
			made := s.MustCreate(t, e.CreateRequest())
			return &arranged{paymentID: made.PaymentID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
				return s.Provider.ListPayments(ctx, recently())
			}}
		}),
		reads("ParseWebhook", contract.OperationParseWebhook, "WHK-012", func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
			payment, hook := paidEvent(t, e, s)
			return &arranged{paymentID: payment.PaymentID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
				return s.Provider.ParseWebhook(ctx, hook)
			}}
		}),
		reads("Configure with a probe", contract.OperationConfigure, "CFG-006", func(_ *harness.T, _ *harness.Env, s *harness.Scenario) *arranged {
			configuration := *s.Configuration
			configuration.Probe = true
			return &arranged{call: func(ctx context.Context, s *harness.Scenario) (any, error) {
				return s.Provider.Configure(ctx, &configuration)
			}}
		}),
	}
	for i := range columns {
		columns[i].byKey = columns[i].name == statusByKey || columns[i].name == refundByKey
		columns[i].possible = canRead(columns[i].operation, columns[i].byKey)
	}
	return columns
}

// canRead returns whether a provider and a sandbox can do what the operation reads.
func canRead(operation contract.Operation, byKey bool) func(*harness.Env) bool {
	return func(e *harness.Env) bool {
		switch operation { //nolint:exhaustive // the others read payments
		case contract.OperationGetRefund:
			return (!byKey || looksUp(e.Descriptor.RefundIdempotency)) && refundsPaid(e)
		case contract.OperationParseWebhook:
			return hooks(e)
		default:
			return !byKey || looksUp(e.Descriptor.CreateIdempotency)
		}
	}
}

// The columns that look up by key.
const (
	statusByKey = "GetStatus by key"
	refundByKey = "GetRefund by key"
)

// looksUp reports whether there is a look-up by key.
func looksUp(idempotency *contract.Idempotency) bool {
	return idempotency != nil && idempotency.LookupByKey
}

func moneyColumns() []column {
	first := map[class]string{unsent: "ERR-002", undecided: "ERR-003", limited: "ERR-004", refused: "ERR-005", overdue: "DLN-001"}
	return []column{
		{
			name: "CreatePayment", operation: contract.OperationCreatePayment, clause: "ERR-001", on: first,
			arrange: func(_ *harness.T, e *harness.Env, _ *harness.Scenario) *arranged {
				return arrangeCreate(e.CreateRequest())
			},
		},
		{
			name: "CreatePayment after a lost answer", operation: contract.OperationCreatePayment, clause: "IDM-011", later: true,
			arrange: func(t *harness.T, _ *harness.Env, s *harness.Scenario) *arranged {
				lost := lose(t, s)
				lost.Settle()
				return arrangeCreate(lost.Request)
			},
		},
		{
			name: "Refund", operation: contract.OperationRefund, clause: "REF-010", on: first, possible: refundsPaid,
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				return arrangeRefund(refundRequest(e, paid(t, e, s).PaymentID, some(e)))
			},
		},
		{
			name: "Refund after a lost answer", operation: contract.OperationRefund, clause: "IDM-011", later: true, possible: refundsPaid,
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				lost := loseRefund(t, s, refundRequest(e, paid(t, e, s).PaymentID, some(e)))
				lost.Request.Attempt = harness.Settled(lost.Request.Attempt, e.Descriptor.RefundIdempotency)
				return arrangeRefund(lost.Request)
			},
		},
		{
			name: "CancelPayment", operation: contract.OperationCancelPayment, clause: "CAN-003", on: map[class]string{unsent: "ERR-002", limited: "ERR-004", refused: "ERR-005", overdue: "DLN-001"},
			arrange: func(t *harness.T, e *harness.Env, s *harness.Scenario) *arranged {
				made := s.MustCreate(t, e.CreateRequest())
				return &arranged{paymentID: made.PaymentID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
					return s.Provider.CancelPayment(ctx, &contract.CancelPaymentRequest{PaymentID: made.PaymentID})
				}}
			},
		},
	}
}

func arrangeCreate(request *contract.CreatePaymentRequest) *arranged {
	return &arranged{key: request.Attempt.Key, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
		return s.Provider.CreatePayment(ctx, request)
	}}
}

func arrangeRefund(request *contract.RefundRequest) *arranged {
	return &arranged{key: request.Attempt.Key, paymentID: request.PaymentID, call: func(ctx context.Context, s *harness.Scenario) (any, error) {
		return s.Provider.Refund(ctx, request)
	}}
}

// shortRead is a deadline of a call that only reads, which waits in vain.
const shortRead = 700 * time.Millisecond

// deadline returns the context of a call that meets the fault.
func (c *column) deadline(t *harness.T, e *harness.Env, r *row) (context.Context, context.CancelFunc) {
	limit := e.CallLimit()
	switch {
	case r.limit != 0 && c.operation.MovesMoney():
		limit = e.Within(r.limit)
	case r.limit != 0:
		limit = e.Within(shortRead)
	}
	return context.WithTimeout(t.Context(), limit)
}
