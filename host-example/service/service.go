package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/admin"
	"github.com/paysocket/paysocket/host-example/observe"
	"github.com/paysocket/paysocket/host-example/pages"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/host-example/staff"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// service is the host while it runs.
type service struct {
	options *Options
	log     *slog.Logger

	shop       *shop.Shop
	supervisor *supervisor.Supervisor
	admin      *admin.Admin
	metrics    *observe.Metrics
	tracing    *observe.Tracing // nil without Options.Trace

	staff   *staff.Staff
	zone    *time.Location // of all pages
	keyFile string

	preferred atomic.Pointer[[]string] // the providers in the order of the catalog

	shopEndpoint    *endpoint
	adminEndpoint   *endpoint // nil without Options.Admin, and so on
	staffEndpoint   *endpoint
	metricsEndpoint *endpoint
	hostctlEndpoint *endpoint  // nil unless a test build serves it
	failed          chan error // errors of what ended by itself
	background      sync.WaitGroup
	stopBackground  context.CancelFunc
	engineEnded     chan struct{}
}

// Run runs the host until ctx ends, and then lets calls in flight finish. It reads
// the catalog again at each signal on reload. The error says why the host could not
// start or had to end, or, as a [*ShutdownError], what it aborted at its end.
func Run(ctx context.Context, reload <-chan os.Signal, options *Options) error {
	o := options.orDefaults()
	s := &service{options: o, log: o.Logger, failed: make(chan error, 5), metrics: observe.NewMetrics(), engineEnded: make(chan struct{})}
	s.preferred.Store(&[]string{})
	catalog, err := s.load(ctx)
	if err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	s.start(ctx, catalog)
	err = s.loop(ctx, reload)
	return errors.Join(err, s.close(ctx))
}

// open makes all parts of the host and opens its listeners. It starts nothing else.
func (s *service) open(ctx context.Context) (err error) {
	if s.shopEndpoint, err = listen(ctx, s.options.Listen); err != nil {
		return fmt.Errorf("the shop cannot listen: %w", err)
	}
	s.supervisor = supervisor.New(s.supervisorOptions())
	s.metrics.WatchStates(s.supervisor.States)
	db, err := s.openShop(ctx)
	if err != nil {
		return errors.Join(err, s.shopEndpoint.Close(), s.supervisor.Close())
	}
	s.metrics.WatchLedger(s.shop.Overview)
	if err := s.openPrivate(ctx, db); err != nil {
		for _, e := range s.endpoints() {
			err = errors.Join(err, e.Close())
		}
		return errors.Join(err, s.shopEndpoint.Close(), s.shop.Close(), s.supervisor.Close())
	}
	return nil
}

// openPrivate opens the listeners of what is not for the internet. They come after the
// database, which a second host of one file is refused at.
func (s *service) openPrivate(ctx context.Context, db *shop.Database) (err error) {
	if path := s.options.socketPath(s.keyFile); path != "" {
		if s.adminEndpoint, err = listenSocket(ctx, path); err != nil {
			return fmt.Errorf("the admin API cannot listen: %w", err)
		}
	}
	if s.options.Metrics != "" {
		if s.metricsEndpoint, err = listen(ctx, s.options.Metrics); err != nil {
			return fmt.Errorf("the metrics cannot listen: %w", err)
		}
	}
	if err := s.openStaff(ctx, db); err != nil {
		return err
	}
	s.admin = admin.New(s.supervisor, s.shop, &admin.Options{Logger: s.log, Metrics: s.metrics.Handler(), ResetPassword: s.staff.Reset})
	return nil
}

