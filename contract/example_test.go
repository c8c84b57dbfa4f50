package contract_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// The answer to the first call is lost. The second call never reaches the
// gateway, which says nothing about the first. So the attempt stays open, and the
// third call has to carry when the first one began and ended.
func ExampleAttempt_Next() {
	// Commit the key to the database before the first call.
	attempt := contract.Attempt{Key: rand.Text()}
	at := func(second int) time.Time { return time.Date(2026, 11, 29, 12, 0, second, 0, time.UTC) }

	lost := contract.NewError(contract.ConnectionLost, "the connection broke")
	attempt = attempt.Next(at(0), at(3), lost)

	unreachable := contract.NewError(contract.ProviderUnreachable, "no connection")
	attempt = attempt.Next(at(10), at(11), unreachable)

	fmt.Println("FirstAt:", attempt.FirstAt.Format(time.TimeOnly))
	fmt.Println("LastUnknownAt:", attempt.LastUnknownAt.Format(time.TimeOnly))
	fmt.Println("settled at 12:00:30:", attempt.SettledAt(at(30), time.Minute))
	fmt.Println("settled at 12:01:03:", attempt.SettledAt(at(63), time.Minute))
	// Output:
	// FirstAt: 12:00:00
	// LastUnknownAt: 12:00:03
	// settled at 12:00:30: false
	// settled at 12:01:03: true
}

// A host acts on the outcome of an error first.
func ExampleOutcomeOf() {
	for _, err := range []error{
		contract.NewError(contract.ProviderRateLimited, "too many requests"),
		fmt.Errorf("checkout: %w", contract.NewError(contract.ProviderRejected, "the merchant is blocked")),
		contract.NewError(contract.ProviderTimeout, "no response within 20 s"),
		context.DeadlineExceeded, // not from this package: nothing is certain
	} {
		switch contract.OutcomeOf(err) {
		case contract.NotAttempted:
			fmt.Println("repeat the call:", err)
		case contract.Rejected:
			fmt.Println("do not repeat it unchanged:", err)
		case contract.Indeterminate:
			fmt.Println("find out with the same key:", err)
		}
	}
	// Output:
	// repeat the call: PROVIDER_RATE_LIMITED (NOT_ATTEMPTED): too many requests
	// do not repeat it unchanged: checkout: PROVIDER_REJECTED (REJECTED): the merchant is blocked
	// find out with the same key: PROVIDER_TIMEOUT (INDETERMINATE): no response within 20 s
	// find out with the same key: context deadline exceeded
}

func ExampleReason() {
	err := fmt.Errorf("refunding order 3947: %w",
		contract.NewError(contract.RefundWindowExpired, "the last day for a refund was 2026-10-31"))

	if errors.Is(err, contract.RefundWindowExpired) {
		fmt.Println("pay the money back in another way")
	}
	fmt.Println(contract.ReasonOf(err))
	// Output:
	// pay the money back in another way
	// REFUND_WINDOW_EXPIRED
}

// A look-up by key that finds nothing closes an attempt only if it proves that
// there is nothing.
func ExampleError_ProvesAbsence() {
	from := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	const complete = true
	for _, settled := range []bool{false, true} {
		err := error(contract.NotFoundByKey(contract.PaymentNotFound, complete, settled, from, from.Add(time.Minute)))

		if e, ok := errors.AsType[*contract.Error](err); ok && e.ProvesAbsence() {
			fmt.Println("no payment was made: close the attempt")
		} else {
			fmt.Println("a payment may exist: keep the attempt open")
		}
	}
	// Output:
	// a payment may exist: keep the attempt open
	// no payment was made: close the attempt
}

// A Handler is a provider in one function, which is enough for the tests of a
// host.
func ExampleHandler() {
	var provider contract.PaymentProvider = contract.Handler(
		func(_ context.Context, call contract.Call) (any, error) {
			switch request := call.Request.(type) {
			case *contract.GetStatusRequest:
				return &contract.Payment{PaymentID: request.PaymentID, Status: contract.PaymentSucceeded}, nil
			default:
				return nil, call.NotSent(contract.Unsupported(call.Operation))
			}
		})

	payment, err := provider.GetStatus(context.Background(), &contract.GetStatusRequest{PaymentID: "pay_1"})
	fmt.Println(payment.PaymentID, payment.Status, err)
	_, err = provider.Refund(context.Background(), &contract.RefundRequest{PaymentID: "pay_1"})
	fmt.Println(contract.ReasonOf(err), contract.OutcomeOf(err))
	// Output:
	// pay_1 SUCCEEDED <nil>
	// CAPABILITY_UNSUPPORTED NOT_ATTEMPTED
}

