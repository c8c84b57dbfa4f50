package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Finding is the result of one check of a sandbox.
type Finding struct {
	Name  string  // what is checked, as a statement
	Err   error   // why it failed
	Lacks Feature // that the sandbox does not advertise, so that it was not checked; empty: none
}

// examination is one run of Check.
type examination struct {
	ctx      context.Context
	gateway  Gateway
	features []Feature
	never    []Feature
	amount   Money
	findings []Finding
}

// Check checks whether a sandbox follows gwctl/1 in the features that it
// advertises, and returns one Finding for each check. It opens scopes of its own,
// which it closes. amount must be an amount that the gateway accepts.
func Check(ctx context.Context, sandbox Gateway, amount Money) []Finding {
	x := &examination{ctx: ctx, gateway: sandbox, amount: amount}
	x.checkOracle()
	x.note("it advertises only features of the protocol, each once", x.known())
	x.note("a closed scope is not found", x.closedScope())
	return x.findings
}

// CheckOracle is [Check] without what a test does not rely on. A test that relies
// on a sandbox with a failed finding may blame the provider for the sandbox's
// defect. [conformance.Run] calls it before anything else.
//
// [conformance.Run]: https://pkg.go.dev/github.com/paysocket/paysocket/conformance#Run
func CheckOracle(ctx context.Context, sandbox Gateway, amount Money) []Finding {
	x := &examination{ctx: ctx, gateway: sandbox, amount: amount}
	x.checkOracle()
	return x.findings
}

func (x *examination) checkOracle() {
	x.note("it answers hello with the protocol "+Protocol, x.hello())
	x.note("scopes have different credentials and do not see each other's payments", x.scopes())
	x.note("a payment that it makes is in its ledger", x.created(), FeaturePaymentCreate, FeatureLedger)
	for _, state := range []State{StateSucceeded, StateFailed, StateExpired, StateCanceled} {
		x.note("a payment that is moved to "+string(state)+" is in this state at once",
			x.moves(state), FeaturePaymentCreate, FeatureLedger, FeatureTransition(state))
	}
	x.note("a move that the gateway never makes is refused and changes nothing", x.illegalMove(), FeaturePaymentCreate, FeatureTransition(StateSucceeded), FeatureLedger)
	x.note("a refund that it makes is in its ledger", x.refunds(), FeaturePaymentCreate, FeatureTransition(StateSucceeded), FeatureRefundCreate, FeatureLedger)
	x.note("webhooks are signed as requested", x.webhooks(), FeaturePaymentCreate, FeatureWebhookBuild)
	x.note("its clock can be advanced", x.clock(), FeatureClock, FeaturePaymentCreate, FeatureLedger)
}

// note runs a check and records its result, if all features that it needs are
// advertised.
func (x *examination) note(name string, check func() error, needs ...Feature) {
	for _, need := range needs {
		if !slices.Contains(x.features, need) {
			x.findings = append(x.findings, Finding{Name: name, Lacks: need})
			return
		}
	}
	x.findings = append(x.findings, Finding{Name: name, Err: check()})
}

func (x *examination) hello() func() error {
	return func() error {
		hello, err := x.gateway.Hello(x.ctx)
		if err != nil {
			return err
		}
		x.features, x.never = hello.Features, hello.Never
		if hello.Protocol != Protocol || hello.Name == "" {
			return fmt.Errorf("its hello has the protocol %q and the name %q", hello.Protocol, hello.Name)
		}
		return nil
	}
}

func (x *examination) known() func() error {
	return func() error {
		for i, feature := range x.features {
			if !slices.Contains(AllFeatures(), feature) {
				return fmt.Errorf("the feature %q is unknown", feature)
			}
			if slices.Contains(x.features[:i], feature) {
				return fmt.Errorf("the feature %q is advertised twice", feature)
			}
		}
		for _, feature := range x.never {
			if slices.Contains(x.features, feature) || !feature.canNever() {
				return fmt.Errorf("the feature %q is one that the gateway never has, and it is advertised, or about the sandbox itself", feature)
			}
		}
		return nil
	}
}