// openShop opens the database, and the shop in it.
func (s *service) openShop(ctx context.Context) (*shop.Database, error) {
	base := s.options.BaseURL
	if base == "" {
		base = s.shopEndpoint.url()
	}
	db, err := shop.OpenDatabase(ctx, s.options.Database, &shop.Credentials{
		PasswordFile: s.options.DatabasePasswordFile, LookupEnv: s.options.LookupEnv,
	})
	if err != nil {
		return nil, err
	}
	keyFile := s.options.KeyFile
	switch {
	case keyFile != "":
	case db.Kind == host.SQLite:
		keyFile = db.Place + ".key"
	default:
		return nil, errors.Join(db.Close(), errors.New("--key-file is missing: name the file of the key that seals what is known of buyers. "+
			"It is made at the first start; give every process of this database the same, and keep it out of the database's backups"))
	}
	s.keyFile = keyFile
	s.shop, err = shop.Open(ctx, db, s.provider, &shop.Options{
		BaseURL: base, KeyFile: keyFile, CallTime: s.options.CallTime, Live: s.options.Live, Logger: s.log,
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "the ledger is open", slog.String("database", db.Place), slog.String("key_file", keyFile))
	return db, nil
}

// provider returns a provider of the catalog for the shop.
func (s *service) provider(name string) (host.Provider, bool) { return s.supervisor.Provider(name) }

// supervisorOptions returns the functions with which this host fills in a supervisor.
func (s *service) supervisorOptions() *supervisor.Options {
	options := &supervisor.Options{
		Logger: s.log, Configure: s.configure, Admit: s.admit, Observe: s.metrics.ObserveCall,
	}
	if s.options.Trace {
		s.tracing = observe.NewTracing(s.log)
		options.Interceptors = []contract.Interceptor{s.tracing.Intercept}
	}
	return options
}

// start starts everything that runs until the end.
func (s *service) start(ctx context.Context, catalog *supervisor.Catalog) {
	if os.Geteuid() == 0 {
		s.log.LogAttrs(ctx, slog.LevelWarn, "the host and its providers run as root; run the host as a user of its own")
	}
	// The parts go on when ctx has ended, until close.
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.stopBackground = cancel
	if s.adminEndpoint != nil {
		s.serve(s.adminEndpoint, s.admin.Server())
	}
	s.serveStaff()
	s.serveMetrics()
	s.log.LogAttrs(ctx, slog.LevelInfo, "the host has started", slog.Int("pid", os.Getpid()), slog.Bool("live", s.options.Live),
		slog.String("shop", s.shopEndpoint.url()), slog.String("admin", s.adminEndpoint.url()), slog.String("staff", s.staffEndpoint.url()))
	s.serve(s.shopEndpoint, shop.NewServer(s.public(), s.log))
	s.background.Go(func() { // what was under way when the host ended goes on as soon as its provider is ready
		defer close(s.engineEnded)
		if err := s.shop.Run(background); err != nil {
			s.failed <- err
		}
	})
	s.apply(ctx, catalog)
	s.serveHostctl(ctx)
	if s.options.Ready != nil {
		s.options.Ready(s.shopEndpoint.url(), s.adminEndpoint.url(), s.staffEndpoint.url())
	}
}

// public returns the handler of everything that the internet can reach.
func (s *service) public() http.Handler {
	buyers := pages.New(s.shop, s.supervisor, &pages.Options{
		Live: s.options.Live, Secure: strings.HasPrefix(s.options.BaseURL, "https:"), Zone: s.zone, Logger: s.log,
		Preferred: func() []string { return *s.preferred.Load() },
	})
	money := s.shop.Handler(buyers.ShowReturn)
	mux := http.NewServeMux()
	mux.Handle("/webhooks/", s.metrics.CountWebhooks(money, func(name string) bool { _, known := s.supervisor.State(name); return known }))
	mux.Handle("/pay/", money)
	mux.Handle("/return/", money)
	mux.Handle("/", buyers.Handler())
	return mux
}

func (s *service) serve(e *endpoint, server *http.Server) {
	e.server = server
	e.listener.server.Store(server)
	s.background.Go(func() {
		if err := server.Serve(e.listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("the server at %s ended: %w", e.url(), err)
		}
	})
}

// loop handles reloads until ctx ends or a server has ended.
func (s *service) loop(ctx context.Context, reload <-chan os.Signal) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.failed:
			return err
		case <-reload:
			s.reload(ctx)
		}
	}
}
