// Command tinyhost sells through the providers of a catalog: tinyhost CATALOG DATABASE ADDRESS.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"net"
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
	if err := run(ctx, logger, os.Args[1], os.Args[2], os.Args[3]); err != nil {
		logger.Error("the host has ended", slog.Any("error", err))
		os.Exit(1)
	}
}

func run(ctx context.Context, logger *slog.Logger, catalog, database, address string) error {
	providers := supervisor.New(&supervisor.Options{Logger: logger})
	db, err := sql.Open("sqlite", "file:"+database+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)")
	if err == nil {
		_, err = db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS paid (order_id TEXT PRIMARY KEY, at TEXT NOT NULL)")
	}
	if err != nil {
		return err
	}
	engine, err := host.Open(ctx, db, host.SQLite, func(name string) (host.Provider, bool) { return providers.Provider(name) },
		&host.Options{KeyFile: database + ".key", OnChange: onChange, Logger: logger})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/webhooks/", engine.Webhooks())
	mux.HandleFunc("POST /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		sale, err := engine.Checkout(r.Context(), &host.Order{
			ID: r.PathValue("id"), Amount: contract.Money{Currency: "THB", MinorUnits: 100_000},
			Method: "wallet", Providers: []string{"wallet-th"}, ReturnURL: "https://shop.example/thanks",
		})
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(sale)
	})
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: tested(mux, engine, db, providers), ReadTimeout: 10 * time.Second}
	var running sync.WaitGroup
	running.Go(func() { providers.Watch(ctx, catalog, time.Second) }) // loads it, and again when it has changed
	running.Go(func() { _ = engine.Run(ctx) })
	running.Go(func() { _ = server.Serve(listener) })
	<-ctx.Done()
	defer func() { running.Wait(); _ = engine.Close(); _ = db.Close(); _ = providers.Close() }()
	return server.Shutdown(context.WithoutCancel(ctx)) // waits for the requests that it has
}

// onChange writes the platform's own row in the transaction in which the sale is paid.
func onChange(ctx context.Context, tx host.Tx, change *host.Change) (err error) {
	if change.Kind == host.ChangePaid {
		_, err = tx.Exec(ctx, "INSERT INTO paid VALUES ($1, $2)", change.SaleID, change.At.Format(time.RFC3339))
	}
	return err
}
