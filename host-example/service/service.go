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
	standIns   *standIns
	admin      *admin.Admin
	tracing    *observe.Tracing // nil if nothing is traced

	catalog   *supervisor.Catalog // applied last
	tidyAgain *time.Timer

	public, private *listening
	failed          chan error // what ended a listener that nobody asked to end
	working         sync.WaitGroup
	stopWorking     context.CancelFunc
}

// tidyPause is the time between two looks for stand-ins to end.
const tidyPause = 2 * time.Second

// Run runs the host until the context ends, and then lets calls in flight
// finish. It reads the catalog anew at each signal on reload. Its error says
// why it could not begin, why it had to end, or, as an [*EndError], that it did
// not end cleanly.
func Run(ctx context.Context, reload <-chan os.Signal, options *Options) error {
	o := options.orDefaults()
	s := &service{options: o, log: o.Logger, failed: make(chan error, 2), tidyAgain: time.NewTimer(time.Hour)}
	catalog, err := s.load(ctx)
	if err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	s.begin(ctx, catalog)
	err = s.loop(ctx, reload)
	return errors.Join(err, s.close(ctx))
}

// open makes everything, and starts nothing but to listen.
func (s *service) open(ctx context.Context) error {
	var err error
	if s.public, err = listen(ctx, s.options.Listen, false); err != nil {
		return fmt.Errorf("the shop cannot listen: %w", err)
	}
	if s.private, err = listen(ctx, s.options.Admin, !s.options.AdminAnywhere); err != nil {
		return errors.Join(fmt.Errorf("the admin door cannot listen: %w", err), s.public.Close())
	}
	metrics := observe.NewMetrics()
	base := s.options.BaseURL
	if base == "" {
		base = s.public.url()
	}
	s.shop, err = shop.New(base, s.options.Live, &shop.Options{Logger: s.log, Observe: metrics.Notice})
	if err != nil {
		return errors.Join(err, s.public.Close(), s.private.Close())
	}
	s.standIns = newStandIns(s.log, s.shop.WebhookURL)
	s.supervisor = supervisor.New(s.supervision(metrics))
	metrics.Watch(s.supervisor.States)
	s.admin = admin.New(s.supervisor, s.shop, &admin.Options{
		Logger: s.log, Metrics: metrics.Handler(), AnyName: s.options.AdminAnywhere,
	})
	return nil
}

// supervision is what the host puts into the supervisor's seams.
func (s *service) supervision(metrics *observe.Metrics) *supervisor.Options {
	options := &supervisor.Options{
		Logger: s.log, Configure: s.configure, Admit: s.admit, Observe: metrics.Call,
	}
	if s.options.Trace {
		s.tracing = observe.NewTracing(s.log)
		options.Interceptors = []contract.Interceptor{s.tracing.Intercept}
	}
	return options
}

// begin starts all that runs until the end.
func (s *service) begin(ctx context.Context, catalog *supervisor.Catalog) {
	if os.Geteuid() == 0 {
		s.log.LogAttrs(ctx, slog.LevelWarn, "the host runs as root, and so does every provider; give it a user of its own")
	}
	// What runs goes on after the context's end, until close.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stopWorking = stop
	s.working.Go(func() { s.shop.Run(working) })
	s.serve(s.private, s.admin.Server())
	s.log.LogAttrs(ctx, slog.LevelInfo, "the host has begun", slog.Int("pid", os.Getpid()), slog.Bool("live", s.options.Live),
		slog.String("shop", s.public.url()), slog.String("admin", s.private.url()))
	s.serve(s.public, shop.NewServer(s.shop.Handler(), s.log))
	s.apply(ctx, catalog)
}

func (s *service) serve(l *listening, server *http.Server) {
	l.server = server
	s.working.Go(func() {
		if err := server.Serve(l.listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("the listener at %s ended: %w", l.url(), err)
		}
	})
}

// loop waits for what happens, until the context ends or a listener has.
func (s *service) loop(ctx context.Context, reload <-chan os.Signal) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.failed:
			return err
		case <-reload:
			s.reload(ctx)
		case <-s.tidyAgain.C:
			s.tidy(ctx)
		}
	}
}
