package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/internal/faults"
)

func TestServe_SellsAndReceivesTheWebhook(t *testing.T) {
	t.Parallel()
	where, err := freeAddresses(t.Context())
	require.NoError(t, err)
	host := serve(t, newTestStage(t, where).catalog(), "--listen", where.shop)
	host.awaitHealth("all served", http.StatusOK, ready("memory", "omise-alipay", "stripe-alipay"))
	for _, provider := range []string{"memory", "omise-alipay"} {
		sale := host.mustSell(provider)
		browser := newBrowser()
		sent, err := browser.get(t.Context(), sale.PayURL)
		require.NoError(t, err)
		require.NoError(t, sent.expect(http.StatusSeeOther, "the shop's pay address"))
		_, err = browser.submit(t.Context(), sent.location, map[string][]string{"outcome": {"succeeded"}})
		require.NoError(t, err)
		assert.Equal(t, "TO_FULFIL", host.awaitSale(sale.ID, "PAID").Order.Status, "the shop's own row is of the same commit")

		for name, least := range map[string]float64{
			`paysocket_webhooks_total{provider=%q,status="200"}`:                                 1,
			`paysocket_calls_total{operation="CREATE_PAYMENT",outcome="",provider=%q,reason=""}`: 1,
			`paysocket_provider_state{provider=%q,state="READY"}`:                                1,
		} {
			value, _ := host.metric(fmt.Sprintf(name, provider))
			assert.GreaterOrEqual(t, value, least, name)
		}
	}
	paid, _ := host.metric(`paysocket_payments_last_hour{status="SUCCEEDED"}`)
	assert.InDelta(t, 2, paid, 0)
	up, _ := host.metric("paysocket_ledger_up")
	assert.InDelta(t, 1, up, 0)
}

func TestServe_KeepsItsSalesWhenItIsKilled(t *testing.T) {
	t.Parallel()
	own := newOwnProvider(t)
	database := filepath.Join(t.TempDir(), "shop.db")
	host := serve(t, own.catalog, "--database", database)
	sale := host.mustSell("own")
	require.NoError(t, host.cmd.Process.Kill())
	require.Error(t, <-host.ended)

	host = serve(t, own.catalog, "--database", database)
	status, again := host.checkout(sale.ID, "own")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, sale.latest().Key, again.latest().Key, "the same order is the same payment")
	payments, err := own.scope.Payments(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, payments, 1)
	require.NoError(t, own.scope.Transition(t.Context(), payments[0].ID, &gateway.Transition{To: gateway.StateSucceeded}))
	webhook, err := own.scope.BuildWebhook(t.Context(), &gateway.WebhookSpec{Payment: payments[0].ID, Event: gateway.EventPaymentUpdated})
	require.NoError(t, err)
	header := http.Header{}
	for _, each := range webhook.Headers {
		header.Add(each[0], each[1])
	}
	answer, err := newBrowser().send(t.Context(), http.MethodPost, host.shop+"/webhooks/own", header, webhook.Body)
	require.NoError(t, err)
	require.Equal(t, 2, answer.status/100)
	host.awaitSale(sale.ID, "PAID")
}

func TestServe_SellsNothingWhenItsDatabaseIsMovedAway(t *testing.T) {
	t.Parallel()
	own := newOwnProvider(t)
	database := filepath.Join(t.TempDir(), "shop.db")
	host := serve(t, own.catalog, "--database", database)
	host.mustSell("own")
	up, _ := host.metric("paysocket_ledger_up")
	assert.InDelta(t, 1, up, 0)

	require.NoError(t, os.Rename(database, database+".away"))
	status, _ := host.sell("own")
	assert.Equal(t, http.StatusServiceUnavailable, status, "what it would store is lost when it ends")
	host.awaitHealth("the database is away", http.StatusServiceUnavailable, ready("own"))
	up, _ = host.metric("paysocket_ledger_up")
	assert.Zero(t, up)
	payments, err := own.scope.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, payments, 1, "nothing is sent as long as nothing can be stored")

	require.NoError(t, os.Rename(database+".away", database))
	host.awaitHealth("the database is back", http.StatusOK, ready("own"))
	host.mustSell("own")
}

