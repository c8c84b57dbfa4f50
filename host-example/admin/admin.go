package admin

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// Options change how the door works. Nil means the defaults.
type Options struct {
	// Logger gets a line for each thing that somebody asked for. Nil discards
	// them.
	Logger *slog.Logger

	// Metrics answers GET /metrics. Nil: there are none.
	Metrics http.Handler

	// AnyName answers requests whatever name of the machine they were sent to.
	// Without it only loopback addresses and localhost are known.
	AnyName bool
}

// Admin is the door. Make one with [New].
type Admin struct {
	supervisor *supervisor.Supervisor
	shop       *shop.Shop
	options    Options

	// selling has room for the sales that are made at the same time.
	selling chan struct{}

	mu       sync.Mutex
	closed   bool           // takes no more sales
	sales    sync.WaitGroup // being made
	draining context.Context
	drain    context.CancelFunc
}

// maxSales is how many sales are made at the same time.
const maxSales = 64

// New makes the door of a shop whose providers a supervisor runs.
func New(providers *supervisor.Supervisor, s *shop.Shop, options *Options) *Admin {
	a := &Admin{supervisor: providers, shop: s, selling: make(chan struct{}, maxSales)}
	if options != nil {
		a.options = *options
	}
	if a.options.Logger == nil {
		a.options.Logger = slog.New(slog.DiscardHandler)
	}
	a.draining, a.drain = context.WithCancel(context.Background())
	return a
}

// Handler serves all that the package's documentation lists.
func (a *Admin) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.servePage)
	mux.HandleFunc("GET /healthz", a.serveHealth)
	mux.HandleFunc("POST /providers/{name}/restart", a.serveRestart)
	mux.HandleFunc("POST /sales", a.serveSell)
	mux.HandleFunc("GET /sales", a.serveSales)
	mux.HandleFunc("GET /sales/{id}", a.serveSale)
	mux.HandleFunc("POST /sales/{id}/resume", a.serveResume)
	if a.options.Metrics != nil {
		mux.Handle("GET /metrics", a.options.Metrics)
	}
	return a.guard(mux)
}

// Server gives an HTTP server for the door, at a listener of the caller's.
func (a *Admin) Server() *http.Server {
	server := shop.NewServer(a.Handler(), a.options.Logger)
	server.WriteTimeout = longestAnswer
	return server
}

// longestAnswer is longer than a sale, or a restart, can take.
const longestAnswer = effort + 40*time.Second

// Drain takes no more sales, and waits until those that are being made have
// ended, or the context has. Calls of providers are not cut off, but none is
// repeated any more.
func (a *Admin) Drain(ctx context.Context) error {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.drain()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.sales.Wait()
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// enter counts a sale that is made, unless no more are taken.
func (a *Admin) enter() (leave func(), ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return nil, false
	}
	select {
	case a.selling <- struct{}{}:
	default:
		return nil, false
	}
	a.sales.Add(1)
	return func() { <-a.selling; a.sales.Done() }, true
}

// guard keeps out what a page on the net makes an operator's browser send.
func (a *Admin) guard(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		if err := a.check(protection, r); err != nil {
			fail(w, http.StatusForbidden, &problem{Reason: "FORBIDDEN", Outcome: notAttempted, Message: err.Error()})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *Admin) check(protection *http.CrossOriginProtection, r *http.Request) error {
	if !a.options.AnyName && !isThisMachine(r.Host) {
		return errors.New("the request was sent to another name than 127.0.0.1, [::1] or localhost")
	}
	if protection.Check(r) != nil {
		return errors.New("the request comes from a page of another site")
	}
	return nil
}

func isThisMachine(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
