package host_test

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/pgtest"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// hostListens is the variable that makes this program a host. It is the number of the
// file that the host listens at.
const hostListens = "PAYSOCKET_TEST_HOST"

// hostPostgres is the variable that says how such a host connects to PostgreSQL. If it is
// empty, the database is a file of SQLite.
const hostPostgres = "PAYSOCKET_TEST_HOST_POSTGRES"

// hostRiver is the variable that says whether such a host has River.
const hostRiver = "PAYSOCKET_TEST_HOST_RIVER"

func TestMain(m *testing.M) {
	if file, err := strconv.Atoi(os.Getenv(hostListens)); err == nil {
		_, _ = fmt.Fprintln(os.Stderr, "the host has ended:", serve(uintptr(file)))
		os.Exit(1)
	}
	if database := os.Getenv(lockedDatabase); database != "" {
		if err := lock(database); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := pgtest.Main(m)
	if built.folder != "" {
		_ = os.RemoveAll(built.folder)
	}
	os.Exit(code)
}

// serve is a host that lives until it is killed. Its working folder has the catalog and
// the database.
func serve(file uintptr) error {
	inherited := os.NewFile(file, "listener")
	listener, err := net.FileListener(inherited)
	_ = inherited.Close() // or the providers inherit it
	if err != nil {
		return err
	}
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
	var opened atomic.Pointer[host.Engine]
	find := func(name string) (host.Provider, bool) {
		found, ok := providers.Provider(name)
		return swapping{found}, ok
	}
	options := &host.Options{
		KeyFile: "payer.key", CallTime: 2 * time.Second, Logger: logger,
		OnChange: (&moody{engine: func() *host.Engine { return opened.Load() }}).onChange,
	}
	if os.Getenv(hostRiver) == "false" {
		host.WithoutJobs(options)
	}
	engine, err := host.Open(ctx, db, database, find, options)
	if err != nil {
		return err
	}
	defer func() { _ = engine.Close() }()
	opened.Store(engine)
	running.Go(func() { _ = engine.Run(ctx) })

	server := &http.Server{Handler: routes(engine), ReadTimeout: 10 * time.Second}
	return server.Serve(listener)
}

// routes are the pages of the host.
func routes(engine *host.Engine) http.Handler {
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
	mux.HandleFunc("POST /orders/{id}/refunds/{refund}", func(w http.ResponseWriter, r *http.Request) {
		satang, _ := strconv.ParseInt(r.URL.Query().Get("satang"), 10, 64)
		refund, err := engine.Refund(r.Context(), r.PathValue("id"), &host.RefundOrder{ID: r.PathValue("refund"), Amount: baht(satang)})
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		_ = json.NewEncoder(w).Encode(refund)
	})
	return mux
}

// swapping is a provider that is replaced between a decision and its call, once there is
// another catalog.
type swapping struct{ *supervisor.Provider }

func (s swapping) Pin() (*plugin.Pinned, error) {
	pinned, err := s.Provider.Pin()
	if err != nil || s.Name() != "native" || os.Rename("catalog.next", "catalog.yaml") != nil {
		return pinned, err
	}
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for range ticker.C {
		if now, err := s.Provider.Pin(); err == nil && now.ID != pinned.ID {
			return pinned, nil
		}
	}
	return nil, errors.New("the ticker has ended")
}

// moody is a platform whose OnChange misbehaves once for orders whose IDs say how.
type moody struct {
	engine func() *host.Engine
	told   sync.Map // by order ID
}

func (m *moody) onChange(ctx context.Context, tx host.Tx, change *host.Change) error {
	if change.Kind == host.ChangePaid {
		if _, again := m.told.LoadOrStore(change.SaleID, true); !again {
			if err := m.misbehave(ctx, tx, change.SaleID); err != nil {
				return err
			}
		}
	}
	_, err := tx.Exec(ctx, "INSERT INTO told VALUES ($1, $2)", change.SaleID, string(change.Kind))
	return err
}

func (m *moody) misbehave(ctx context.Context, tx host.Tx, id string) error {
	how, _, _ := strings.Cut(id, "-")
	if how != "fails" && how != "panics" && how != "blocks" && how != "refunds" {
		return nil
	}
	if _, err := tx.Exec(ctx, "INSERT INTO told VALUES ($1, 'PAID')", id); err != nil {
		return err
	}
	switch how {
	case "panics":
		panic("no")
	case "blocks":
		<-ctx.Done()
	case "refunds":
		_, err := m.engine().Refund(ctx, id, &host.RefundOrder{ID: id + "-r", Amount: baht(100)})
		return err
	}
	return errors.New("no")
}
