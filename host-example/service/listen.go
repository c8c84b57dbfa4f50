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
	socket   string       // its path, if it is one of the file system
}

// listen opens a listener that anybody may connect to who reaches its address.
func listen(ctx context.Context, address string) (*endpoint, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &endpoint{listener: bound(listener, connectionLimit(maxShopConnections, 4))}, nil
}

// listenPrivate opens a listener for few, at a loopback address.
func listenPrivate(ctx context.Context, address string) (*endpoint, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if !isLoopback(listener.Addr()) {
		return nil, errors.Join(fmt.Errorf("%s is not a loopback address, and anyone who can connect to it may use it", address), listener.Close())
	}
	return &endpoint{listener: bound(listener, connectionLimit(maxAdminConnections, 16))}, nil
}

// url returns the address for people.
func (e *endpoint) url() string {
	switch {
	case e == nil:
		return Off
	case e.socket != "":
		return socketPrefix + e.socket
	default:
		return "http://" + e.listener.Addr().String()
	}
}

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
