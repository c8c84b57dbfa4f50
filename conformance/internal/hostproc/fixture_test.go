package hostproc_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/hostctl"
	"github.com/paysocket/paysocket/conformance/internal/hostproc"
	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// binaries is the folder of the programs that the tests run.
var binaries string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	if binaries = os.Getenv(victimBinaries); binaries != "" {
		return m.Run()
	}
	folder, err := os.MkdirTemp("", "hostproc-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binaries = folder
	for name, arguments := range map[string][]string{
		"shop":   {"-tags", "hostctl", "github.com/paysocket/paysocket/host-example"},
		"plugin": {"github.com/paysocket/paysocket/conformance/cmd/payment-provider-scripted"},
	} {
		arguments = slices.Concat([]string{"build", "-o", filepath.Join(folder, name)}, arguments)
		build := exec.CommandContext(context.Background(), "go", arguments...)
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building the %s: %v\n%s", name, err, out)
			return 1
		}
	}
	return m.Run()
}

// How long and how often tests look for what must happen.
const (
	waitFor   = time.Minute
	pollEvery = 20 * time.Millisecond
)

// fixture is the example's shop with an account of the scripted provider.
type fixture struct {
	*scripted.Account

	t           *testing.T
	environment *hostproc.Environment
	world       *hostproc.World
}

// wallet is the provider's name in the catalog.
const wallet = "wallet"

// shopManifest returns one of the example's manifests, with the program that was built.
func shopManifest(t *testing.T, name string) *hostproc.Manifest {
	t.Helper()
	m, err := hostproc.Load(filepath.Join("../../../host-example", name))
	require.NoError(t, err)
	m.Command[0] = filepath.Join(binaries, "shop")
	return m
}

func newFixture(t *testing.T, name string) *fixture {
	t.Helper()
	f := worldOf(t, shopManifest(t, name))
	require.NoError(t, f.world.Start(t.Context()))
	return f
}

// worldOf is a fixture whose processes were not started.
func worldOf(t *testing.T, m *hostproc.Manifest) *fixture {
	t.Helper()
	environment, err := hostproc.New(m)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, environment.Close()) })
	server, err := scripted.NewServer()
	require.NoError(t, err)
	t.Cleanup(server.Close)
	f := &fixture{t: t, environment: environment, Account: server.NewAccount(scripted.Shape{})}
	f.world, err = environment.NewWorld(t.Context(), 0)
	if missing, ok := asDatabaseError(err); ok {
		if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), "postgres") {
			require.NoError(t, missing)
		}
		t.Skipf("SKIPPED, NOT TESTED: %v (PAYSOCKET_REQUIRE=postgres makes this a failure)", missing)
	}
	require.NoError(t, err)
	f.install(f.world, "1.0.0")
	return f
}

// install writes a catalog with a version of the plugin.
func (f *fixture) install(world *hostproc.World, version string) {
	f.t.Helper()
	to := filepath.Join(f.t.TempDir(), "plugin")
	require.NoError(f.t, f.Install(filepath.Join(binaries, "plugin"), to, version))
	require.NoError(f.t, world.WriteCatalog(hostproc.Provider{Name: wallet, Path: to, Secrets: f.Secrets()}))
}

func (f *fixture) client(n int) *hostctl.Client { return f.world.Processes()[n].Client() }

func baht(minorUnits int64) hostctl.Money {
	return hostctl.Money{Currency: "THB", MinorUnits: minorUnits}
}

func money(m hostctl.Money) contract.Money {
	return contract.Money{Currency: m.Currency, MinorUnits: m.MinorUnits}
}

func newOrder(id string, amount int64) *hostctl.NewOrder {
	return &hostctl.NewOrder{ID: id, Amount: baht(amount), Providers: []string{wallet}, Method: wallet}
}

// place places an order whose buyer can pay, and returns the gateway's id of its payment.
func (f *fixture) place(id string, amount int64) string {
	f.t.Helper()
	order, err := f.client(0).PlaceOrder(f.t.Context(), newOrder(id, amount))
	require.NoError(f.t, err)
	require.Equal(f.t, hostctl.OrderOpen, order.State)
	require.NotEmpty(f.t, order.Link)
	made := f.Of(money(baht(amount)))
	require.Len(f.t, made, 1)
	return made[0].PaymentID
}

// await waits until an order is as wanted.
func (f *fixture) await(n int, id string, is func(*hostctl.Order) bool) *hostctl.Order {
	f.t.Helper()
	var order *hostctl.Order
	require.Eventually(f.t, func() bool {
		var err error
		order, err = f.client(n).Order(f.t.Context(), id)
		return err == nil && is(order)
	}, waitFor, pollEvery, "order %s", id)
	return order
}

func in(state hostctl.OrderState) func(*hostctl.Order) bool {
	return func(o *hostctl.Order) bool { return o.State == state }
}

// deliver delivers a webhook to a process, and returns the status of the answer.
func (f *fixture) deliver(n int, webhook *scripted.Webhook) int {
	f.t.Helper()
	to, err := f.world.Processes()[n].WebhookURL(wallet)
	require.NoError(f.t, err)
	request, err := webhook.Request(f.t.Context(), to)
	require.NoError(f.t, err)
	return statusOf(f.t, request)
}

func statusOf(t *testing.T, request *http.Request) int {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	answer, err := client.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}