// within runs a check in a new scope.
func (x *examination) within(check func(Scope) error) error {
	scope, err := x.gateway.NewScope(x.ctx, &ScopeSpec{Seed: "check"})
	if err != nil {
		return err
	}
	defer func() { _ = scope.Close(x.ctx) }() // closedScope checks Close
	return check(scope)
}

func (x *examination) scopes() func() error {
	return func() error {
		return x.within(func(one Scope) error {
			return x.within(func(two Scope) error {
				first, second := one.Connection(), two.Connection()
				if len(first.Credentials) == 0 {
					return errors.New("a scope has no credentials")
				}
				for name, value := range first.Credentials {
					if value != "" && value == second.Credentials[name] {
						return fmt.Errorf("two scopes have the same %s", name)
					}
				}
				return x.apart(one, two)
			})
		})
	}
}

func (x *examination) apart(one, two Scope) error {
	if !slices.Contains(x.features, FeatureLedger) {
		return nil
	}
	if slices.Contains(x.features, FeaturePaymentCreate) {
		if _, err := one.CreatePayment(x.ctx, x.amount); err != nil {
			return err
		}
	}
	payments, err := two.Payments(x.ctx, nil)
	if err == nil && len(payments) > 0 {
		err = errors.New("a payment of one scope is in the ledger of another")
	}
	return err
}

func (x *examination) closedScope() func() error {
	return func() error {
		scope, err := x.gateway.NewScope(x.ctx, &ScopeSpec{Seed: "check"})
		if err != nil {
			return err
		}
		if err := scope.Close(x.ctx); err != nil {
			return err
		}
		if _, err := scope.Payments(x.ctx, nil); !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("the ledger of a closed scope: got %s, want status 404", outcome(err))
		}
		return nil
	}
}

// find returns a payment of the ledger.
func (x *examination) find(scope Scope, id string) (*Payment, error) {
	payments, err := scope.Payments(x.ctx, nil)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(payments, func(p Payment) bool { return p.ID == id })
	if at < 0 {
		return nil, fmt.Errorf("the payment %s is not in the ledger", id)
	}
	return &payments[at], nil
}

func (x *examination) created() func() error {
	return func() error {
		return x.within(func(scope Scope) error {
			made, err := scope.CreatePayment(x.ctx, x.amount)
			if err != nil {
				return err
			}
			if err := x.another(scope); err != nil {
				return err
			}
			found, err := x.find(scope, made.ID)
			switch {
			case err != nil:
				return err
			case found.Amount != x.amount.Amount || found.Currency != x.amount.Currency:
				return fmt.Errorf("created with %d %s, the ledger has %d %s", x.amount.Amount, x.amount.Currency, found.Amount, found.Currency)
			case found.State != StatePending || found.Key != "":
				return fmt.Errorf("the ledger has the state %s and the key %q; want pending and no key", found.State, found.Key)
			default:
				return nil
			}
		})
	}
}

