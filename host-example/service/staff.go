package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"
	_ "time/tzdata" // for machines without it, such as in a container

	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/host-example/staff"
)

// Off is the address of a server that is not to run.
const Off = "off"

// staffURL returns the URL by which the staff reach their pages through a proxy; nil if
// there is none.
func (o *Options) staffURL() (*url.URL, error) {
	if o.StaffURL == "" {
		return nil, nil //nolint:nilnil // It may be left out.
	}
	u, err := url.Parse(o.StaffURL)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("the URL of the staff's pages must be one such as https://staff.example, without a path: passwords are sent to it")
	}
	return u, nil
}

// openStaff opens the listener of the staff's pages.
func (s *service) openStaff(ctx context.Context, db *shop.Database) error {
	at, err := s.options.staffURL()
	if err != nil {
		return err
	}
	if s.zone, err = time.LoadLocation(s.options.Zone); err != nil {
		return fmt.Errorf("the time zone of the pages: %w; name one such as Asia/Bangkok", err)
	}
	s.staff = staff.New(db, s.shop, s.supervisor, &staff.Options{
		URL: at, Zone: s.zone, Live: s.options.Live, Logger: s.log,
		Begin: func() (func(), bool) { return s.admin.Begin() },
	})
	if s.options.Staff == Off {
		return nil
	}
	e, err := listen(ctx, s.options.Staff)
	if err != nil {
		return fmt.Errorf("the staff's pages cannot listen: %w", err)
	}
	if at == nil && !isLoopback(e.listener.Addr()) {
		return errors.Join(fmt.Errorf("the staff's pages cannot listen: %s is not a loopback address, and passwords would be read on the network: "+
			"use 127.0.0.1, or put a proxy with TLS before it and name its URL with --staff-url", s.options.Staff), e.Close())
	}
	s.staffEndpoint = e
	return s.firstPassword(ctx)
}

// firstPassword makes the first of the staff, if there is nobody yet and somebody watches
// who can be shown the password.
func (s *service) firstPassword(ctx context.Context) error {
	if s.options.FirstPassword == nil {
		if n, err := s.staff.Count(ctx); err != nil || n > 0 {
			return err
		}
		s.log.LogAttrs(ctx, slog.LevelWarn, "nobody of the staff can log in yet, and there is no terminal to show the first password on",
			slog.String("remedy", "as the host's user: curl --unix-socket "+s.options.socketPath(s.keyFile)+" -X POST http://localhost/staff/"+staff.First+"/password"))
		return nil
	}
	password, err := s.staff.Start(ctx)
	if err == nil && password != "" {
		s.options.FirstPassword(staff.First, password)
	}
	return err
}

// serveStaff serves the staff's pages.
func (s *service) serveStaff() {
	if s.staffEndpoint != nil {
		server := shop.NewServer(s.staff.Handler(), s.log)
		server.WriteTimeout = staffWriteTimeout
		s.serve(s.staffEndpoint, server)
	}
}

// staffWriteTimeout is longer than a refund, or a provider that is swapped.
const staffWriteTimeout = 2 * time.Minute

// serveMetrics serves /metrics and a short /healthz, if there is an address for them.
func (s *service) serveMetrics() {
	if s.metricsEndpoint == nil {
		return
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.Handler())
	mux.HandleFunc("GET /healthz", s.admin.ServeStatus)
	s.serve(s.metricsEndpoint, shop.NewServer(mux, s.log))
}

// endpoints returns those that answer until the providers have ended.
func (s *service) endpoints() []*endpoint {
	var all []*endpoint
	for _, e := range []*endpoint{s.adminEndpoint, s.staffEndpoint, s.metricsEndpoint} {
		if e != nil {
			all = append(all, e)
		}
	}
	return all
}

func isLoopback(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
