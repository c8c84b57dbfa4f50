package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/admin"
	"github.com/paysocket/paysocket/host-example/observe"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// service is the host while it runs.
type service struct {
	options *Options
	log     *slog.Logger

	shop       *shop.Shop
	supervisor *supervisor.Supervisor
	sandboxes  *sandboxes
	admin      *admin.Admin
	tracing    *observe.Tracing // nil without Options.Trace

	catalog      *supervisor.Catalog // the one that was applied last
	sandboxTimer *time.Timer

	shopEndpoint, adminEndpoint *endpoint
	failed                      chan error // errors of servers that ended by themselves
	background                  sync.WaitGroup
	stopBackground              context.CancelFunc
}

// sandboxCheckInterval is the time between two checks whether sandboxes are still in
// use.
const sandboxCheckInterval = 2 * time.Second

// Run runs the host until ctx ends, and then lets calls in flight finish. It reads
// the catalog again at each signal on reload. The error says why the host could not
// start or had to end, or, as a [*ShutdownError], what it aborted at its end.
func Run(ctx context.Context, reload <-chan os.Signal, options *Options) error {
	o := options.orDefaults()
	s := &service{options: o, log: o.Logger, failed: make(chan error, 2), sandboxTimer: time.NewTimer(time.Hour)}
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
func (s *service) open(ctx context.Context) error {
	var err error
	if s.shopEndpoint, err = listen(ctx, s.options.Listen, false); err != nil {
		return fmt.Errorf("the shop cannot listen: %w", err)
	}
	if s.adminEndpoint, err = listen(ctx, s.options.Admin, !s.options.AdminAnywhere); err != nil {
		return errors.Join(fmt.Errorf("the admin server cannot listen: %w", err), s.shopEndpoint.Close())
	}
	metrics := observe.NewMetrics()
	base := s.options.BaseURL
	if base == "" {
		base = s.shopEndpoint.url()
	}
	s.shop, err = shop.New(base, s.options.Live, &shop.Options{Logger: s.log, Observe: metrics.ObserveShop})
	if err != nil {
		return errors.Join(err, s.shopEndpoint.Close(), s.adminEndpoint.Close())
	}
	s.sandboxes = newSandboxes(s.log, s.shop.WebhookURL)
	s.supervisor = supervisor.New(s.supervisorOptions(metrics))
	metrics.WatchStates(s.supervisor.States)
	s.admin = admin.New(s.supervisor, s.shop, &admin.Options{
		Logger: s.log, Metrics: metrics.Handler(), AllowAnyHost: s.options.AdminAnywhere,
	})
	return nil
}

// supervisorOptions returns the functions with which this host fills in a supervisor.
func (s *service) supervisorOptions(metrics *observe.Metrics) *supervisor.Options {
	options := &supervisor.Options{
		Logger: s.log, Configure: s.configure, Admit: s.admit, Observe: metrics.ObserveCall,
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
	s.background.Go(func() { s.shop.Run(background) })
	s.serve(s.adminEndpoint, s.admin.Server())
	s.log.LogAttrs(ctx, slog.LevelInfo, "the host has started", slog.Int("pid", os.Getpid()), slog.Bool("live", s.options.Live),
		slog.String("shop", s.shopEndpoint.url()), slog.String("admin", s.adminEndpoint.url()))
	s.serve(s.shopEndpoint, shop.NewServer(s.shop.Handler(), s.log))
	s.apply(ctx, catalog)
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

// loop handles reloads and timers until ctx ends or a server has ended.
func (s *service) loop(ctx context.Context, reload <-chan os.Signal) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.failed:
			return err
		case <-reload:
			s.reload(ctx)
		case <-s.sandboxTimer.C:
			s.closeUnusedSandboxes(ctx)
		}
	}
}
