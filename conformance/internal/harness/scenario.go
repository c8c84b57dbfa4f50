package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Scenario is one account at the sandbox, a fault proxy in front of it, and the
// provider configured for it.
type Scenario struct {
	*Instance

	Scope         gateway.Scope
	Proxy         *proxy.Proxy
	Configuration *contract.Configuration
	Account       *contract.Account

	env    *Env
	parts  Parts // of the secrets in the manifest's configuration
	own    bool  // whether the instance ends with the scenario, and is not the worker's
	opened time.Time
	calls  int // calls of the instance before this scenario
}

// ScenarioOptions change how a scenario is set up. Nil means the defaults.
type ScenarioOptions struct {
	// Fresh starts a new process for this scenario only.
	Fresh bool

	// Env are variables for the process, which is then fresh.
	Env []string

	// Unconfined starts the process without confinement, for a check of something
	// that confinement would prevent. The process is then fresh.
	Unconfined bool

	// Unconfigured leaves Configure to the check. The process is then fresh.
	Unconfigured bool

	// NoProcess sets up no process and no instance: for another account of the process of
	// an earlier scenario, which goes on.
	NoProcess bool

	// Settings and Secrets replace values of the configuration; an empty one
	// removes it.
	Settings map[string]string
	Secrets  map[string]string

	// Change can change the configuration before it is used.
	Change func(*contract.Configuration)

	// Probe makes the provider send a request to the gateway when it is configured.
	Probe bool

	// HTTP is what the gateway offers, for a check of connections; "": the run's seed
	// decides.
	HTTP HTTPVersion
}

// Scenario sets up a scenario. If it has a process that is not fresh, it takes over that
// of earlier scenarios, which must not be used any more.
func (e *Env) Scenario(t *T, options *ScenarioOptions) *Scenario {
	if options == nil {
		options = &ScenarioOptions{}
	}
	s := &Scenario{env: e, own: options.Fresh || options.Unconfined || options.Unconfigured || options.Env != nil}
	scope, err := e.Gateway.NewScope(t.Context(), &gateway.ScopeSpec{Seed: e.Key()})
	t.SetupFailed("open a scope at the sandbox", err)
	s.Scope = scope
	connection := scope.Connection()
	for _, secret := range connection.Credentials {
		e.Canaries.Add(secret)
	}
	s.opened = time.Now() // with the proxy, so that its times and those of calls compare
	s.Proxy, err = proxy.New(connection.APIBase, e.routes(), e.proxied(options.HTTP))
	t.SetupFailed("open the fault proxy", err)
	e.scenarios = append(e.scenarios, s)
	s.configuration(t, options)
	if options.NoProcess {
		return s
	}
	s.Instance = e.instance(t, s.own, options)
	s.calls = len(s.Calls())
	if !options.Unconfigured {
		s.configure(t)
	}
	return s
}

func (s *Scenario) configuration(t *T, options *ScenarioOptions) {
	configuration, err := s.env.Manifest.Configuration(&manifest.Facts{
		APIBase: s.Proxy.URL(), Credentials: s.Scope.Connection().Credentials,
	}, s.env.Variant)
	t.SetupFailed("fill the manifest's settings in", err)
	for _, secret := range configuration.Secrets {
		s.parts.Add(secret.Reveal())
	}
	configuration.Probe = configuration.Probe || options.Probe
	for name, value := range options.Settings {
		configuration.Settings[name] = value
		if value == "" {
			delete(configuration.Settings, name)
		}
	}
	for name, value := range options.Secrets {
		configuration.Secrets[name] = contract.NewSecret(value)
		if value == "" {
			delete(configuration.Secrets, name)
		}
	}
	if options.Change != nil {
		options.Change(configuration)
	}
	for _, secret := range configuration.Secrets {
		s.env.Canaries.Add(secret.Reveal())
	}
	s.Configuration = configuration
}

func (s *Scenario) configure(t *T) {
	account, err := s.Configure(t, s.Configuration)
	if errors.Is(err, contract.InvalidConfig) {
		t.SetupFailed("configure the provider as the manifest says", err)
	}
	if err != nil {
		t.Fatalf("the provider refused the manifest's configuration: %v", err)
	}
	s.Account = account
}

