package supervisor_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// The roles of this test binary, besides those of plugintest.
const (
	roleTraced = "traced"
	roleHost   = "supervising host"
	roleReader = "reader of a secret"
)

func TestMain(m *testing.M) {
	plugintest.Main(m, map[string]func(){roleTraced: serveTraced, roleHost: beHost, roleReader: readSecret})
}

// serveTraced serves a provider that logs the traces which come to it.
func serveTraced() {
	logger := plugin.NewLogger(nil)
	plugin.Serve(plugintest.NewProvider(logger), &plugin.ServeOptions{
		Logger: logger, Interceptors: []contract.Interceptor{logTrace(logger)},
	})
}

// beHost is a host with two providers, one of which is in the middle of a swap,
// that waits to be killed.
func beHost() {
	ctx := context.Background()
	s := supervisor.New(&supervisor.Options{
		Env: []string{plugintest.As(plugintest.RoleProvider)}, SocketFolder: os.Getenv("SOCKET_FOLDER"), StartTimeout: time.Minute,
		Configure: configure,
	})
	catalog := &supervisor.Catalog{Entries: []supervisor.Entry{{Name: "aa", Path: os.Args[0]}, {Name: "bb", Path: os.Args[0]}}}
	plugintest.Check(s.Apply(ctx, catalog))
	aa, _ := s.Provider("aa")
	bb, _ := s.State("bb")
	before, _ := s.State("aa")
	go func() { // it keeps the old process from ending
		_, _ = aa.CreatePayment(ctx, plugintest.Payment(plugintest.WaitFor+os.Getenv("PIPE")))
	}()
	for before.InFlight == 0 {
		before, _ = s.State("aa")
		<-time.After(time.Millisecond)
	}
	plugintest.Check(s.Restart(ctx, "aa"))
	after, _ := s.State("aa")
	fmt.Fprintln(os.Stdout, before.PID, after.PID, bb.PID)
	plugintest.Block()
}

// configure is an Options.Configure.
func configure(context.Context, *supervisor.Entry) (*contract.Configuration, error) {
	return plugintest.Configuration(), nil
}
