package host_test

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host/internal/pgtest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// hostAddress is the variable that makes this program a host, which listens there.
const hostAddress = "PAYSOCKET_TEST_HOST"

// hostPostgres is the variable that says how such a host connects to PostgreSQL. If it is
// empty, the database is a file of SQLite.
const hostPostgres = "PAYSOCKET_TEST_HOST_POSTGRES"

func TestMain(m *testing.M) {
	if address := os.Getenv(hostAddress); address != "" {
		_, _ = fmt.Fprintln(os.Stderr, "the host has ended:", serve(address))
		os.Exit(1)
	}
	code := pgtest.Main(m)
	if built.folder != "" {
		_ = os.RemoveAll(built.folder)
	}
	os.Exit(code)
}

// serve is a host that lives until it is killed. Its working folder has the catalog and
// the database.
func serve(address string) error {
	ctx, end := context.WithCancel(context.Background())
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	providers := supervisor.New(&supervisor.Options{Logger: logger})
	defer func() { _ = providers.Close() }()
	var running sync.WaitGroup
	defer running.Wait()
	defer end()
	running.Go(func() { providers.Watch(ctx, "catalog.yaml", time.Second) })

	driver, database := "sqlite", host.SQLite
	if os.Getenv(hostPostgres) != "" {
		driver, database = "pgx", host.Postgres
	}
	db, err := sql.Open(driver, cmp.Or(os.Getenv(hostPostgres), "file:shop.db"+durable))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	// PostgreSQL refuses the second of two at once; its table is there then.
	if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS told (order_id TEXT, kind TEXT)"); err != nil && driver == "sqlite" {
		return err
	}
	engine, err := host.Open(ctx, db, database, func(name string) (host.Provider, bool) { return providers.Provider(name) }, &host.Options{
		KeyFile: "payer.key", CallTime: 2 * time.Second, Logger: logger,
		OnChange: func(ctx context.Context, tx host.Tx, change *host.Change) error {
			_, err := tx.Exec(ctx, "INSERT INTO told VALUES ($1, $2)", change.SaleID, string(change.Kind))
			return err
		},
	})
	if err != nil {
		return err
	}
	defer func() { _ = engine.Close() }()
	running.Go(func() { _ = engine.Run(ctx) })

	mux := http.NewServeMux()
	mux.Handle("/webhooks/", engine.Webhooks())
	mux.HandleFunc("POST /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		sale, err := engine.Checkout(r.Context(), &host.Order{
			ID: r.PathValue("id"), Amount: baht(100_000), Method: query.Get("method"), Providers: query["provider"],
			ReturnURL: "https://shop.example/thanks",
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_ = json.NewEncoder(w).Encode(sale)
	})
	server := &http.Server{Addr: address, Handler: mux, ReadTimeout: 10 * time.Second}
	return server.ListenAndServe()
}
