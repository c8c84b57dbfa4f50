package harness

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Suite is one run over one provider. Its fields are set before the first worker
// and not changed afterwards.
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

	// Seed makes what the checks draw by chance repeatable.
	Seed uint64

	// ProcessTag is on every process that the suite starts.
	ProcessTag ProcessTag

	// Canaries collects the secrets that the provider was given.
	Canaries *Canaries
}

// Env is what a check works with. It serves one check.
type Env struct {
	*Suite

	// Clause is the id of the clause that is checked.
	Clause string

	// Rand draws by chance; the seed and the clause decide what.
	Rand *rand.Rand

	worker    *Worker
	scenarios []*Scenario
	serial    int
}

// Worker runs checks one after another. It keeps a process of the provider's
// from one check to the next.
type Worker struct {
	suite    *Suite
	instance *Instance
	answered atomic.Int64 // for how many nanoseconds calls took that were answered
}

// NewWorker gives a worker without a process yet.
func (r *Suite) NewWorker() *Worker { return &Worker{suite: r} }

// Close ends the worker's process.
func (w *Worker) Close() {
	if w.instance != nil {
		w.instance.close()
		w.instance = nil
	}
}

// Check runs one check. The evidence is what happened meanwhile.
func (w *Worker) Check(ctx context.Context, clause string, limit time.Duration, check func(*T, *Env)) (Result, *Evidence) {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(clause))
	e := &Env{
		Suite: w.suite, Clause: clause, worker: w,
		Rand: rand.New(rand.NewPCG(w.suite.Seed, hash.Sum64())), //nolint:gosec // what a test draws is to be repeatable
	}
	before := w.answered.Load()
	answered := func() time.Duration { return time.Duration(w.answered.Load() - before) }
	result := Run(ctx, limit, answered, func(t *T) {
		check(t, e)
	})
	if result.TimedOut {
		w.Close() // whatever hangs, hangs with this process
	}
	evidence := e.evidence()
	if cut := e.sandboxError(); cut != nil { // what was found without a gateway is not the provider's fault
		result.SetupErr, result.Failures, result.TimedOut = cut, nil, false
	}
	if manifestError := e.manifestError(); manifestError != nil && len(result.Failures) > 0 { // nor what the manifest does not tell
		result.SetupErr, result.Failures, result.TimedOut = manifestError, nil, false
	}
	if unfiredFaults := e.unfiredFaults(); result.SetupErr == nil && len(result.Failures) == 0 && result.Unverified == "" && unfiredFaults != nil {
		result.SetupErr = unfiredFaults
	}
	e.close() //nolint:contextcheck // it has to end although the run was broken off
	return result, evidence
}

// Key gives an idempotency key that no other call of Key gives in this run.
func (e *Env) Key() string {
	e.serial++
	return fmt.Sprintf("%s-%d-%d", strings.ToLower(strings.ReplaceAll(e.Clause, "-", "")), e.Seed, e.serial)
}

// Method is the payment method that requests of the suite ask for.
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

// Money is an amount of the fixtures' currency.
func (r *Suite) Money(minorUnits int64) contract.Money {
	return contract.Money{Currency: r.Manifest.Fixtures.Currency, MinorUnits: minorUnits}
}

// CreateRequest gives a request that the provider should accept, with a key of
// its own.
func (e *Env) CreateRequest() *contract.CreatePaymentRequest {
	key := e.Key()
	return &contract.CreatePaymentRequest{
		Attempt:     contract.Attempt{Key: key},
		Reference:   "order-" + key,
		Amount:      e.Money(e.Manifest.Fixtures.Amounts.OK),
		Method:      e.Method().Code,
		ReturnURL:   "https://shop.example/return/" + key,
		Description: "Conformance " + key,
	}
}

// HasFeature reports whether the sandbox has the feature.
func (r *Suite) HasFeature(feature gateway.Feature) bool {
	return slices.Contains(r.Hello.Features, feature)
}

// manifestError says where the manifest does not fit the gateway: a pointer that names
// nothing in a payment, or requests that are none of its operations while trouble
// waited for one. A provider that asked for nothing at all is another matter.
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
					return fmt.Errorf("the manifest's operations have no line for %s %s, and %s never struck", x.Method, x.Path, armed)
				}
			}
		}
	}
	return nil
}

// unfiredFaults says which armed faults never happened. A check that passes although
// the trouble that it is about never came has checked nothing.
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
	return fmt.Errorf("armed and not done: %s; the manifest's operations may not fit the provider's requests", strings.Join(missed, "; "))
}

// sandboxError says that the sandbox did not answer the proxy.
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

// openOptions are those of every instance.
func (r *Suite) openOptions(confinement plugin.Confinement, env []string) *plugin.OpenOptions {
	return &plugin.OpenOptions{
		Confinement:     confinement,
		StartTimeout:    r.Manifest.Provider.StartTimeout,
		DisableAutoMTLS: r.Manifest.Provider.DisableAutoMTLS,
		Unchecked:       true,
		Env:             append(append([]string{r.ProcessTag.Env()}, r.Manifest.Provider.Env...), env...),
	}
}
