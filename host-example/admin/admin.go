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

// Options change how the admin API works. Nil means the defaults.
type Options struct {
	// Logger gets a record of each restart and sale. Nil discards them.
	Logger *slog.Logger

	// Metrics answers GET /metrics. If it is nil, that is 404.
	Metrics http.Handler

	// AllowAnyHost accepts requests with any Host header. Without it only loopback
	// addresses and localhost are accepted.
	AllowAnyHost bool
}

// Admin is the admin API of a host. Use [New] to make one.
type Admin struct {
	supervisor *supervisor.Supervisor
	shop       *shop.Shop
	options    Options

	// saleSlots holds a token for each sale in progress.
	saleSlots chan struct{}

	mu       sync.Mutex
	drained  bool           // accepts no more sales
	sales    sync.WaitGroup // in progress
	draining context.Context
	drain    context.CancelFunc
}

// maxSales is how many sales may be in progress at once.
const maxSales = 64

// New returns the admin API of a shop whose providers a supervisor runs.
func New(providers *supervisor.Supervisor, s *shop.Shop, options *Options) *Admin {
	a := &Admin{supervisor: providers, shop: s, saleSlots: make(chan struct{}, maxSales)}
	if options != nil {
		a.options = *options
	}
	if a.options.Logger == nil {
		a.options.Logger = slog.New(slog.DiscardHandler)
	}
	a.draining, a.drain = context.WithCancel(context.Background())
	return a
}

// Handler returns a handler for everything in the package documentation.
func (a *Admin) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.servePage)
	mux.HandleFunc("GET /healthz", a.serveHealth)
	mux.HandleFunc("POST /providers/{name}/restart", a.serveRestart)
	mux.HandleFunc("POST /sales", a.serveCreateSale)
	mux.HandleFunc("GET /sales", a.serveListSales)
	mux.HandleFunc("GET /sales/{id}", a.serveSale)
	mux.HandleFunc("POST /sales/{id}/resume", a.serveResume)
	if a.options.Metrics != nil {
		mux.Handle("GET /metrics", a.options.Metrics)
	}
	return a.protect(mux)
}

// Server returns an HTTP server with the Handler, for a listener of the caller's.
func (a *Admin) Server() *http.Server {
	server := shop.NewServer(a.Handler(), a.options.Logger)
	server.WriteTimeout = writeTimeout
	return server
}

// writeTimeout is longer than a sale or a restart can take.
const writeTimeout = saleTimeout + 40*time.Second

// Drain accepts no more sales, and waits until those in progress have ended or ctx
// has. It aborts no call of a provider, but from now on none is repeated.
func (a *Admin) Drain(ctx context.Context) error {
	a.mu.Lock()
	a.drained = true
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

// beginSale counts a sale in progress until end is called. It returns false if the
// host is drained or has too many sales in progress.
func (a *Admin) beginSale() (end func(), ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.drained {
		return nil, false
	}
	select {
	case a.saleSlots <- struct{}{}:
	default:
		return nil, false
	}
	a.sales.Add(1)
	return func() { <-a.saleSlots; a.sales.Done() }, true
}

// protect refuses requests that a web page made an operator's browser send.
func (a *Admin) protect(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		if err := a.checkOrigin(protection, r); err != nil {
			writeError(w, http.StatusForbidden, &apiError{Reason: "FORBIDDEN", Outcome: notAttempted, Message: err.Error()})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *Admin) checkOrigin(protection *http.CrossOriginProtection, r *http.Request) error {
	if !a.options.AllowAnyHost && !isLoopbackHost(r.Host) {
		return errors.New("the Host header is not 127.0.0.1, [::1] or localhost")
	}
	if protection.Check(r) != nil {
		return errors.New("the request comes from a page of another site")
	}
	return nil
}

func isLoopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
