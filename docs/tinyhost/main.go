// Command tinyhost sells through the providers of a catalog: tinyhost CATALOG DATABASE ADDRESS.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	_ "modernc.org/sqlite"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	logger.Info("the host has ended", slog.Any("error", run(ctx, logger, os.Args[1], os.Args[2], os.Args[3])))
}

const durable = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"

func run(ctx context.Context, logger *slog.Logger, catalog, database, address string) error {
	providers := supervisor.New(&supervisor.Options{Logger: logger})
	defer func() { _ = providers.Close() }()
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { providers.Watch(ctx, catalog, time.Second) }) // loads it, and again when it has changed

	db, err := sql.Open("sqlite", "file:"+database+durable)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS paid (order_id TEXT PRIMARY KEY, at TEXT NOT NULL)"); err != nil {
		return err
	}
	engine, err := host.Open(ctx, db, host.SQLite, func(name string) (host.Provider, bool) { return providers.Provider(name) },
		&host.Options{KeyFile: database + ".key", OnChange: onChange})
	if err != nil {
		return err
	}
	defer func() { _ = engine.Close() }()
	running.Go(func() { _ = engine.Run(ctx) })

	mux := http.NewServeMux()
	mux.Handle("/webhooks/", engine.Webhooks())
	mux.HandleFunc("POST /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		sale, err := engine.Checkout(r.Context(), &host.Order{
			ID: r.PathValue("id"), Amount: contract.Money{Currency: "THB", MinorUnits: 100_000},
			Method: "wallet", Providers: []string{"wallet-th"}, ReturnURL: "https://shop.example/thanks",
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_ = json.NewEncoder(w).Encode(sale)
	})
	server := &http.Server{Addr: address, Handler: mux, ReadTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Shutdown(context.WithoutCancel(ctx)) })
	return server.ListenAndServe()
}

// onChange writes the platform's own row in the transaction in which the sale is paid.
func onChange(ctx context.Context, tx host.Tx, change *host.Change) error {
	if change.Kind != host.ChangePaid {
		return nil
	}
	_, err := tx.Exec(ctx, "INSERT INTO paid VALUES ($1, $2)", change.SaleID, change.At.Format(time.RFC3339))
	return err
}
