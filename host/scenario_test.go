package host_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// stopped holds the answer of a call that the gateway has executed, until release is
// closed.
func stopped(held chan<- struct{}, release <-chan struct{}) kittest.Fault {
	return kittest.Rewrite(func(body []byte) []byte {
		held <- struct{}{}
		<-release
		return body
	})
}

// TestScenario_OneOrderAtTwoHosts has fifty tabs that ask two processes for one order.
func TestScenario_OneOrderAtTwoHosts(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	hosts := []*process{s.start(), s.start()}
	for _, p := range hosts {
		p.await(host.SaleWaiting, "ready", "native") // its providers are loaded
	}
	links := make(chan string, 50)
	var tabs sync.WaitGroup
	for n := range cap(links) {
		tabs.Go(func() {
			if sale := hosts[n%2].checkout("3947", "native"); assert.NotNil(t, sale) && sale.NextAction != nil {
				links <- sale.NextAction.Redirect.URL
			}
		})
	}
	tabs.Wait()
	close(links)
	asked := len(links)
	sale := hosts[0].await(host.SaleWaiting, "3947", "native")
	for link := range links {
		assert.Equal(t, sale.NextAction.Redirect.URL, link)
	}
	assert.Len(t, s.ledger("native"), 2, "the order's payment, and that of the order before")
	faults.Proved(t, faults.Injected{How: "fifty tabs ask two processes for one order", Times: asked, Engine: stored()}, "PG29", "BU01", "HD10")
}

// TestScenario_KilledWhileItCalls kills a host when the gateway has seen its call.
func TestScenario_KilledWhileItCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		provider, call string
		made           bool
		takesOver      bool // another host is there already
	}{
		"native, made":                        {"native", creates, true, false},
		"native, made, another host":          {"native", creates, true, true},
		"native, not made":                    {"native", creates, false, false},
		"look-up, made":                       {"look-up", "POST /charges", true, false},
		"look-up, only its source, not found": {"look-up", "POST /sources", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			first := s.start()
			first.await(host.SaleWaiting, "ready", c.provider)
			second := first
			if c.takesOver {
				second = s.start()
				second.await(host.SaleWaiting, "ready", c.provider)
			}
			var called faults.Counter
			held, release := make(chan struct{}, 1), make(chan struct{})
			fault := kittest.Hold(held, release)
			if c.made {
				fault = stopped(held, release)
			}
			s.shops[c.provider].front.Set(kittest.On(c.call, kittest.Times(1, called.Of(fault))))
			go first.checkout("3947", c.provider)
			<-held
			first.kill()
			switch {
			case c.call == "POST /sources": // the provider, which lives a moment longer, would go on
				t.Cleanup(func() { close(release) })
			case c.made:
				close(release) // the gateway's answer finds nobody
			}
			if !c.takesOver {
				second = s.start()
			}
			s.concludes(second, c.provider, c.made && c.call != "POST /sources")
			faults.Proved(t, faults.Injected{How: "kill -9 of a host whose call is at the gateway", Times: called.Times(), Engine: stored()}, "HD08")
		})
	}
}

// concludes has a host find out what became of a call, and sell the order once.
func (s *street) concludes(p *process, provider string, made bool) {
	s.t.Helper()
	if provider == "look-up" && !made {
		// Its absence is proved after two minutes, which nobody waits for here: the cases
		// with the clock that stands still do.
		sale := p.await(host.SaleOpen, "3947", provider)
		assert.Len(s.t, sale.Payments, 1)
		assert.Len(s.t, s.ledger(provider), 1, "that of the order before")
		return
	}
	if !made {
		sale := p.await(host.SaleUnpaid, "3947", provider)
		assert.Len(s.t, sale.Payments, 1)
		assert.Len(s.t, s.ledger(provider), 1, "that of the order before")
		return
	}
	sale := p.await(host.SaleWaiting, "3947", provider)
	ledger := s.ledger(provider)
	require.Len(s.t, ledger, 2)
	require.Len(s.t, sale.Payments, 1)
	assert.Equal(s.t, ledger[1].ID, sale.Payments[0].GatewayID)
	s.pay(provider, ledger[1].ID)
	require.Equal(s.t, http.StatusOK, p.deliver(provider, ledger[1].ID))
	p.await(host.SalePaid, "3947", provider)
	s.awaitRows("3947", 1)
}

// TestScenario_KilledAfterItAcknowledged kills a host that has acknowledged a webhook
// and asks the gateway what it is about.
func TestScenario_KilledAfterItAcknowledged(t *testing.T) {
	t.Parallel()
	for provider, call := range map[string]string{"native": "GET /v1/payments/*", "look-up": "GET /charges/*"} {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			first := s.start()
			sale := first.await(host.SaleWaiting, "3947", provider)
			id := sale.Payments[0].GatewayID
			var read faults.Counter
			held, release := make(chan struct{}, 100), make(chan struct{})
			s.shops[provider].front.Set(kittest.On(call, read.Of(stopped(held, release))))
			s.pay(provider, id)
			assert.Equal(t, http.StatusOK, first.deliver(provider, id))
			<-held
			first.kill()
			s.awaitRows("3947", 0)
			close(release)
			s.shops[provider].front.Set()

			second := s.start()
			second.await(host.SalePaid, "3947", provider)
			assert.Equal(t, http.StatusOK, second.deliver(provider, id), "the gateway sends it again")
			s.awaitRows("3947", 1)
			assert.Len(t, s.ledger(provider), 1)
			faults.Proved(t, faults.Injected{How: "kill -9 of a host that reads what a webhook is about", Times: read.Times(), Engine: stored()}, "GW13")
		})
	}
}

// TestScenario_ThreeHostsOfWhichOneIsKilled sells orders through three processes at once,
// and kills one in the middle of it.
func TestScenario_ThreeHostsOfWhichOneIsKilled(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	hosts := []*process{s.start(), s.start(), s.start()}
	for _, p := range hosts {
		p.await(host.SaleWaiting, "ready", "native")
	}
	const orders, tabs = 20, 3
	begun := make(chan struct{}, orders*tabs)
	var buyers sync.WaitGroup
	for n := range orders * tabs {
		buyers.Go(func() {
			begun <- struct{}{}
			hosts[n%len(hosts)].checkout(fmt.Sprintf("order-%d", n/tabs), "native")
		})
	}
	for range orders * tabs / 2 {
		<-begun
	}
	hosts[0].kill()
	buyers.Wait()
	unpaid := map[string]bool{} // its host died before it asked the gateway, and that is proved
	for n := range orders {
		id := fmt.Sprintf("order-%d", n)
		require.Eventually(t, func() bool {
			sale := hosts[1].checkout(id, "native")
			if sale != nil && sale.Status == host.SaleUnpaid {
				unpaid[id] = true
			}
			return unpaid[id] || sale != nil && sale.Status == host.SaleWaiting
		}, patience, 50*time.Millisecond, id)
	}
	assert.Less(t, len(unpaid), orders/2)
	made := map[string]int{}
	for _, payment := range s.ledger("native") {
		made[payment.Reference]++
		s.pay("native", payment.ID)
		assert.Equal(t, http.StatusOK, hosts[2].deliver("native", payment.ID))
	}
	for n := range orders {
		id := fmt.Sprintf("order-%d", n)
		want := 1
		if unpaid[id] {
			want = 0
		}
		assert.Equal(t, want, made[id], id)
		s.awaitRows(id, want)
	}
}
