package host_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// plugins returns the ids of the processes of the providers of a host.
func (p *process) plugins() []int {
	p.street.t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(p.street.t, err)
	var pids []int
	for _, name := range all {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		require.NoError(p.street.t, err)
		if state, parent := stateIn(name); parent == p.pid && state != "Z" {
			pids = append(pids, pid)
		}
	}
	return pids
}

// stateIn returns the state and the parent in a stat file of /proc; none if the process
// or thread is gone.
func stateIn(name string) (state string, parent int) {
	stat, err := os.ReadFile(name)
	if err != nil {
		return "", 0
	}
	_, _ = fmt.Sscan(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), &state, &parent)
	return state, parent
}

// killPlugins kills the processes of the providers, and returns how many there were.
func (p *process) killPlugins() int {
	pids := p.plugins()
	for _, pid := range pids {
		require.NoError(p.street.t, syscall.Kill(pid, syscall.SIGKILL))
	}
	return len(pids)
}

// stopPlugins stops the processes of the providers, and returns how many there are when
// all of their threads have stopped: on a busy machine some answer a call before.
func (p *process) stopPlugins() int {
	p.street.t.Helper()
	pids := p.plugins()
	for _, pid := range pids {
		require.NoError(p.street.t, syscall.Kill(pid, syscall.SIGSTOP))
		require.Eventually(p.street.t, func() bool {
			threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*/stat", pid))
			return err == nil && !slices.ContainsFunc(threads, func(name string) bool {
				state, _ := stateIn(name)
				return state != "T" && state != ""
			})
		}, patience, time.Millisecond)
	}
	return len(pids)
}

// TestScenario_PluginsKilledInACall kills the processes of the providers while the
// gateway has a request of theirs. Their host goes on.
func TestScenario_PluginsKilledInACall(t *testing.T) {
	t.Parallel()
	const refunds = "POST /v1/payments/*/refunds"
	for id, call := range map[string]string{"HP06": creates, "HP08": refunds} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			p := s.start()
			p.await(host.SaleWaiting, "ready", "native")
			native := s.shops["native"]
			if call == refunds {
				p.paid("3947", "native")
			}
			held, release := make(chan struct{}, 1), make(chan struct{})
			native.front.Set(kittest.On(call, kittest.Times(1, stopped(held, release))))
			if call == creates {
				go p.checkout("3947", "native")
			} else {
				go p.refund("3947", "r1", 40_000)
			}
			<-held
			killed := p.killPlugins()
			close(release) // the gateway's answer finds nobody
			if call == refunds {
				require.Eventually(t, func() bool {
					status, refund := p.refund("3947", "r1", 40_000)
					return status == http.StatusOK && refund.GatewayID != ""
				}, patience, 50*time.Millisecond)
				require.Len(t, s.ledger("native")[1].Refunds, 1)
				assert.Equal(t, int64(40_000), s.ledger("native")[1].Refunds[0].Amount)
			}
			if call == creates {
				sale := p.await(host.SaleWaiting, "3947", "native")
				require.Len(t, sale.Payments, 1)
				assert.Equal(t, s.ledger("native")[1].ID, sale.Payments[0].GatewayID)
				p.paid("3947", "native")
			}
			p.await(host.SalePaid, "3947", "native")
			s.awaitRows("3947", 1)
			assert.Len(t, s.ledger("native"), 2)
			faults.Proved(t, faults.Injected{How: "kill -9 of the plugins while the gateway has executed " + call, Times: killed, Engine: stored()}, id)
		})
	}
}

// TestScenario_PluginsKilledBeforeACall stops the processes of the providers, and kills
// them when a call waits for them.
func TestScenario_PluginsKilledBeforeACall(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	p := s.start()
	payment := p.await(host.SaleWaiting, "ready", "native").Payments[0].GatewayID
	before := s.shops["native"].front.Count(creates)
	stoppedThen := p.stopPlugins()
	go p.checkout("3947", "native")
	s.awaitAttempts("3947", 1) // it is committed before the call
	killed := p.killPlugins()
	require.Equal(t, stoppedThen, killed)
	p.await(host.SaleUnpaid, "3947", "native")
	assert.Equal(t, before, s.shops["native"].front.Count(creates))
	assert.Len(t, s.ledger("native"), 1, "that of the order before")
	faults.Proved(t, faults.Injected{How: "kill -9 of the plugins that have not read a call", Times: killed, Engine: stored()}, "HP05")

	// Likewise, while they should read a webhook.
	s.pay("native", payment)
	require.Equal(t, killed, p.stopPlugins())
	answered := make(chan int, 1)
	go func() { answered <- p.deliver("native", payment) }()
	killed = p.killPlugins()
	assert.Equal(t, http.StatusServiceUnavailable, <-answered)
	require.Eventually(t, func() bool { return p.deliver("native", payment) == http.StatusOK }, patience, 50*time.Millisecond)
	p.await(host.SalePaid, "ready", "native")
	s.awaitRows("ready", 1)
	faults.Proved(t, faults.Injected{How: "kill -9 of the plugins that have not read a webhook", Times: killed, Engine: stored()}, "HP09")
}
