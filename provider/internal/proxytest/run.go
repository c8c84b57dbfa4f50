package proxytest

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// Run sells through the subject's program, and lets the proxy fail in each way.
func Run(t *testing.T, subject *Subject) {
	t.Helper()
	for _, by := range []certifier{nobody, trusted} {
		t.Run("sells through a proxy certified by "+string(by), func(t *testing.T) {
			t.Parallel()
			sells(t, build(t, subject, by))
		})
	}
	t.Run("sends nothing past a proxy that fails", func(t *testing.T) {
		t.Parallel()
		fails(t, build(t, subject, nobody))
	})
	t.Run("sends nothing past a proxy that it does not trust", func(t *testing.T) {
		t.Parallel()
		w := build(t, subject, other)
		require.NoError(t, w.configure(t, false))
		w.unsent(t, "no TLS with the proxy")
		assert.Empty(t, w.proxy.Journal(t), "not even the credentials")
		w.hides(t)
	})
	t.Run("takes no password in a setting", func(t *testing.T) {
		t.Parallel()
		w := build(t, subject, nobody)
		for _, shown := range []string{url.PathEscape(password), password} {
			err := w.configure(t, false, "proxy", strings.Replace(w.proxy.URL, "://", "://"+user+":"+shown+"@", 1))
			require.ErrorIs(t, err, contract.InvalidConfig)
			assert.ErrorContains(t, err, "settings[proxy]")
			assert.ErrorContains(t, err, "proxy_credentials")
		}
		assert.Empty(t, w.proxy.Journal(t))
		w.hides(t)
	})
	t.Run("knows nothing of what it has sent", func(t *testing.T) {
		t.Parallel()
		w := build(t, subject, nobody)
		require.NoError(t, w.configure(t, false))
		w.gateway.set(func(_ http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost && r.URL.Path == subject.PayPath {
				panic(http.ErrAbortHandler)
			}
			return false
		})
		_, err := w.pay(t.Context())
		assert.Equal(t, contract.Indeterminate, contract.OutcomeOf(err), "%v", err)
		assert.NotZero(t, w.gateway.requests())
		w.hides(t)
	})
}

func sells(t *testing.T, w *world) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, w.configure(t, true))
	payment, err := w.pay(ctx)
	require.NoError(t, err)
	require.NoError(t, w.scope.Transition(ctx, payment.PaymentID, &gateway.Transition{To: gateway.StateSucceeded}))
	paid, err := w.provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: payment.PaymentID})
	w.note(paid, err)
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, paid.Status)
	refund, err := w.provider.Refund(ctx, &contract.RefundRequest{
		Attempt: contract.Attempt{Key: "refund"}, PaymentID: payment.PaymentID, Amount: payment.Amount,
	})
	w.note(refund, err)
	require.NoError(t, err)
	assert.Equal(t, payment.Amount, refund.TotalRefunded)

	if confinement := w.provider.Confinement(); confinement.Level == plugin.ConfinementLevelFull {
		assert.Equal(t, []uint16{53, 443, w.proxy.port(t)}, confinement.Ports)
	} else {
		t.Log("SKIPPED: the ports of a process that is confined:", confinement)
	}
	w.sawOnlyTunnels(t)
	assert.Less(t, len(w.proxy.Journal(t)), w.gateway.requests(), "tunnels are used again")
	w.hides(t)
}

// unsent pays, and fails the test unless it is certain that nothing was sent, and
// the error says what the proxy did.
func (w *world) unsent(t *testing.T, says string) {
	t.Helper()
	before := w.gateway.requests()
	_, err := w.pay(t.Context())
	e, ok := errors.AsType[*contract.Error](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, contract.ProviderUnreachable, e.Reason, "%v", e)
	assert.Equal(t, contract.NotAttempted, e.Outcome)
	assert.Contains(t, e.Message, says)
	assert.Equal(t, before, w.gateway.requests()+w.impostor.requests())
}

func fails(t *testing.T, w *world) {
	t.Helper()
	const echo = "Via: {credentials}\r\nContent-Length: 0\r\n\r\n"
	for _, row := range []struct {
		fault Fault
		says  string
	}{
		{Fault{Bytes: "HTTP/1.1 407 {credentials}\r\n" + echo}, "proxy_credentials"},
		{Fault{Bytes: "HTTP/1.1 403 {credentials}\r\n" + echo}, "have it allow CONNECT"},
		{Fault{Bytes: "HTTP/1.1 502 {credentials}\r\n" + echo}, "(status 502)"},
		{Fault{Bytes: "HTTP/1.1 302 Found\r\nLocation: http://" + w.gateway.address + "/\r\n" + echo}, "(status 302)"},
		{Fault{Bytes: "{credentials}, who are you?\r\n\r\n"}, "does not answer as an HTTP proxy does"},
		{Fault{Bytes: "HTTP/1.1 200 OK\r\nVia: {cred"}, "does not answer as an HTTP proxy does"},
		{Fault{Bytes: "HTTP/1.1 200 OK\r\n\r\n{credentials}"}, "does not answer as an HTTP proxy does"},
		{Fault{Close: true}, "does not answer as an HTTP proxy does"},
		{Fault{Bytes: "HTTP/1.1 200 OK\r\n\r\n"}, "no TLS with the gateway"},
		{Fault{Tunnel: w.impostor.address}, "no TLS with the gateway"},
		{Fault{Tunnel: "127.0.0.1:1"}, "(status 502)"},
	} {
		require.NoError(t, w.configure(t, false), "anew, since a breaker counts failures")
		w.proxy.Set(t, row.fault)
		w.unsent(t, row.says)
	}
	w.proxy.Set(t, Fault{Bytes: "HTTP/1.1 407 {credentials}\r\n" + echo})
	err := w.configure(t, true)
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.ErrorContains(t, err, "proxy_credentials", "of a probe")

	w.proxy.Set(t, Fault{Mute: true})
	require.NoError(t, w.configure(t, false))
	w.unsent(t, "did not lead to the gateway in time")
	require.NoError(t, w.configure(t, false, "timeout", "1s", "min_time_left", "0s"))
	_, err = w.pay(t.Context())
	require.ErrorIs(t, err, contract.DeadlineTooShort)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
	assert.Zero(t, w.gateway.requests())

	w.proxy.Set(t, Fault{})
	require.NoError(t, w.configure(t, false))
	_, err = w.pay(t.Context())
	require.NoError(t, err, "it works again")
	w.hides(t)
}