func TestServe_SaysThatItsDiskIsFull(t *testing.T) {
	t.Parallel()
	host := serveAfter(t, "ulimit -f 2048 || exit 1", newOwnProvider(t).catalog) // 1 or 2 MiB: no file grows further
	var refused faults.Counter
	require.Eventually(t, func() bool {
		status, _ := host.sell("own")
		if status == http.StatusServiceUnavailable {
			refused.Happened()
		}
		return status == http.StatusServiceUnavailable
	}, waitFor, time.Millisecond)
	host.awaitHealth("nothing can be stored", http.StatusServiceUnavailable, ready("own"))
	up, _ := host.metric("paysocket_ledger_up")
	assert.Zero(t, up)
	faults.Proved(t, faults.Injected{How: "the process may write no more to its database", Times: refused.Times(), Engine: faults.SQLite}, "HD05")
}

func TestServe_RestartsAKilledProvider(t *testing.T) {
	t.Parallel()
	host := serve(t, newOwnProvider(t).catalog)
	host.mustSell("own")
	_, before := host.health()
	require.NoError(t, syscall.Kill(before["own"].PID, syscall.SIGKILL))

	// A sale waits for the provider. None fails.
	require.Eventually(t, func() bool {
		status, sale := host.sell("own")
		assert.Equal(t, http.StatusOK, status, "%+v", sale)
		return sale.Status == "WAITING"
	}, waitFor, pollEvery)
	after := host.awaitHealth("served again", http.StatusOK, ready("own"))["own"]
	assert.NotEqual(t, before["own"].PID, after.PID)
	assert.Equal(t, 1, after.Restarts)
	assert.Contains(t, after.LastError, "killed")
	restarts, _ := host.metric(`paysocket_provider_restarts_total{provider="own"}`)
	assert.InDelta(t, 1, restarts, 0)
}

func TestServe_SwapsBinariesWithoutAFailedSale(t *testing.T) {
	t.Parallel()
	own := newOwnProvider(t)
	host := serve(t, own.catalog)
	var enough atomic.Bool
	var selling sync.WaitGroup
	var mu sync.Mutex
	made, failed := []string{}, []saleAnswer{}
	for range 4 {
		selling.Go(func() {
			for !enough.Load() {
				status, sale := host.sell("own")
				mu.Lock()
				if made = append(made, sale.ID); status != http.StatusOK || sale.Status != "WAITING" && sale.Status != "OPEN" {
					failed = append(failed, sale)
				}
				mu.Unlock()
			}
		})
	}
	for range 3 {
		sum := own.release("")
		host.reloadCatalog()
		host.awaitHealth("swapped", http.StatusOK, func(states map[string]providerState) bool {
			return states["own"].SHA256 == sum && states["own"].Status == "READY"
		})
	}
	enough.Store(true)
	selling.Wait()
	assert.Empty(t, failed)
	assert.Greater(t, len(made), 3)
	for _, id := range made {
		host.awaitSale(id, "WAITING")
	}
	_, states := host.health()
	assert.Equal(t, 4, states["own"].Generation)
	assert.Zero(t, states["own"].Restarts)
}

func TestServe_SellsThroughTheOthersWhenAnEntryIsBroken(t *testing.T) {
	t.Parallel()
	own := newOwnProvider(t)
	host := serve(t, own.catalog)
	sum := own.release("")
	good := own.entry("own", sum)

	own.write(good + own.entry("broken", strings.Repeat("0", 64)))
	host.reloadCatalog()
	line := host.awaitLine("the catalog was applied, and not all")
	assert.Contains(t, fmt.Sprint(line["problems"]), strings.Repeat("0", 64))
	states := host.awaitHealth("one is not served", http.StatusServiceUnavailable, func(s map[string]providerState) bool { return len(s) == 2 })
	broken := len(states) - 1
	assert.Equal(t, "READY", states["own"].Status)
	assert.NotEqual(t, "READY", states["broken"].Status)
	host.mustSell("own")
	status, waiting := host.sell("broken")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "OPEN", waiting.Status, "it waits for its provider")
	host.mustSell("broken", "own")

	own.write("  - name: Own!\n")
	host.reloadCatalog()
	line = host.awaitLine("the catalog was not read, and the previous one stays")
	assert.Contains(t, line["error"], "catalog.yaml:2: name")
	host.mustSell("own")

	own.write(good)
	host.reloadCatalog()
	host.awaitLine("the catalog was applied")
	host.awaitHealth("all served", http.StatusOK, ready("own"))
	host.mustSell("own")
	faults.Proved(t, faults.Injected{How: "a binary of the catalog has another sum", Times: broken, Engine: faults.SQLite}, "HP02")
}

