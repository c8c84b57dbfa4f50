package host_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// paid sells an order of THB 1000 through a host, and has it paid and reported.
func (p *process) paid(id, provider string) *host.Sale {
	s := p.street
	s.t.Helper()
	payment := p.await(host.SaleWaiting, id, provider).Payments[0].GatewayID
	s.pay(provider, payment)
	require.Equal(s.t, http.StatusOK, p.deliver(provider, payment))
	return p.await(host.SalePaid, id, provider)
}

// refund asks a host for a refund, and returns the status of its answer.
func (p *process) refund(id, refund string, satang int) (status int, made host.Attempt) {
	s := p.street
	url := "http://" + p.address + "/orders/" + id + "/refunds/" + refund + "?satang=" + strconv.Itoa(satang)
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, url, http.NoBody)
	if !assert.NoError(s.t, err) {
		return 0, made
	}
	response, err := s.client.Do(request)
	if !assert.NoError(s.t, err) {
		return 0, made
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusOK {
		assert.NoError(s.t, json.NewDecoder(response.Body).Decode(&made))
	}
	return response.StatusCode, made
}

// TestScenario_TheNextProvider has a provider that is busy, and one that does not answer
// in time: the next one is asked only after the first, which is never called again.
func TestScenario_TheNextProvider(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	p := s.start()
	p.await(host.SaleWaiting, "ready", "native")
	first := s.shops["native"].front
	before := first.Count(creates)
	first.Set(kittest.On(creates, kittest.Answer(429, "")))
	sale := p.await(host.SaleWaiting, "busy", "native", "native-2")
	assert.Equal(t, "native-2", sale.Payments[1].Provider)
	first.Set()
	s.pay("native-2", sale.Payments[1].GatewayID)
	require.Equal(t, http.StatusOK, p.deliver("native-2", sale.Payments[1].GatewayID))
	p.await(host.SalePaid, "busy", "native", "native-2")
	assert.Equal(t, before+1, first.Count(creates))

	held, release := make(chan struct{}, 1), make(chan struct{})
	defer close(release)
	first.Set(kittest.On(creates, kittest.Times(1, stopped(held, release))), kittest.On("GET /v1/payments", kittest.Answer(503, "")))
	sale = p.await(host.SaleOpen, "slow", "native", "native-2")
	require.Eventually(t, func() bool { return first.Count("GET /v1/payments") > 0 }, patience, 50*time.Millisecond)
	assert.Len(t, sale.Payments, 1)
	assert.Len(t, s.ledger("native-2"), 1, "that of the order before")
	first.Set()
	sale = p.await(host.SaleWaiting, "slow", "native", "native-2")
	assert.Len(t, sale.Payments, 1)
	assert.Len(t, s.ledger("native-2"), 1)
}

// TestScenario_AProcessThatIsReplaced swaps the account of a provider between a decision
// and its call: nothing is made in either account, and the next provider is asked.
func TestScenario_AProcessThatIsReplaced(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	p := s.start()
	p.await(host.SaleWaiting, "ready", "native")
	p.await(host.SaleWaiting, "ready-2", "native-2")
	catalog, err := os.ReadFile(filepath.Join(s.folder, "catalog.yaml"))
	require.NoError(t, err)
	other, err := s.shops["native"].gate.NewScope(t.Context(), &gateway.ScopeSpec{})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, "another-key"), []byte(other.Connection().Credentials["secret_key"]), 0o600))
	next := strings.Replace(string(catalog), "native-secret_key", "another-key", 1)
	require.NotEqual(t, string(catalog), next)
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, "catalog.writing"), []byte(next), 0o600))
	require.NoError(t, os.Rename(filepath.Join(s.folder, "catalog.writing"), filepath.Join(s.folder, "catalog.next")))

	sale := p.await(host.SaleWaiting, "3947", "native", "native-2")
	assert.NoFileExists(t, filepath.Join(s.folder, "catalog.next"), "the process was replaced")
	require.Len(t, sale.Payments, 2)
	assert.Equal(t, "native-2", sale.Payments[1].Provider)
	assert.Len(t, s.ledger("native"), 1, "that of the order before")
	theirs, err := other.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, theirs)
}

// TestScenario_TwoRefundsOfOnePayment asks two hosts for refunds of 600 of 1000 at once.
// One loses its answer, and the merchant refunds 300 at the gateway.
func TestScenario_TwoRefundsOfOnePayment(t *testing.T) {
	t.Parallel()
	for provider, call := range map[string]string{"native": "POST /v1/payments/*/refunds", "look-up": refundsAlipay} {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			hosts := []*process{s.start(), s.start()}
			id := hosts[0].paid("3947", provider).Payments[0].GatewayID
			hosts[1].await(host.SalePaid, "3947", provider)
			s.shops[provider].front.Set(kittest.On(call, kittest.Times(1, answerLost)))
			statuses := make([]int, len(hosts))
			var asked sync.WaitGroup
			for n, p := range hosts {
				asked.Go(func() { statuses[n], _ = p.refund("3947", "r"+strconv.Itoa(n), 60_000) })
			}
			asked.Wait()
			assert.ElementsMatch(t, []int{http.StatusOK, http.StatusConflict}, statuses)
			_, err := s.shops[provider].scope.CreateRefund(t.Context(), id, gateway.Money{Amount: 30_000})
			require.NoError(t, err)
			winner := 0
			if statuses[1] == http.StatusOK {
				winner = 1
			}
			require.Eventually(t, func() bool {
				_, made := hosts[1-winner].refund("3947", "r"+strconv.Itoa(winner), 60_000)
				return made.GatewayID != ""
			}, patience, 100*time.Millisecond)
			status, _ := hosts[0].refund("3947", "r9", 20_000)
			assert.Equal(t, http.StatusConflict, status, "100 are left")
			refunds := s.ledger(provider)[0].Refunds
			assert.Len(t, refunds, 2)
		})
	}
}

// TestScenario_APlatformThatMisbehaves has an OnChange that fails, panics, uses the engine
// or does not return. The sale is paid at once, others are sold meanwhile, and the
// platform has its row exactly once.
func TestScenario_APlatformThatMisbehaves(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	p := s.start()
	p.await(host.SaleWaiting, "ready", "native")
	for _, how := range []string{"fails", "panics", "blocks", "refunds"} {
		p.paid(how+"-3947", "native")
		p.await(host.SaleWaiting, "other-"+how, "native")
	}
	for _, how := range []string{"fails", "panics", "blocks", "refunds"} {
		s.awaitRows(how+"-3947", 1)
	}
	for _, payment := range s.ledger("native") {
		assert.Empty(t, payment.Refunds)
	}
}
