package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/paysocket/paysocket/host-example/shop"
)

// host is a shop with an HTTP server on this machine.
type host struct {
	shop     *shop.Shop
	recorder *recorder

	server         *http.Server
	stopBackground context.CancelFunc
	background     sync.WaitGroup
	failed         chan error // the error of a server that ended by itself
}

// shutdownTimeout bounds the wait for requests in progress.
const shutdownTimeout = 5 * time.Second

// openHost returns a host that sells in test mode and listens on a free port.
func openHost(ctx context.Context, log *slog.Logger) (*host, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the shop cannot listen: %w", err)
	}
	h := &host{recorder: newRecorder(), failed: make(chan error, 1)}
	h.shop, err = shop.New("http://"+listener.Addr().String(), false, &shop.Options{Logger: log, Observe: h.recorder.record})
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	h.server = shop.NewServer(h.shop.Handler(), log)
	// The shop goes on until close, even while an interrupted step cleans up.
	var running context.Context
	running, h.stopBackground = context.WithCancel(context.WithoutCancel(ctx))
	h.background.Go(func() { h.shop.Run(running) })
	h.background.Go(func() {
		if err := h.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			h.failed <- err
		}
	})
	return h, nil
}

// close shuts the server down and waits for everything to end, even if ctx has ended.
func (h *host) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := h.server.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("the shop did not shut down in time: %w", errors.Join(err, h.server.Close()))
	}
	h.stopBackground()
	h.background.Wait()
	select {
	case ended := <-h.failed:
		return errors.Join(err, fmt.Errorf("the shop's server ended: %w", ended))
	default:
		return err
	}
}
