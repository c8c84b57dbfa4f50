package harness

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Suite is one run over one provider. Its fields are set before the first worker is
// made, and do not change afterwards.
type Suite struct {
	Manifest   *manifest.Manifest
	Variant    *manifest.Variant // nil: the manifest's own settings
	Subject    Subject
	Gateway    gateway.Gateway
	Hello      *gateway.Hello
	Descriptor *contract.Descriptor

	// Capabilities are the words of the capability table that hold, and Profile
	// those that the profile of the run requires.
	Capabilities, Profile []string

	// Seed makes random choices of the checks repeatable.
	Seed uint64

	// ProcessTag is the tag of every process that the suite starts.
	ProcessTag ProcessTag

	// Pace is how fast the provider is, as far as it was measured.
	Pace Pace

	// Machine is watched during the run; nil: it is not.
	Machine *Machine

	// Canaries are the secrets that the provider was given.
	Canaries *Canaries

	// TLS is what the gateway proves itself with; nil: it is reached over plain
	// http.
	TLS *TLS
}

// Env is what a check works with. It serves one check.
type Env struct {
	*Suite

	// Clause is the id of the clause that is checked.
	Clause string

	// Rand is seeded by the seed of the run and the id of the clause.
	Rand *rand.Rand

	worker    *Worker
	scenarios []*Scenario
	discarded map[string]int // how often faults of discarded scenarios happened
	serial    int

	mu     sync.Mutex
	lacked []gateway.Feature
}

// Worker runs checks one after another. It keeps one process of the provider from one
// check to the next.
type Worker struct {
	suite    *Suite
	instance *Instance
	answered atomic.Int64 // the sum of the nanoseconds of calls that were answered
	series   series       // of the calls of one check
}

// NewWorker returns a worker. It starts a process when a check needs one.
func (r *Suite) NewWorker() *Worker { return &Worker{suite: r} }

// Close ends the worker's process.
func (w *Worker) Close() {
	if w.instance != nil {
		w.instance.close()
		w.instance = nil
	}
}

// Check runs one check, and returns its result and the evidence.
func (w *Worker) Check(ctx context.Context, clause string, limit time.Duration, check func(*T, *Env)) (Result, *Evidence) {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(clause))
	e := &Env{
		discarded: map[string]int{},
		Suite:     w.suite, Clause: clause, worker: w,
		Rand: rand.New(rand.NewPCG(w.suite.Seed, hash.Sum64())), //nolint:gosec // what a test draws is to be repeatable
	}
	before, _ := w.answered.Load(), w.series.take()
	waited := w.suite.Machine.Waited()
	answered := func() time.Duration { // not counted: the provider waits for a processor as long as the suite
		return time.Duration(w.answered.Load()-before) + 2*(w.suite.Machine.Waited()-waited)
	}
	result := Run(ctx, limit, answered, func(t *T) {
		check(t, e)
	})
	result.Calls = w.series.take()
	result.Starved = w.suite.Machine.Waited() - waited
	if result.TimedOut {
		w.Close() // it may hang in this process
	}
	evidence := e.evidence()
	if err := e.sandboxError(); err != nil { // what was found without a gateway is not the provider's fault
		result.SetupErr, result.Failures, result.TimedOut = err, nil, false
	}
	if err := e.manifestError(); err != nil && len(result.Failures) > 0 { // nor what a wrong manifest leads to
		result.SetupErr, result.Failures, result.TimedOut = err, nil, false
	}
	result.Unverified = cmp.Or(result.Unverified, e.left())
	if err := e.unfiredFaults(); result.SetupErr == nil && len(result.Failures) == 0 && result.Unverified == "" && err != nil {
		result.SetupErr = err
	}
	e.close() //nolint:contextcheck // it has to end although the run was broken off
	return result, evidence
}

// Key returns an idempotency key that is unique in this run.
func (e *Env) Key() string {
	e.serial++
	return fmt.Sprintf("%s-%d-%d", strings.ToLower(strings.ReplaceAll(e.Clause, "-", "")), e.Seed, e.serial)
}

// Method returns the payment method for requests.
func (r *Suite) Method() *contract.PaymentMethod {
	code := r.Manifest.Fixtures.Method
	if code == "" {
		return &r.Descriptor.PaymentMethods[0]
	}
	method, ok := r.Descriptor.Method(code)
	if !ok {
		return &contract.PaymentMethod{Code: code}
	}
	return method
}

// RefundTerms returns the refund terms of the payment method for requests; nil if
// there are no refunds.
func (r *Suite) RefundTerms() *contract.RefundTerms {
	return r.Descriptor.RefundTerms(r.Method().Code, nil)
}

// Money returns an amount in the currency of the fixtures.
func (r *Suite) Money(minorUnits int64) contract.Money {
	return contract.Money{Currency: r.Manifest.Fixtures.Currency, MinorUnits: minorUnits}
}

// Phone is the payer's phone number in requests that need one.
const Phone = "+66819064572"

