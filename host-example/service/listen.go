package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
)

// listening is an address of the host, and the server behind it.
type listening struct {
	listener net.Listener
	server   *http.Server // nil until it serves
}

// listen opens an address. What must be private must be a loopback address.
func listen(ctx context.Context, address string, private bool) (*listening, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	tcp, ok := listener.Addr().(*net.TCPAddr)
	if private && (!ok || !tcp.IP.IsLoopback()) {
		return nil, errors.Join(fmt.Errorf("%s is not a loopback address: whoever can connect there may restart providers and sell; "+
			"use 127.0.0.1, or --admin-anywhere if the network keeps others out", address), listener.Close())
	}
	return &listening{listener: listener}, nil
}

func (l *listening) url() string { return "http://" + l.listener.Addr().String() }

// Close ends it at once.
func (l *listening) Close() error { return l.listener.Close() }

// shutdown takes no more requests, and lets those end that there are. When the
// context ends they are cut off.
func (l *listening) shutdown(ctx context.Context) error {
	err := l.server.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("requests at %s were cut off: %w", l.url(), errors.Join(err, l.server.Close()))
	}
	return err
}
