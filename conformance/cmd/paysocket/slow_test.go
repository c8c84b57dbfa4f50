package main

import (
	"context"
	"os"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory"
)

// serveSlowly is a provider that is as slow as SLOW_BY says.
func serveSlowly() {
	plugin.Serve(memory.New(nil), &plugin.ServeOptions{Interceptors: []contract.Interceptor{slowly}})
}

// slowly takes as long for each call as SLOW_BY says, half of it before the gateway is
// asked. It takes no longer than the call has.
func slowly(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
	by, err := time.ParseDuration(os.Getenv("SLOW_BY"))
	if err != nil {
		return nil, contract.Errorf(contract.ProviderBug, "SLOW_BY: %v", err)
	}
	pause := func() {
		select {
		case <-time.After(by / 2):
		case <-ctx.Done():
		}
	}
	pause()
	defer pause()
	return next(ctx, call)
}