// Method returns the payment method for requests as the account has it, which may have
// fewer currencies than are declared.
func (s *Scenario) Method() *contract.PaymentMethod {
	method := s.env.Method()
	if s.Account == nil {
		return method
	}
	at := slices.IndexFunc(s.Account.PaymentMethods, func(m contract.PaymentMethod) bool { return m.Code == method.Code })
	if at < 0 {
		return method // its payments fail, and say why
	}
	return &s.Account.PaymentMethods[at]
}

// RefundTerms returns the refund terms of that method in the account; nil if there are
// no refunds.
func (s *Scenario) RefundTerms() *contract.RefundTerms {
	return s.env.Descriptor.RefundTerms(s.env.Method().Code, s.Account)
}

// Through returns the scenario with calls that go to another provider, or another way to
// the same one. It is valid for as long as s is.
func (s *Scenario) Through(provider contract.PaymentProvider) *Scenario {
	instance := &Instance{Provider: provider, log: &logTail{}, calls: &callLog{opened: s.opened, series: &s.env.worker.series}}
	return &Scenario{
		Instance: instance, Scope: s.Scope, Proxy: s.Proxy, Configuration: s.Configuration, Account: s.Account, env: s.env, opened: s.opened,
	}
}

// instance returns the process of the worker, or a new one.
func (e *Env) instance(t *T, fresh bool, options *ScenarioOptions) *Instance {
	if fresh {
		return e.start(t, options)
	}
	if e.worker.instance != nil && e.worker.instance.dead() {
		e.worker.Close()
	}
	if e.worker.instance == nil {
		e.worker.instance = e.start(t, &ScenarioOptions{})
	}
	return e.worker.instance
}

func (e *Env) start(t *T, options *ScenarioOptions) *Instance {
	confinement := plugin.ConfinementFiles // one process gets the addresses of many proxies
	if options.Unconfined {
		confinement = plugin.ConfinementOff
	}
	began := time.Now()
	instance, err := e.Open(t.Context(), confinement, options.Env)
	t.SetupFailed("start the provider", err)
	e.worker.answered.Add(time.Since(began).Nanoseconds()) // starting has its own time limit
	instance.calls.answered, instance.calls.series = &e.worker.answered, &e.worker.series
	return instance
}

func (e *Env) routes() []proxy.Route {
	routes := make([]proxy.Route, len(e.Manifest.Operations))
	for i, operation := range e.Manifest.Operations {
		routes[i] = proxy.Route{Name: operation.Name, Method: operation.Method, Path: operation.Path, Commit: operation.Commit}
	}
	return routes
}

// Restart kills the provider's process and starts another one with the same
// configuration, which later scenarios take over if they would have taken over the first.
func (s *Scenario) Restart(t *T) {
	s.Instance.close()
	s.Instance = s.env.start(t, &ScenarioOptions{})
	if !s.own {
		s.env.worker.instance = s.Instance
	}
	s.calls = 0
	s.configure(t)
}

// FindSecret says which secret the text has, or a part of which secret that the scenario
// was configured with; empty if there is none.
func (s *Scenario) FindSecret(within string) string {
	if found := s.env.Canaries.Find(within); found != "" {
		return found
	}
	return s.parts.Find(within)
}

// Opened returns the time at which the scenario was set up.
func (s *Scenario) Opened() time.Time { return s.opened }

// Discard ends a scenario before the check ends, and removes what happened in it from
// the evidence, but for how often its faults happened.
func (s *Scenario) Discard() {
	if s.Proxy != nil {
		for _, armed := range s.Proxy.Armed() {
			s.env.discarded[armed.Name()] += armed.Fired()
		}
	}
	s.env.scenarios = slices.DeleteFunc(s.env.scenarios, func(other *Scenario) bool { return other == s })
	s.close()
}

func (s *Scenario) close() {
	if s.own && s.Instance != nil {
		s.Instance.close()
	}
	if s.Proxy != nil {
		_ = s.Proxy.Close()
	}
	if s.Scope != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = s.Scope.Close(ctx) // a scope that stays open does no harm
	}
}