// CreateRequest returns a request with a new key that the provider should accept.
func (e *Env) CreateRequest() *contract.CreatePaymentRequest {
	key := e.Key()
	request := &contract.CreatePaymentRequest{
		Attempt:     contract.Attempt{Key: key},
		Reference:   "order-" + key,
		Amount:      e.Money(e.Manifest.Fixtures.Amounts.OK),
		Method:      e.Method().Code,
		ReturnURL:   "https://shop.example/return/" + key,
		Description: "Conformance " + key,
	}
	if e.Method().NeedsPhone {
		request.Payer = &contract.Payer{Phone: contract.NewSecret(Phone)}
	}
	return request
}

// CreateRequestWith is CreateRequest with another payment method, and an amount
// that it accepts.
func (e *Env) CreateRequestWith(method *contract.PaymentMethod) *contract.CreatePaymentRequest {
	request := e.CreateRequest()
	request.Method = method.Code
	if method.NeedsPhone || e.Descriptor.NeedsPhone(method.Code, nil) {
		request.Payer = &contract.Payer{Phone: contract.NewSecret(Phone)}
	}
	limits, ok := method.Currency(request.Amount.Currency)
	if !ok {
		limits = &method.Currencies[0]
		request.Amount = contract.Money{Currency: limits.Currency, MinorUnits: max(limits.MinMinorUnits, 1)}
	}
	request.Amount.MinorUnits = max(request.Amount.MinorUnits, limits.MinMinorUnits)
	if limits.MaxMinorUnits > 0 {
		request.Amount.MinorUnits = min(request.Amount.MinorUnits, limits.MaxMinorUnits)
	}
	return request
}

// HasFeature reports whether the sandbox has the feature.
func (r *Suite) HasFeature(feature gateway.Feature) bool {
	return slices.Contains(r.Hello.Features, feature)
}

// HasFeature reports whether the sandbox has the feature. Without it the check leaves
// something out, and does not pass, unless the gateway never does such a thing.
func (e *Env) HasFeature(feature gateway.Feature) bool {
	if e.Hello.Lacks(feature) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.lacked = append(e.lacked, feature)
	}
	return e.Suite.HasFeature(feature)
}

// left says what the check left out because the sandbox lacks features; empty if nothing.
func (e *Env) left() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.lacked) == 0 {
		return ""
	}
	slices.Sort(e.lacked)
	return fmt.Sprintf("a part was left out, for which the sandbox lacks %v", slices.Compact(e.lacked))
}

// manifestError returns an error if the manifest does not fit the gateway: a pointer
// leads to nothing in a payment, or a request fits none of its operations while a
// fault waited for one. It is nil for a provider that sent no request at all.
func (e *Env) manifestError() error {
	for _, scenario := range e.scenarios {
		journal := scenario.Proxy.Journal()
		for _, armed := range scenario.Proxy.Unfired() {
			for _, x := range journal {
				payment := x.Operation == manifest.OpCreate || x.Operation == manifest.OpGet
				switch {
				case armed.Err() != nil && x.Fault == armed.ID() && payment && x.GatewayStatus/100 == 2:
					return fmt.Errorf("the manifest's fields do not fit the gateway's answers: %s", armed)
				case armed.Err() == nil && x.Operation == "":
					return fmt.Errorf("the manifest's operations have no line for %s %s, and the fault %s never happened", x.Method, x.Path, armed)
				}
			}
		}
	}
	return nil
}

// unfiredFaults returns an error that names the faults that did not happen. A check
// that passes without the fault that it is about has checked nothing.
func (e *Env) unfiredFaults() error {
	var missed []string
	for _, scenario := range e.scenarios {
		for _, armed := range scenario.Proxy.Unfired() {
			missed = append(missed, armed.String())
		}
	}
	if len(missed) == 0 {
		return nil
	}
	return fmt.Errorf("these faults never happened: %s; the manifest's operations may not fit the provider's requests", strings.Join(missed, "; "))
}

// Unauthenticated reports whether the provider refused a webhook for its signature in
// this check.
func (e *Env) Unauthenticated() bool {
	return slices.ContainsFunc(e.scenarios, func(s *Scenario) bool {
		return s.Instance != nil && slices.ContainsFunc(s.Calls()[s.calls:], func(c Call) bool {
			return c.Method == "ParseWebhook" && c.Status.Code() == codes.Unauthenticated
		})
	})
}

// sandboxError returns an error if the sandbox did not answer the proxy.
func (e *Env) sandboxError() error {
	for _, scenario := range e.scenarios {
		if err := scenario.Proxy.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (e *Env) close() {
	for _, scenario := range e.scenarios {
		scenario.close()
	}
}

// openOptions returns the options for every instance.
func (r *Suite) openOptions(confinement plugin.Confinement, env []string) *plugin.OpenOptions {
	return &plugin.OpenOptions{
		Confinement:     confinement,
		StartTimeout:    r.Manifest.Provider.StartTimeout,
		DisableAutoMTLS: r.Manifest.Provider.DisableAutoMTLS,
		Unchecked:       true,
		Env:             slices.Concat([]string{r.ProcessTag.Env()}, r.TLS.Env(), r.Manifest.Provider.Env, env),
	}
}
