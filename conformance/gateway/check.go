package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// CheckStatus is how one question about a sandbox came out.
type CheckStatus string

// The statuses.
const (
	CheckPassed        CheckStatus = "pass"
	CheckFailed        CheckStatus = "FAIL"
	CheckNotAdvertised CheckStatus = "not advertised"
)

// Finding is what Check found out about one thing.
type Finding struct {
	Name   string // what should be so
	Status CheckStatus
	Detail string // why it is not; empty otherwise
}

// examination is one run of Check.
type examination struct {
	ctx      context.Context
	gateway  Gateway
	features []Feature
	amount   Money
	findings []Finding
}

// Check finds out whether a sandbox does what it advertises, and refuses what
// it does not. Amount is one that the gateway takes.
func Check(ctx context.Context, sandbox Gateway, amount Money) []Finding {
	x := &examination{ctx: ctx, gateway: sandbox, amount: amount}
	x.asOracle()
	x.note("it advertises what the protocol has, once", x.known())
	x.note("a scope that was closed is not found", x.closedScope())
	return x.findings
}

// CheckOracle is Check for what a tester believes: one that believes a sandbox
// which lies would blame the provider.
func CheckOracle(ctx context.Context, sandbox Gateway, amount Money) []Finding {
	x := &examination{ctx: ctx, gateway: sandbox, amount: amount}
	x.asOracle()
	return x.findings
}

func (x *examination) asOracle() {
	x.note("it says hello in "+Protocol, x.hello())
	x.note("scopes have credentials of their own and see nothing of each other", x.scopes())
	x.note("a payment that it makes is in its ledger", x.created(), FeaturePaymentCreate, FeatureLedger)
	for _, state := range []State{StateSucceeded, StateFailed, StateExpired, StateCanceled} {
		x.note("a payment that is moved to "+string(state)+" is so at once",
			x.moves(state), FeaturePaymentCreate, FeatureLedger, Feature("transition."+string(state)))
	}
	x.note("a move that the gateway never makes is refused and changes nothing", x.illegalMove(), FeaturePaymentCreate, FeatureTransitionSucceeded, FeatureLedger)
	x.note("a refund that it makes is in its ledger", x.refunds(), FeaturePaymentCreate, FeatureTransitionSucceeded, FeatureRefundCreate, FeatureLedger)
	x.note("webhooks are signed in the way that is asked for", x.webhooks(), FeaturePaymentCreate, FeatureWebhookBuild)
	x.note("its clock moves on", x.clock(), FeatureClock, FeaturePaymentCreate, FeatureLedger)
}

// note runs a question, if all its features are advertised.
func (x *examination) note(name string, question func() error, needs ...Feature) {
	for _, need := range needs {
		if !slices.Contains(x.features, need) {
			x.findings = append(x.findings, Finding{Name: name, Status: CheckNotAdvertised, Detail: string(need)})
			return
		}
	}
	f := Finding{Name: name, Status: CheckPassed}
	if err := question(); err != nil {
		f.Status, f.Detail = CheckFailed, err.Error()
	}
	x.findings = append(x.findings, f)
}

func (x *examination) hello() func() error {
	return func() error {
		hello, err := x.gateway.Hello(x.ctx)
		if err != nil {
			return err
		}
		x.features = hello.Features
		if hello.Protocol != Protocol || hello.Name == "" {
			return fmt.Errorf("it says protocol %q and name %q", hello.Protocol, hello.Name)
		}
		return nil
	}
}

func (x *examination) known() func() error {
	return func() error {
		for i, feature := range x.features {
			if !slices.Contains(AllFeatures(), feature) {
				return fmt.Errorf("the feature %q is not one of the protocol's", feature)
			}
			if slices.Contains(x.features[:i], feature) {
				return fmt.Errorf("the feature %q is advertised twice", feature)
			}
		}
		return nil
	}
}

// within runs a question in a scope of its own.
func (x *examination) within(question func(Scope) error) error {
	scope, err := x.gateway.NewScope(x.ctx, &ScopeSpec{Seed: "check"})
	if err != nil {
		return err
	}
	defer func() { _ = scope.Close(x.ctx) }() // what it is worth is another question
	return question(scope)
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
			return fmt.Errorf("asked for the ledger of a closed scope it answers %s, and 404 is due", said(err))
		}
		return nil
	}
}

// find reads a payment in the ledger.
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
				return fmt.Errorf("it was to be %d %s, and is %d %s", x.amount.Amount, x.amount.Currency, found.Amount, found.Currency)
			case found.State != StatePending || found.Key != "":
				return fmt.Errorf("it is %s with the key %q, and should be pending without one", found.State, found.Key)
			default:
				return nil
			}
		})
	}
}

// another makes a second payment, so that a ledger has to tell two apart, and
// asks for one with a key that none was made with.
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
			err = fmt.Errorf("asked for %+v, which no payment has, it shows %d payments", *query, len(found))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// moved makes a payment and moves it.
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
				err = fmt.Errorf("the ledger says %s", found.State)
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
				return fmt.Errorf("to make a paid payment pending it answers %s, and 409 is due", said(err))
			}
			if err := scope.Transition(x.ctx, "no-such-payment", &Transition{To: StateSucceeded}); !errors.Is(err, ErrNotFound) {
				return fmt.Errorf("to move a payment that does not exist it answers %s, and 404 is due", said(err))
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
				err = fmt.Errorf("the ledger shows the refunds %v", found.Refunds)
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
					return fmt.Errorf("signed by %s: %w", signing, err)
				}
				if !strings.Contains(string(hook.Body), made.ID) {
					return fmt.Errorf("signed by %s: the body does not hold the payment's id", signing)
				}
				signed[signing] = fmt.Sprint(hook.Headers)
			}
			// The time in a signature may differ between two webhooks, so equal
			// headers are the only proof that there is.
			if signed[SignCurrent] == signed[SignWrong] || signed[SignCurrent] == signed[SignNone] {
				return errors.New("a webhook with a wrong signature, or none, has the headers of one that is signed well")
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
				err = fmt.Errorf("48 h later a payment is %s younger", after.CreatedAt.Sub(before.CreatedAt))
			}
			return err
		})
	}
}

// said gives an error's text, and a word for none.
func said(err error) string {
	if err == nil {
		return "success"
	}
	return err.Error()
}
