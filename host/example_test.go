package host_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// platform is what the examples sell with: a folder, and a provider that runs within
// this process, with its gateway. A platform has a supervisor.Supervisor instead, whose
// method Provider is what Open takes.
type platform struct {
	folder string
	wallet *plugin.Client
	scope  gateway.Scope
	ends   []func()
}

func newPlatform() *platform {
	p := &platform{}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	gate, err := sandbox.New(&sandbox.Options{BaseURL: server.URL})
	check(err)
	handler = gate.Handler()
	p.scope, err = gate.NewScope(context.Background(), nil)
	check(err)
	p.wallet, err = plugin.InProcess(context.Background(), memory.New(nil), &plugin.OpenOptions{
		Configuration: kittest.Configuration(p.scope.Connection(), map[string]string{
			"secret_key": "secret_key", "webhook_secrets": "webhook_secret",
		}),
	})
	check(err)
	p.folder, err = os.MkdirTemp("", "platform-")
	check(err)
	p.ends = []func(){server.Close, server.CloseClientConnections, gate.Close, func() { _ = p.wallet.Close() }, func() { _ = os.RemoveAll(p.folder) }}
	return p
}

func (p *platform) close() {
	for i := range p.ends {
		p.ends[len(p.ends)-1-i]()
	}
}

// open opens an engine that prints what it tells the platform.
func (p *platform) open() *host.Engine {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.folder, "shop.db")+durable)
	check(err)
	engine, err := host.Open(context.Background(), db, host.SQLite, p.provider, &host.Options{
		KeyFile: filepath.Join(p.folder, "payer.key"),
		OnChange: func(_ context.Context, _ host.Tx, change *host.Change) error {
			fmt.Println("told:", change.SaleID, change.Kind) //nolint:forbidigo // It is what an example shows.
			return nil
		},
	})
	check(err)
	p.ends = append(p.ends, func() { _ = db.Close() }, func() { _ = engine.Close() })
	return engine
}

func (p *platform) provider(name string) (host.Provider, bool) { return p.wallet, name == "wallet" }

// pay is a payer who pays all that waits.
func (p *platform) pay() {
	payments, err := p.scope.Payments(context.Background(), nil)
	check(err)
	for i := range payments {
		check(p.scope.Transition(context.Background(), payments[i].ID, &gateway.Transition{To: gateway.StateSucceeded}))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func ExampleOpen() {
	shop := newPlatform() // a folder, and a provider under the name wallet
	defer shop.close()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(shop.folder, "shop.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)")
	check(err)
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(context.Background(), "CREATE TABLE orders (id TEXT PRIMARY KEY, paid_at TEXT)") // the platform's own
	check(err)

	engine, err := host.Open(context.Background(), db, host.SQLite, shop.provider, &host.Options{
		KeyFile: filepath.Join(shop.folder, "payer.key"), // elsewhere than the database, in production
		OnChange: func(ctx context.Context, tx host.Tx, change *host.Change) error {
			if change.Kind != host.ChangePaid {
				return nil
			}
			_, err := tx.Exec(ctx, "UPDATE orders SET paid_at = $1 WHERE id = $2", change.At.String(), change.SaleID)
			return err
		},
	})
	check(err)
	defer func() { _ = engine.Close() }()

	http.Handle("/webhooks/", engine.Webhooks())
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- engine.Run(ctx) }()

	_, err = engine.Sale(ctx, "3947")
	fmt.Println(errors.Is(err, host.ErrNotFound))
	end()
	fmt.Println(<-ended)
	// Output:
	// true
	// <nil>
}

func ExampleEngine_Checkout() {
	shop := newPlatform()
	defer shop.close()
	engine := shop.open()

	order := &host.Order{
		ID: "3947", Amount: contract.Money{Currency: "THB", MinorUnits: 100_000}, Method: "wallet", Providers: []string{"wallet"},
		ReturnURL: "https://shop.example/thanks",
	}
	sale, err := engine.Checkout(context.Background(), order)
	check(err)
	fmt.Println(sale.Status, sale.NextAction.Redirect != nil) // send the payer to Redirect.URL

	again, err := engine.Checkout(context.Background(), order) // the buyer clicks again
	check(err)
	fmt.Println(again.Status, len(again.Payments), again.NextAction.Redirect.URL == sale.NextAction.Redirect.URL)

	order.Amount.MinorUnits = 200_000
	_, err = engine.Checkout(context.Background(), order)
	fmt.Println(err)
	// Output:
	// WAITING true
	// WAITING 1 true
	// the ID "3947" is known with THB 1000.00 by wallet and not with THB 2000.00 by wallet, and nothing was sent: what differs needs another ID
}

func ExampleEngine_Refund() {
	shop := newPlatform()
	defer shop.close()
	engine := shop.open()
	_, err := engine.Checkout(context.Background(), &host.Order{
		ID: "3947", Amount: contract.Money{Currency: "THB", MinorUnits: 100_000}, Method: "wallet", Providers: []string{"wallet"},
		ReturnURL: "https://shop.example/thanks",
	})
	check(err)
	shop.pay()
	sale, err := engine.Cancel(context.Background(), "3947") // too late: it was paid
	check(err)
	fmt.Println(sale.Status)

	half := &host.RefundOrder{ID: "3947-r1", Amount: contract.Money{Currency: "THB", MinorUnits: 60_000}}
	for range 2 { // with an ID that is known there is no second refund
		refund, err := engine.Refund(context.Background(), "3947", half)
		check(err)
		fmt.Println(refund.Status, refund.Amount) // the gateway's own refund takes its time
	}
	payments, err := shop.scope.Payments(context.Background(), nil)
	check(err)
	fmt.Println(len(payments[0].Refunds))
	_, err = engine.Refund(context.Background(), "3947", &host.RefundOrder{ID: "3947-r2", Amount: half.Amount})
	fmt.Println(errors.As(err, new(*host.NotFreeError)))
	// Output:
	// told: 3947 PAID
	// PAID
	// PENDING THB 600.00
	// PENDING THB 600.00
	// 1
	// true
}
