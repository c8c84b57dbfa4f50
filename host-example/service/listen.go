package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
)

// endpoint is a listener and its server.
type endpoint struct {
	listener *boundedListener
	server   *http.Server // nil until it serves
}

// listen opens a listener. If private is true, its address must be a loopback
// address.
func listen(ctx context.Context, address string, private bool) (*endpoint, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	tcp, ok := listener.Addr().(*net.TCPAddr)
	if private && (!ok || !tcp.IP.IsLoopback()) {
		return nil, errors.Join(fmt.Errorf("%s is not a loopback address: anyone who can connect to it may restart providers and sell; "+
			"use 127.0.0.1, or --admin-anywhere if a firewall protects it", address), listener.Close())
	}
	limit := connectionLimit(maxShopConnections, 4)
	if private {
		limit = connectionLimit(maxAdminConnections, 16)
	}
	return &endpoint{listener: bound(listener, limit)}, nil
}

func (e *endpoint) url() string { return "http://" + e.listener.Addr().String() }

// Close closes the listener at once.
func (e *endpoint) Close() error { return e.listener.Close() }

// shutdown accepts no more requests and waits for those in progress. When ctx ends,
// it aborts them.
func (e *endpoint) shutdown(ctx context.Context) error {
	err := e.server.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("requests at %s were aborted: %w", e.url(), errors.Join(err, e.server.Close()))
	}
	return err
}
