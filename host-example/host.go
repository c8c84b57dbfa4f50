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

// host is a shop that listens on this machine.
type host struct {
	shop    *shop.Shop
	mailbox *mailbox

	server  *http.Server
	stop    context.CancelFunc
	working sync.WaitGroup
	failed  chan error // holds what ended the server, if it was not asked to
}

// shutdownTimeout bounds the wait for requests that are still answered.
const shutdownTimeout = 5 * time.Second

// openHost listens on a free port and sells in test mode.
func openHost(ctx context.Context, log *slog.Logger) (*host, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the shop cannot listen: %w", err)
	}
	h := &host{mailbox: newMailbox(), failed: make(chan error, 1)}
	h.shop, err = shop.New("http://"+listener.Addr().String(), false, &shop.Options{Logger: log, Observe: h.mailbox.put})
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	h.server = shop.NewServer(h.shop.Handler(), log)
	// The shop goes on until close, also while an interrupted step cleans up.
	var running context.Context
	running, h.stop = context.WithCancel(context.WithoutCancel(ctx))
	h.working.Go(func() { h.shop.Run(running) })
	h.working.Go(func() {
		if err := h.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			h.failed <- err
		}
	})
	return h, nil
}

// close stops listening, lets requests end, and waits for everything, also when
// ctx has ended.
func (h *host) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := h.server.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("the shop did not shut down in time: %w", errors.Join(err, h.server.Close()))
	}
	h.stop()
	h.working.Wait()
	select {
	case ended := <-h.failed:
		return errors.Join(err, fmt.Errorf("the shop's server ended: %w", ended))
	default:
		return err
	}
}