func TestServe_LeavesNothingBehindWhenKilled(t *testing.T) {
	t.Parallel()
	host := serve(t, newTestStage(t, &addresses{shop: "127.0.0.1:1"}).catalog())
	host.mustSell("memory")
	children := host.children()
	require.Len(t, children.pids, 3)
	require.Len(t, children.folders, 3)
	require.NoError(t, host.cmd.Process.Kill())
	children.awaitGone(t)
	faults.Proved(t, faults.Injected{How: "processes of a host that is killed", Times: len(children.pids), Engine: faults.SQLite}, "HP17")
}

func TestServe_EndsCleanlyOnSIGTERM(t *testing.T) {
	t.Parallel()
	host := serve(t, newTestStage(t, &addresses{shop: "127.0.0.1:1"}).catalog())
	host.mustSell("memory")
	children := host.children()
	require.Len(t, children.pids, 3)
	require.NoError(t, host.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, <-host.ended, "the exit code is 0")
	host.awaitLine("the host has ended")
	children.awaitGone(t)
}

func TestServe_LetsTheSaleInFlightFinishOnSIGTERM(t *testing.T) {
	t.Parallel()
	host := serve(t, newOwnProvider(t).catalog)
	_, states := host.health()
	provider := states["own"].PID
	stop(t, provider)
	sold := make(chan saleAnswer, 1)
	go func() {
		_, sale := host.sell("own")
		sold <- sale
	}()
	var calls float64
	require.Eventually(t, func() bool {
		calls, _ = host.metric(`paysocket_calls_in_flight{provider="own"}`)
		return calls > 0
	}, waitFor, pollEvery)
	require.NoError(t, host.cmd.Process.Signal(syscall.SIGTERM))
	require.Eventually(t, func() bool {
		_, body := host.request(http.MethodGet, "/healthz", "")
		return bytes.Contains(body, []byte(`"draining"`))
	}, waitFor, pollEvery)
	status, refused := host.sell("own")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	if assert.NotNil(t, refused.Error) {
		assert.Equal(t, "NOT_ATTEMPTED", refused.Error.Outcome)
	}
	require.NoError(t, syscall.Kill(provider, syscall.SIGCONT))
	sale := <-sold
	assert.Nil(t, sale.Error)
	assert.Equal(t, "WAITING", sale.Status)
	require.NoError(t, <-host.ended)
	faults.Proved(t, faults.Injected{How: "SIGTERM while a provider is called", Times: int(calls), Engine: faults.SQLite}, "HD14")
}

func TestServe_FailsWhenItAbortsASaleAtItsEnd(t *testing.T) {
	t.Parallel()
	host := serve(t, newOwnProvider(t).catalog, "--drain", "200ms")
	_, states := host.health()
	stop(t, states["own"].PID)
	go host.sell("own")
	require.Eventually(t, func() bool {
		inFlight, _ := host.metric(`paysocket_calls_in_flight{provider="own"}`)
		return inFlight > 0
	}, waitFor, pollEvery)
	require.NoError(t, host.cmd.Process.Signal(syscall.SIGTERM))
	ended, failed := errors.AsType[*exec.ExitError](<-host.ended)
	require.True(t, failed)
	assert.Equal(t, exitFailed, ended.ExitCode())
	host.awaitLine("the host has ended and aborted something")
	host.awaitLine("host-example: the host did not end cleanly")
}

func TestServe_StartsNoSandbox(t *testing.T) {
	t.Parallel()
	host := serve(t, newSandboxedProvider(t).catalog)
	_, states := host.health()
	assert.Contains(t, states["own"].LastError, "use host-example shop")
}