// The first interceptor counts all calls and the failed ones. The second one
// refuses calls that move money: those are counted as well.
func ExampleChain() {
	var calls, failed atomic.Int64
	count := func(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
		answer, err := next(ctx, call)
		calls.Add(1)
		if err != nil {
			failed.Add(1)
		}
		return answer, err
	}
	readOnly := func(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
		if call.Operation.MovesMoney() {
			return nil, call.NotSent(contract.NewError(contract.ProviderUnreachable, "closed for maintenance; try again later"))
		}
		return next(ctx, call)
	}
	end := func(context.Context, contract.Call) (any, error) { return &contract.Payment{}, nil }
	provider := contract.Chain(end, count, readOnly) // for a PaymentProvider, end is HandlerOf(provider)

	_, err := provider.GetStatus(context.Background(), &contract.GetStatusRequest{PaymentID: "pay_1"})
	fmt.Println(err)
	_, err = provider.CreatePayment(context.Background(), &contract.CreatePaymentRequest{})
	fmt.Println(err)
	fmt.Println(calls.Load(), "calls,", failed.Load(), "failed")
	// Output:
	// <nil>
	// PROVIDER_UNREACHABLE (NOT_ATTEMPTED): closed for maintenance; try again later
	// 2 calls, 1 failed
}

// A host can check a request before it sends it. Served through package plugin, a
// provider receives only requests that pass.
func ExampleDescriptor_CheckCreatePayment() {
	descriptor := &contract.Descriptor{
		PaymentMethods: []contract.PaymentMethod{{
			Code:       "alipay",
			Currencies: []contract.CurrencyLimits{{Currency: "THB", MinMinorUnits: 2000}},
		}},
	}
	request := &contract.CreatePaymentRequest{
		Attempt:   contract.Attempt{Key: rand.Text()},
		Reference: "order 3947",
		Amount:    contract.Money{Currency: "THB", MinorUnits: 1500},
		Method:    "alipay",
		ReturnURL: "https://shop.example/orders/3947",
	}

	fmt.Println(request.Validate())
	fmt.Println(descriptor.CheckCreatePayment(request, nil))
	// Output:
	// <nil>
	// AMOUNT_OUT_OF_RANGE (NOT_ATTEMPTED): the request is invalid; nothing was sent; amount.minor_units: must be at least 2000, not 1500
}

func ExampleNewSecret() {
	key := contract.NewSecret("skey_test_5fzcso1ns6")
	configuration := contract.Configuration{
		Mode:    contract.ModeTest,
		Secrets: map[string]contract.Secret{"secret_key": key},
	}
	fmt.Println(key)
	fmt.Printf("%+v\n", configuration)

	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://api.example/account", http.NoBody)
	if err != nil {
		fmt.Println(err)
		return
	}
	request.SetBasicAuth(key.Reveal(), "") // only here is the value needed
	// Output:
	// [redacted]
	// {Mode:TEST Settings:map[] Secrets:map[secret_key:[redacted]] Probe:false}
}

func ExampleMoney() {
	paid := contract.Money{Currency: "THB", MinorUnits: 100000}
	refunded := contract.Money{Currency: "THB", MinorUnits: 25050}
	left, err := paid.Sub(refunded)
	fmt.Println(left, err)

	// The yen has no smaller unit.
	fmt.Println(contract.Money{Currency: "JPY", MinorUnits: 1000})

	_, err = paid.Sub(contract.Money{Currency: "JPY", MinorUnits: 1000})
	fmt.Println(err)
	// Output:
	// THB 749.50 <nil>
	// JPY 1000
	// cannot subtract JPY 1000 from THB 1000.00: the currencies differ
}

// ReadOnly is a provider that can only read payments.
type ReadOnly struct {
	contract.UnimplementedPaymentProvider
}

// Describe declares what the provider has. A real descriptor says much more.
func (ReadOnly) Describe(context.Context) (*contract.Descriptor, error) {
	return &contract.Descriptor{
		ProviderID:  "read-only",
		SpecVersion: contract.SpecVersion,
		Operations:  []contract.Operation{contract.OperationGetStatus},
	}, nil
}

// GetStatus reads one payment. A real provider reads it from the gateway.
func (ReadOnly) GetStatus(_ context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return &contract.Payment{PaymentID: request.PaymentID, Status: contract.PaymentPending}, nil
}

// A provider embeds UnimplementedPaymentProvider, and implements what its
// descriptor declares.
func ExampleUnimplementedPaymentProvider() {
	var provider contract.PaymentProvider = ReadOnly{}

	payment, err := provider.GetStatus(context.Background(), &contract.GetStatusRequest{PaymentID: "pay_1"})
	fmt.Println(payment.PaymentID, payment.Status, err)
	_, err = provider.Refund(context.Background(), &contract.RefundRequest{})
	fmt.Println(contract.ReasonOf(err))
	// Output:
	// pay_1 PENDING <nil>
	// CAPABILITY_UNSUPPORTED
}
