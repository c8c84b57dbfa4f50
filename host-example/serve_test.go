package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServe_SellsAndReceivesTheWebhook(t *testing.T) {
	t.Parallel()
	host := serve(t, catalogFile(t, t.TempDir()))
	host.awaitHealth("all served", http.StatusOK, ready("memory", "omise-alipay", "stripe-alipay"))
	for _, provider := range []string{"memory", "omise-alipay"} {
		sale := host.mustSell(provider)
		browser := newBrowser()
		sent, err := browser.get(t.Context(), sale.PayURL)
		require.NoError(t, err)
		require.NoError(t, sent.expect(http.StatusSeeOther, "the shop's pay address"))
		_, err = browser.submit(t.Context(), sent.location, map[string][]string{"outcome": {"succeeded"}})
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			_, body := host.request(http.MethodGet, "/sales/"+sale.ID, "")
			var now saleAnswer
			return json.Unmarshal(body, &now) == nil && now.State == "SUCCEEDED"
		}, waitFor, pollEvery, "the webhook of %s reaches the shop", provider)

		taken, _ := host.metric(fmt.Sprintf(`paysocket_webhooks_total{provider=%q,status="200"}`, provider))
		assert.GreaterOrEqual(t, taken, 1.0)
		calls, _ := host.metric(fmt.Sprintf(`paysocket_calls_total{operation="CREATE_PAYMENT",outcome="",provider=%q,reason=""}`, provider))
		assert.InDelta(t, 1, calls, 0)
		served, _ := host.metric(fmt.Sprintf(`paysocket_provider_state{provider=%q,state="READY"}`, provider))
		assert.InDelta(t, 1, served, 0)
	}
}

func TestServe_SellsWithAMethodThatNeedsAProbe(t *testing.T) {
	t.Parallel()
	file := catalogFile(t, t.TempDir())
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	_, entry, _ := strings.Cut(string(content), "\nproviders:\n")
	entry, _, _ = strings.Cut(entry, "\n\n") // omise-alipay alone
	inSingapore := strings.Replace(entry, `--manage, "127.0.0.1:0"]`, `--manage, "127.0.0.1:0", --dials, '{"country":"SG"}']`, 1)
	require.NotEqual(t, entry, inSingapore)
	require.NoError(t, os.WriteFile(file, []byte("providers:\n"+inSingapore+"\n"), 0o600))
	const order = `{"reference": "order-1", "provider": "omise-alipay", "method": "gcash", "amount": {"currency": "SGD", "minor_units": 5000}}`
	host := serve(t, file)
	host.awaitHealth("served", http.StatusOK, ready("omise-alipay"))
	status, body := host.request(http.MethodPost, "/sales", order)
	assert.Equal(t, http.StatusUnprocessableEntity, status, "without a probe: %s", body)
	assert.Contains(t, string(body), `"METHOD_NOT_ENABLED"`)
	assert.Contains(t, string(body), "configure with a probe")

	require.NoError(t, os.WriteFile(file, []byte("providers:\n"+inSingapore+"\n    probe: true\n"), 0o600))
	host.reloadCatalog()
	host.awaitHealth("swapped", http.StatusOK, func(states map[string]providerState) bool { return states["omise-alipay"].Generation == 2 })
	status, body = host.request(http.MethodPost, "/sales", order)
	var sale saleAnswer
	require.NoError(t, json.Unmarshal(body, &sale))
	require.Equal(t, http.StatusCreated, status, "%s", body)
	assert.Equal(t, "PENDING", sale.State, "%s", body)
	assert.NotEmpty(t, sale.PayURL)
}

func TestServe_RestartsAKilledProvider(t *testing.T) {
	t.Parallel()
	host := serve(t, newOwnProvider(t).catalog)
	host.mustSell("own")
	_, before := host.health()
	require.NoError(t, syscall.Kill(before["own"].PID, syscall.SIGKILL))

	// A sale waits a little for the provider. None may be INDETERMINATE.
	require.Eventually(t, func() bool {
		status, sale := host.sell("own")
		assert.Equal(t, http.StatusCreated, status, "%+v", sale)
		if sale.Error == nil {
			return sale.State == "PENDING"
		}
		assert.Equal(t, "NOT_ATTEMPTED", sale.Error.Outcome, "%+v", sale.Error)
		return false
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
	made, failed := 0, []saleAnswer{}
	for range 4 {
		selling.Go(func() {
			for !enough.Load() {
				status, sale := host.sell("own")
				mu.Lock()
				if made++; status != http.StatusCreated || sale.Error != nil || sale.State != "PENDING" {
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
	assert.Greater(t, made, 3)
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
	assert.Equal(t, "READY", states["own"].Status)
	assert.NotEqual(t, "READY", states["broken"].Status)
	host.mustSell("own")
	status, refused := host.sell("broken")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.Equal(t, "NOT_ATTEMPTED", refused.Error.Outcome)

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
}

func TestServe_LeavesNothingBehindWhenKilled(t *testing.T) {
	t.Parallel()
	host := serve(t, catalogFile(t, t.TempDir()))
	host.mustSell("memory")
	children := host.children()
	require.Len(t, children.pids, 6, "three providers and three sandboxes")
	require.Len(t, children.folders, 3)
	require.NoError(t, host.cmd.Process.Kill())
	children.awaitGone(t)
}

func TestServe_EndsCleanlyOnSIGTERM(t *testing.T) {
	t.Parallel()
	host := serve(t, catalogFile(t, t.TempDir()))
	host.mustSell("memory")
	children := host.children()
	require.Len(t, children.pids, 6)
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
	require.Eventually(t, func() bool {
		inFlight, _ := host.metric(`paysocket_calls_in_flight{provider="own"}`)
		return inFlight > 0
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
	assert.Equal(t, "PENDING", sale.State)
	require.NoError(t, <-host.ended)
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

func TestServe_KeepsASandboxUntilItsEntryIsRemoved(t *testing.T) {
	t.Parallel()
	own := newOwnProvider(t)
	host := serve(t, own.catalog)
	sale := host.mustSell("own")
	status, body := host.request(http.MethodPost, "/providers/own/restart", "")
	require.Equal(t, http.StatusOK, status, string(body))
	var now providerState
	require.NoError(t, json.Unmarshal(body, &now))
	assert.Equal(t, 2, now.Generation)
	page, err := newBrowser().get(t.Context(), sale.PayURL)
	require.NoError(t, err)
	paid, err := newBrowser().get(t.Context(), page.location)
	require.NoError(t, err)
	require.NoError(t, paid.expect(http.StatusOK, "the pay page from before the restart"))

	sum := own.release("")
	own.write(own.entry("other", sum))
	host.reloadCatalog()
	host.awaitLine("the catalog was applied")
	require.Eventually(t, func() bool { return len(host.children().pids) == 2 }, waitFor, pollEvery, "the new provider and its sandbox")
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
	for _, address := range []string{host.shop, host.admin} {
		for range 150 {
			conn, err := (&net.Dialer{Timeout: waitFor}).DialContext(t.Context(), "tcp", strings.TrimPrefix(address, "http://"))
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

func TestServe_KeepsItsMemoryFromCoreDumps(t *testing.T) {
	t.Parallel()
	host := serveAfter(t, "ulimit -c unlimited || exit 1", newOwnProvider(t).catalog)
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", host.cmd.Process.Pid))
	require.NoError(t, err)
	assert.Regexp(t, `Max core file size +0 +0 `, string(limits))
	host.mustSell("own")
}
