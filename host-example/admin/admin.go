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
	// Logger gets a record of each restart, and of each request that may move money. Nil discards them.
	Logger *slog.Logger

	// Metrics answers GET /metrics. If it is nil, that is 404.
	Metrics http.Handler

	// ResetPassword sets another password of one of the staff and returns it. If it is nil,
	// there are no pages for staff.
	ResetPassword func(ctx context.Context, name string) (password string, err error)
}

// Admin is the admin API of a host. Use [New] to make one.
type Admin struct {
	supervisor *supervisor.Supervisor
	shop       *shop.Shop
	options    Options

	// slots holds a token for each request in progress that may move money.
	slots chan struct{}

	mu      sync.Mutex
	drained bool           // accepts no more of them
	running sync.WaitGroup // in progress
}

// maxRunning is how many requests that may move money are in progress at once.
const maxRunning = 64

// New returns the admin API of a shop whose providers a supervisor runs.
func New(providers *supervisor.Supervisor, s *shop.Shop, options *Options) *Admin {
	a := &Admin{supervisor: providers, shop: s, slots: make(chan struct{}, maxRunning)}
	if options != nil {
		a.options = *options
	}
	if a.options.Logger == nil {
		a.options.Logger = slog.New(slog.DiscardHandler)
	}
	return a
}

// Handler returns a handler for everything in the package documentation.
func (a *Admin) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.serveHealth)
	mux.HandleFunc("GET /providers", a.serveProviders)
	mux.HandleFunc("POST /providers/{name}/restart", a.withoutBody(a.serveRestart))
	mux.HandleFunc("GET /overview", a.serveOverview)
	mux.HandleFunc("GET /attention", a.serveAttention)
	mux.HandleFunc("POST /staff/{name}/password", a.withoutBody(a.servePassword))
	mux.HandleFunc("GET /sales", a.serveOrders)
	mux.HandleFunc("GET /sales/{id}", a.serveSale)
	mux.HandleFunc("GET /sales/{id}/timeline", a.serveTimeline)
	mux.HandleFunc("POST /sales", a.changing(a.serveCheckout))
	mux.HandleFunc("POST /sales/{id}/pay-again", a.changing(a.servePayAgain))
	mux.HandleFunc("POST /sales/{id}/refunds", a.changing(a.serveRefund))
	mux.HandleFunc("POST /sales/{id}/cancel", a.changing(a.withoutBody(a.serveCancel)))
	mux.HandleFunc("POST /sales/{id}/resolve", a.changing(a.serveResolve))
	if a.options.Metrics != nil {
		mux.Handle("GET /metrics", a.options.Metrics)
	}
	return a.protect(a.known(mux))
}

// Server returns an HTTP server with the Handler, for a listener of the caller's.
func (a *Admin) Server() *http.Server {
	server := shop.NewServer(a.Handler(), a.options.Logger)
	server.WriteTimeout = writeTimeout
	return server
}

// writeTimeout is longer than what a request can take: calls of several providers one
// after another, or a restart.
const writeTimeout = 2 * time.Minute

// Drain accepts no more requests that may move money, and waits until those in progress
// have ended or ctx has. It aborts no call of a provider.
func (a *Admin) Drain(ctx context.Context) error {
	a.mu.Lock()
	a.drained = true
	a.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.running.Wait()
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (a *Admin) isDrained() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.drained
}

// Begin counts a request of another server of the host that may move money: see Drain.
func (a *Admin) Begin() (end func(), ok bool) { return a.begin() }

// begin counts a request that may move money until end is called. It returns false if the
// host is drained or has too many in progress.
func (a *Admin) begin() (end func(), ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.drained {
		return nil, false
	}
	select {
	case a.slots <- struct{}{}:
	default:
		return nil, false
	}
	a.running.Add(1)
	return func() { <-a.slots; a.running.Done() }, true
}

// known answers a request that no pattern of mux is for as all errors are answered: 404, or
// 405 with the methods that there are at its path.
func (a *Admin) known(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refusing, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		refusal := &unwritten{header: http.Header{}, status: http.StatusNotFound}
		refusing.ServeHTTP(refusal, r)
		e := &apiError{Reason: "NOT_FOUND", Outcome: notAttempted, Message: "there is nothing at this path; the documentation of package admin lists what there is"}
		if refusal.status == http.StatusMethodNotAllowed {
			allowed := refusal.header.Get("Allow")
			w.Header().Set("Allow", allowed)
			e.Reason, e.Message = "METHOD_NOT_ALLOWED", "at this path the method must be one of "+allowed
		}
		a.refuse(w, r, refusal.status, e)
	})
}

// unwritten is an answer of which only the status and the header are of use.
type unwritten struct {
	header http.Header
	status int
}

// Header implements http.ResponseWriter.
func (u *unwritten) Header() http.Header { return u.header }

// WriteHeader implements http.ResponseWriter.
func (u *unwritten) WriteHeader(status int) { u.status = status }

// Write implements http.ResponseWriter.
func (u *unwritten) Write(p []byte) (int, error) { return len(p), nil }

// protect refuses requests that a web page made an operator's browser send.
func (a *Admin) protect(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		if err := a.checkOrigin(protection, r); err != nil {
			a.refuse(w, r, http.StatusForbidden, &apiError{Reason: "FORBIDDEN", Outcome: notAttempted, Message: err.Error()})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *Admin) checkOrigin(protection *http.CrossOriginProtection, r *http.Request) error {
	if !isLoopbackHost(r.Host) {
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