// Arm prepares a fault. The check must make it happen.
func (s *Scenario) Arm(fault proxy.Fault) *proxy.ArmedFault { return s.Proxy.Arm(fault) }

// Requests returns how many requests of the operations reached the proxy; without
// operations, how many requests of any kind.
func (s *Scenario) Requests(operations ...string) int {
	count := 0
	for _, exchange := range s.Proxy.Journal() {
		if len(operations) == 0 || slices.Contains(operations, exchange.Operation) {
			count++
		}
	}
	return count
}

// Writes returns how many requests could move money.
func (s *Scenario) Writes() int {
	count := 0
	for _, exchange := range s.Proxy.Journal() {
		if exchange.Commit {
			count++
		}
	}
	return count
}

// Refusal returns the status of 4xx with which the gateway itself, and no fault, refused
// a request since there were so many, and the request; 0 if it refused none.
func (s *Scenario) Refusal(since int) (status int, request string) {
	journal := s.Proxy.Journal()
	for _, x := range journal[min(since, len(journal)):] {
		if x.Fault == "" && x.GatewayStatus/100 == 4 {
			return x.GatewayStatus, x.Method + " " + x.Path
		}
	}
	return 0, ""
}

// Ledger returns the payments of the scope with the key; if it is empty, all.
func (s *Scenario) Ledger(t *T, key string) []gateway.Payment {
	payments, err := s.Scope.Payments(t.Context(), &gateway.Query{Key: key})
	if err == nil {
		err = onceEach(payments)
	}
	t.SetupFailed("read the sandbox's ledger", err)
	return payments
}

// onceEach returns an error if a ledger has one payment or refund twice. It would look
// as if the provider had made it twice.
func onceEach(payments []gateway.Payment) error {
	for i := range payments {
		payment := &payments[i]
		if slices.ContainsFunc(payments[:i], func(other gateway.Payment) bool { return other.ID == payment.ID }) {
			return fmt.Errorf("it has two payments with the id %s", payment.ID)
		}
		for j, refund := range payment.Refunds {
			if slices.ContainsFunc(payment.Refunds[:j], func(other gateway.Refund) bool { return other.ID == refund.ID }) {
				return fmt.Errorf("the payment %s has two refunds with the id %s", payment.ID, refund.ID)
			}
		}
	}
	return nil
}

// InLedger returns the payment with the id in the ledger. The check fails if there is
// none.
func (s *Scenario) InLedger(t *T, id string) *gateway.Payment {
	for _, payment := range s.Ledger(t, "") {
		if payment.ID == id {
			return &payment
		}
	}
	t.Fatalf("the gateway's ledger has no payment %q, which the provider answered with", id)
	return nil
}

// Transition changes the state of a payment at the sandbox, and makes sure that its
// ledger shows the change. Otherwise a fault of the sandbox would be blamed on the
// provider.
func (s *Scenario) Transition(t *T, paymentID string, to gateway.State) {
	doing := "change a payment to " + string(to) + " at the sandbox"
	t.SetupFailed(doing, s.Scope.Transition(t.Context(), paymentID, &gateway.Transition{To: to}))
	if !s.env.Suite.HasFeature(gateway.FeatureLedger) {
		return
	}
	if now := s.InLedger(t, paymentID).State; now != to {
		t.SetupFailed(doing, fmt.Errorf("its ledger still says %s", now))
	}
}

// Body returns the gateway's last answer to a request of the operation. If there is
// none, the check ends with an error.
func (s *Scenario) Body(t *T, operation string) []byte {
	for _, exchange := range slices.Backward(s.Proxy.Journal()) {
		if exchange.Operation == operation && exchange.GatewayStatus/100 == 2 {
			return exchange.ResponseBody
		}
	}
	for _, exchange := range s.Proxy.Journal() {
		if exchange.Operation == "" {
			t.SetupFailed("see what the gateway answers to "+operation, fmt.Errorf(
				"the manifest's operations have no line for %s %s", exchange.Method, exchange.Path))
		}
	}
	t.Fatalf("the provider made no request of the operation %s that the gateway answered", operation)
	return nil
}