func TestServe_AdmitsAProviderOnlyWithItsReport(t *testing.T) {
	t.Parallel()
	own := newOwnProvider(t)
	sum := own.release("")
	report := own.binary + ".json"
	write := func(sum, verdict string) { writeReport(t, report, sum, verdict) }
	write(sum, "CONFORMANT")
	own.write(own.entry("own", sum) + "    conformance: " + report + "\n")
	host := serve(t, own.catalog, "--require-conformance")
	host.mustSell("own")

	for want, change := range map[string]func(){
		"is about the binary with sha256":                      func() { write(strings.Repeat("0", 64), "CONFORMANT") },
		`says "PARTIAL"`:                                       func() { write(sum, "PARTIAL") },
		"is not JSON in the form of a report":                  func() { require.NoError(t, os.WriteFile(report, []byte("junk"), 0o600)) },
		"is longer than":                                       func() { require.NoError(t, os.Truncate(report, 1<<30)) },
		"the conformance report " + report + " cannot be read": func() { require.NoError(t, os.Remove(report)) },
	} {
		change()
		status, body := host.request(http.MethodPost, "/providers/own/restart", "")
		assert.Equal(t, http.StatusBadGateway, status)
		assert.Contains(t, strings.ReplaceAll(string(body), `\"`, `"`), want)
		assert.Contains(t, string(body), "paysocket conformance run -f MANIFEST --provider "+own.binary)
	}
	host.mustSell("own") // the old process goes on

	own.write(own.entry("own", sum) + "    conformance: " + report + "\n" + own.entry("unchecked", sum))
	host.reloadCatalog()
	line := host.awaitLine("the catalog was applied, and not all")
	assert.Contains(t, fmt.Sprint(line["problems"]), "this host requires a conformance report of every provider")
}

func TestServe_SellsForRealMoneyOnlyWithLive(t *testing.T) {
	t.Parallel()
	own := newOwnProvider(t)
	sum := own.release("")
	own.write(strings.ReplaceAll(own.entry("own", sum), "mode: test", "mode: live"))
	host := serve(t, own.catalog)
	_, states := host.health()
	assert.Contains(t, states["own"].LastError, "has mode LIVE, and this host was started without --live")
	own.write(own.entry("own", sum))
	other := serve(t, own.catalog, "--live")
	_, states = other.health()
	assert.Contains(t, states["own"].LastError, "has mode TEST, and this host was started with --live")
}

// Clients that hold connections keep neither others nor the host's own files away.
func TestServe_ServesWithFewFilesAndManyClients(t *testing.T) {
	t.Parallel()
	host := serveAfter(t, "ulimit -n 96", newOwnProvider(t).catalog)
	host.mustSell("own")
	for _, address := range []string{host.shop, host.admin, host.staff} {
		for range 150 {
			conn, err := (&net.Dialer{Timeout: waitFor}).DialContext(t.Context(), network(address), strings.TrimPrefix(strings.TrimPrefix(address, "http://"), socketPrefix))
			require.NoError(t, err)
			t.Cleanup(func() { _ = conn.Close() })
			_, err = conn.Write([]byte("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")) // and keep the connection
			require.NoError(t, err)
		}
	}
	_, before := host.health()
	require.NoError(t, syscall.Kill(before["own"].PID, syscall.SIGKILL))
	host.awaitHealth("a provider can be started", http.StatusOK, func(states map[string]providerState) bool {
		return states["own"].Generation == 2
	})
	host.mustSell("own")
}

func network(address string) string {
	if strings.HasPrefix(address, socketPrefix) {
		return "unix"
	}
	return "tcp"
}

func TestServe_KeepsItsMemoryFromCoreDumps(t *testing.T) {
	t.Parallel()
	host := serveAfter(t, "ulimit -c unlimited || exit 1", newOwnProvider(t).catalog)
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", host.cmd.Process.Pid))
	require.NoError(t, err)
	assert.Regexp(t, `Max core file size +0 +0 `, string(limits))
	host.mustSell("own")
}
