package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// prepare starts what the checks need, and finds out what can be checked. The caller
// must call end, also after an error.
func (r *run) prepare(ctx context.Context) (end func(), err error) {
	view, end, err := r.gateway(ctx)
	if err != nil {
		return end, err
	}
	hello, err := view.Hello(ctx)
	if err != nil {
		return end, fmt.Errorf("the gateway's sandbox does not answer: %w", err)
	}
	r.report.Gateway = hello
	if err := checkOracle(ctx, view, r.manifest, hello.Features); err != nil {
		return end, err
	}
	r.suite = &harness.Suite{
		Manifest: r.manifest, Subject: r.subject, Gateway: view, Hello: hello,
		Seed: r.report.Seed, Canaries: r.canaries, ProcessTag: harness.NewProcessTag(),
	}
	if r.subject.Binary() != "" && !r.manifest.Provider.DisableHTTPS { // a process learns of an authority when it starts
		if r.suite.TLS, err = harness.NewTLS(); err != nil {
			return end, err
		}
		endGateway := end
		end = func() { r.suite.TLS.Close(); endGateway() }
	}
	if err := r.meet(ctx); err != nil {
		return end, err
	}
	if err := checkMethod(r.manifest, r.suite.Descriptor); err != nil {
		return end, err
	}
	return end, checkCanary(ctx, r.suite)
}

// gateway returns the sandbox, and starts it if necessary.
func (r *run) gateway(ctx context.Context) (gateway.Gateway, func(), error) {
	if r.options.Gateway != nil {
		return r.options.Gateway, func() {}, nil
	}
	sandbox, err := gateway.StartSandbox(ctx, r.manifest.Gateway, &gateway.StartOptions{Stderr: r.options.GatewayStderr})
	if err != nil {
		return nil, func() {}, fmt.Errorf("the gateway's sandbox does not start: %w", err)
	}
	return sandbox.Client, func() { _ = sandbox.Close() }, nil
}

// factsOf returns what is known about a provider before it is started.
func factsOf(subject harness.Subject) ProviderFacts {
	facts := ProviderFacts{Path: subject.Binary()}
	if facts.Path != "" {
		facts.SHA256 = sumOf(facts.Path)
	}
	return facts
}

func copied(to io.Writer, from io.Reader) bool {
	_, err := io.Copy(to, from)
	return err == nil
}

// meet opens the provider once and reads its descriptor. If it cannot be opened, or the
// descriptor is not valid, only the clauses about that are checked.
func (r *run) meet(ctx context.Context) error {
	began := time.Now()
	opened, err := r.suite.Open(ctx, plugin.ConfinementFiles, nil)
	if err != nil {
		r.checkBeginnings(ctx, "HSK-001", "HSK-002", "HSK-008")
		return fmt.Errorf("the provider does not start: %w", err)
	}
	if process := opened.Client.Process(); process != nil {
		r.report.Provider.Path, r.report.Provider.SHA256 = process.Path, process.SHA256
	}
	r.suite.Pace.Start = time.Since(began)
	described, cancel := context.WithTimeout(ctx, r.manifest.Timeouts.RPC)
	descriptor, err := opened.Provider.Describe(described)
	cancel()
	what := "the provider does not describe itself"
	if err == nil {
		what = "the provider's descriptor is not valid"
		err = descriptor.Validate()
	}
	if err == nil && !descriptor.Has(contract.OperationCreatePayment) {
		err = errors.New("CREATE_PAYMENT is not declared, and without it there is nothing to check")
	}
	closeErr := opened.Client.Close()
	if err != nil {
		r.checkBeginnings(ctx, "HSK-*", "DSC-00[123]")
		return fmt.Errorf("%s: %w", what, err)
	}
	if closeErr != nil {
		r.report.Warnings = append(r.report.Warnings, "the provider did not end well: "+closeErr.Error())
	}
	r.suite.Descriptor = descriptor
	r.report.Provider.ID, r.report.Provider.Version, r.report.Provider.SpecVersion = descriptor.ProviderID, descriptor.Version, descriptor.SpecVersion
	return nil
}

// checkBeginnings runs the checks that need nothing but a program.
func (r *run) checkBeginnings(ctx context.Context, patterns ...string) {
	worker := r.suite.NewWorker()
	defer worker.Close()
	var tasks []task
	for i := range r.catalogue.Clauses {
		clause := &r.catalogue.Clauses[i]
		fits := slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, clause.ID) })
		if fits && r.lacks(r.suite, clause) == "" && r.selection.takes(clause.ID) {
			tasks = append(tasks, task{clause: clause, suite: r.suite, key: clause.ID + "/"})
		}
	}
	r.left = len(tasks)
	for _, next := range tasks {
		r.checkOne(ctx, worker, next)
	}
}

// decideUpFront sets the status of every clause that will not be checked, and stores
// what is known before the first check.
func (r *run) decideUpFront() {
	method := r.manifest.Fixtures.Method
	if method == "" && len(r.suite.Descriptor.PaymentMethods) > 0 {
		method = r.suite.Descriptor.PaymentMethods[0].Code
	}
	declared := r.catalogue.capabilitiesOf(r.suite.Descriptor, method, r.manifest.Settings)
	r.declare(declared)
	r.suite.Capabilities, r.suite.Profile = declared, r.required
	r.suites = map[string]*harness.Suite{"": r.suite}
	for i := range r.manifest.Variants {
		variant := &r.manifest.Variants[i]
		suite := *r.suite
		suite.Variant = variant
		settings := maps.Clone(r.manifest.Settings)
		maps.Copy(settings, variant.Settings)
		suite.Capabilities = r.catalogue.capabilitiesOf(suite.Descriptor, method, settings)
		r.suites[variant.Name] = &suite
	}
	for _, key := range r.order {
		result := r.results[key]
		clause, _ := r.catalogue.clause(result.ID)
		suite := r.suites[result.Variant]
		r.decide(result, clause, suite.Capabilities, r.lacks(suite, clause))
	}
}

// open reports whether the clause holds for a provider with these capabilities.
func open(clause *Clause, declared []string) bool {
	for _, word := range clause.gates() {
		name, negated := strings.CutPrefix(word, "!")
		if slices.Contains(declared, name) == negated {
			return false
		}
	}
	return true
}

// lacks returns what is missing to check the clause; empty if nothing is.
func (r *run) lacks(suite *harness.Suite, clause *Clause) string {
	for _, need := range clause.Needs {
		operation, isOperation := strings.CutPrefix(need, "op.")
		switch {
		case need == "process":
			if suite.Subject.Binary() == "" {
				return "the provider has no process of its own"
			}
		case need == "https":
			if suite.TLS == nil {
				return "the manifest says provider.https: false"
			}
		case need == "certificate":
			if suite.Manifest.Provider.DisableAutoMTLS {
				return "the manifest says provider.autoMTLS: false"
			}
		case isOperation:
			if !suite.Manifest.HasOperation(operation) {
				return "the manifest has no operations." + operation
			}
		case !suite.HasFeature(gateway.Feature(need)):
			return fmt.Sprintf("the sandbox lacks the feature %q", need)
		}
	}
	return ""
}

// requiredGroups are the groups in which something must have been checked.
func (r *run) requiredGroups() []string {
	if r.options.Run != "" || r.options.Skip != "" || r.suite == nil || r.suite.Descriptor == nil {
		return nil // what was left out is in the verdict as it is
	}
	return r.catalogue.ungated()
}

func names[V any](of map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(of)), ", ")
}
