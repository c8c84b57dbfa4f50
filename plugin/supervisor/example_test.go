package supervisor_test

import (
	"context"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"time"

	"github.com/paysocket/paysocket/conformance/admission"
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// How a host runs the providers of a catalog. docs/tinyhost is a whole one, which
// reloads its catalog and keeps its payments in a database.
func ExampleSupervisor() {
	ctx := context.Background()
	catalog, err := supervisor.LoadCatalog("catalog.yaml")
	if err != nil {
		log.Println(err) // says which line is wrong, and what to do
		return
	}
	providers := supervisor.New(&supervisor.Options{
		Logger: slog.New(slog.NewJSONHandler(os.Stderr, nil)),
	})
	defer func() {
		ending, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		_ = providers.Shutdown(ending) // when the calls in flight have ended
	}()
	if err := providers.Apply(ctx, catalog); err != nil {
		log.Println(err) // the providers it names are tried again, and the others run
	}

	wallet, ok := providers.Provider("wallet-th") // to keep: it leads to whatever process is ready
	if !ok {
		log.Println("the catalog has no wallet-th")
		return
	}
	_, err = wallet.CreatePayment(ctx, &contract.CreatePaymentRequest{
		Attempt:   contract.Attempt{Key: "a-key-that-is-kept"},
		Reference: "order 3947",
		Amount:    contract.Money{Currency: "THB", MinorUnits: 100000},
		Method:    "wallet",
		ReturnURL: "https://shop.example/orders/3947",
	})
	if contract.OutcomeOf(err) == contract.NotAttempted {
		log.Println("nothing was sent; the same key may be used again:", err)
	}
}

// A host that gives secrets and payments only to a binary with the report of a
// conformance run of exactly that binary. The catalog names the report's file.
func ExampleOptions_admit() {
	providers := supervisor.New(&supervisor.Options{
		Admit: func(_ context.Context, a *supervisor.Admission) error {
			return admission.Check(a.Entry.Conformance, &admission.Subject{
				Path: a.Process.Path, SHA256: a.Process.SHA256, Descriptor: a.Descriptor,
			}, &admission.Options{Profile: "redirect-wallet"})
		},
	})
	defer func() { _ = providers.Close() }()
}

// A host for tests and demonstrations, which starts the sandboxes of its catalog in
// place of gateways. A sandbox outlives the processes of its provider.
func ExampleOptions_configure() {
	ctx := context.Background()
	catalog, err := supervisor.LoadCatalog("catalog.yaml")
	if err != nil {
		log.Println(err)
		return
	}
	facts := map[string]*supervisor.SandboxFacts{} // by the entry's name; nil for an entry without a sandbox
	for i := range catalog.Entries {
		entry := &catalog.Entries[i]
		if entry.Sandbox == nil {
			continue
		}
		sandbox, err := gateway.StartSandbox(ctx, entry.Sandbox.Command, nil)
		if err != nil {
			log.Println(err)
			return
		}
		defer func() { _ = sandbox.Close() }()
		account, err := sandbox.Client.NewScope(ctx, &gateway.ScopeSpec{WebhookURL: "http://127.0.0.1:8080/webhooks/" + entry.Name})
		if err != nil {
			log.Println(err)
			return
		}
		connection := account.Connection()
		facts[entry.Name] = &supervisor.SandboxFacts{APIBase: connection.APIBase, Credentials: connection.Credentials}
	}
	providers := supervisor.New(&supervisor.Options{
		Configure: func(_ context.Context, entry *supervisor.Entry) (*contract.Configuration, error) {
			return entry.Configuration(facts[entry.Name], nil)
		},
	})
	defer func() { _ = providers.Close() }()
	if err := providers.Apply(ctx, catalog); err != nil {
		log.Println(err)
	}
}

// A changed catalog is applied while calls go on: the process of before ends
// when its last call has ended.
func ExampleSupervisor_Watch() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	providers := supervisor.New(nil)
	defer func() { _ = providers.Close() }()

	catalog, err := supervisor.LoadCatalog("catalog.yaml")
	if err != nil {
		log.Println(err)
		return
	}
	if err := providers.Apply(ctx, catalog); err != nil {
		log.Println(err)
	}
	providers.Watch(ctx, "catalog.yaml", 0) // until the interrupt
}

// What an operator wants to see: every process, and why one is not there.
func ExampleSupervisor_States() {
	providers := supervisor.New(nil)
	defer func() { _ = providers.Close() }()
	for _, state := range providers.States() {
		log.Println(state.Provider, state.Status, state.Since, state.InFlight, state.LastError)
	}
}