// another creates a second payment, so that the ledger has two, and queries it for
// a key and a reference that no payment has.
func (x *examination) another(scope Scope) error {
	made, err := scope.CreatePayment(x.ctx, x.amount)
	if err != nil {
		return err
	}
	if _, err := x.find(scope, made.ID); err != nil {
		return err
	}
	for _, query := range []*Query{{Key: "no-such-key"}, {Reference: "no such reference"}} {
		found, err := scope.Payments(x.ctx, query)
		if err == nil && len(found) > 0 {
			err = fmt.Errorf("no payment matches the query %+v, but the ledger returned %d", *query, len(found))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// moved creates a payment, moves it to a state, and returns it from the ledger.
func (x *examination) moved(scope Scope, to State) (*Payment, error) {
	made, err := scope.CreatePayment(x.ctx, x.amount)
	if err != nil {
		return nil, err
	}
	if err := scope.Transition(x.ctx, made.ID, &Transition{To: to}); err != nil {
		return nil, err
	}
	return x.find(scope, made.ID)
}

func (x *examination) moves(to State) func() error {
	return func() error {
		return x.within(func(scope Scope) error {
			found, err := x.moved(scope, to)
			if err == nil && found.State != to {
				err = fmt.Errorf("the ledger has the state %s", found.State)
			}
			return err
		})
	}
}

func (x *examination) illegalMove() func() error {
	return func() error {
		return x.within(func(scope Scope) error {
			paid, err := x.moved(scope, StateSucceeded)
			if err != nil {
				return err
			}
			if err := scope.Transition(x.ctx, paid.ID, &Transition{To: StatePending}); !errors.Is(err, ErrIllegal) {
				return fmt.Errorf("moving a paid payment to pending: got %s, want status 409", outcome(err))
			}
			if err := scope.Transition(x.ctx, "no-such-payment", &Transition{To: StateSucceeded}); !errors.Is(err, ErrNotFound) {
				return fmt.Errorf("moving a payment that does not exist: got %s, want status 404", outcome(err))
			}
			found, err := x.find(scope, paid.ID)
			if err == nil && found.State != StateSucceeded {
				err = fmt.Errorf("a refused move changed the payment to %s", found.State)
			}
			return err
		})
	}
}

func (x *examination) refunds() func() error {
	return func() error {
		return x.within(func(scope Scope) error {
			paid, err := x.moved(scope, StateSucceeded)
			if err != nil {
				return err
			}
			if _, err := scope.CreateRefund(x.ctx, paid.ID, x.amount); err != nil {
				return err
			}
			found, err := x.find(scope, paid.ID)
			if err == nil && (len(found.Refunds) != 1 || found.Refunds[0].Amount != x.amount.Amount) {
				err = fmt.Errorf("the ledger has the refunds %v; want one of the payment's amount", found.Refunds)
			}
			return err
		})
	}
}

func (x *examination) webhooks() func() error {
	return func() error {
		return x.within(func(scope Scope) error {
			made, err := scope.CreatePayment(x.ctx, x.amount)
			if err != nil {
				return err
			}
			signed := make(map[Signing]string)
			for _, signing := range []Signing{SignCurrent, SignWrong, SignNone} {
				hook, err := scope.BuildWebhook(x.ctx, &WebhookSpec{Payment: made.ID, Event: EventPaymentUpdated, Sign: signing})
				if err != nil {
					return fmt.Errorf("sign %s: %w", signing, err)
				}
				if !strings.Contains(string(hook.Body), made.ID) {
					return fmt.Errorf("sign %s: the body does not contain the payment's id", signing)
				}
				signed[signing] = fmt.Sprint(hook.Headers)
			}
			// Different headers prove nothing, because the time in them may differ.
			// Equal headers prove that the signature is the same.
			if signed[SignCurrent] == signed[SignWrong] || signed[SignCurrent] == signed[SignNone] {
				return errors.New("a webhook with a wrong signature, or without one, has the same headers as a correctly signed one")
			}
			return nil
		})
	}
}

func (x *examination) clock() func() error {
	return func() error {
		return x.within(func(scope Scope) error {
			before, err := scope.CreatePayment(x.ctx, x.amount)
			if err != nil {
				return err
			}
			if err := scope.Advance(x.ctx, 48*time.Hour); err != nil {
				return err
			}
			after, err := scope.CreatePayment(x.ctx, x.amount)
			if err == nil && after.CreatedAt.Sub(before.CreatedAt) < 47*time.Hour {
				err = fmt.Errorf("after an advance of 48 h, a new payment is only %s younger", after.CreatedAt.Sub(before.CreatedAt))
			}
			return err
		})
	}
}

// outcome returns the text of an error, or "success".
func outcome(err error) string {
	if err == nil {
		return "success"
	}
	return err.Error()
}
