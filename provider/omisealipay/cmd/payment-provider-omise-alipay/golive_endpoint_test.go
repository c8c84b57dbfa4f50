package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay/internal/golive"
)

// answers starts an endpoint that answers everything with a status.
func (m *merchantAtHome) answers(status int) string {
	m.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", m.host.URL)
		w.WriteHeader(status)
	}))
	m.t.Cleanup(server.Close)
	return server.URL
}

func TestGolive_NamesWhatAnEndpointDoesWrong(t *testing.T) {
	t.Parallel()
	for status, says := range map[int]string{
		http.StatusTemporaryRedirect: "does not follow", http.StatusNotFound: "correct the path", http.StatusMethodNotAllowed: "correct the path",
		http.StatusUnauthorized: "same webhook secret", http.StatusInternalServerError: "log of the host",
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			m := atHome(t, sandbox.Dials{})
			m.setEndpoint(m.answers(status))
			report, code := m.look()
			line := stateOf(t, report, "secret")
			assert.Equal(t, golive.Failed, line.State)
			assert.Contains(t, line.Remedy, says)
			assert.Equal(t, exitFailed, code)
			assert.Empty(t, m.took, "a redirect is not followed")
		})
	}
}

func TestGolive_TriesTheEndpointThatIsNamed(t *testing.T) {
	t.Parallel()
	m := atHome(t, sandbox.Dials{})
	report, _ := m.look()
	assert.Contains(t, stateOf(t, report, "endpoint").Found, "has no address")
	m.setEndpoint(m.answers(http.StatusNotFound))
	report, code := m.look("--webhook-url", m.host.URL+"/webhooks/omise?token=t0ken")
	assert.Equal(t, golive.Line{Name: "endpoint", State: golive.OK, Found: m.host.URL + "/webhooks/omise"}, *stateOf(t, report, "endpoint"), "a query may have a secret")
	assert.Equal(t, golive.OK, stateOf(t, report, "secret").State)
	assert.Equal(t, exitOK, code)
	report, code = m.look("--webhook-url", "shop.example/webhooks")
	assert.Contains(t, stateOf(t, report, "endpoint").Found, "not a URL")
	assert.Equal(t, exitFailed, code)
}

func TestGolive_ReadsHowTheGatewaysLastDeliveryEnded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		endpoint func(m *merchantAtHome) string
		state    golive.State
		says     string
	}{
		"none was tried": {func(*merchantAtHome) string { return "" }, golive.Warning, "has not tried"},
		"no answer":      {func(m *merchantAtHome) string { m.host.Close(); return m.host.URL }, golive.Failed, "no answer"},
		"an error":       {func(m *merchantAtHome) string { return m.answers(http.StatusInternalServerError) }, golive.Failed, "answered 500"},
		"forbidden":      {func(m *merchantAtHome) string { return m.answers(http.StatusForbidden) }, golive.Failed, "answered 403"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := atHome(t, sandbox.Dials{})
			m.setEndpoint(c.endpoint(m))
			report, _ := m.look()
			assert.Equal(t, golive.Unknown, stateOf(t, report, "delivery").State, "there is no event yet")
			_, err := m.scope.CreatePayment(t.Context(), gateway.Money{Currency: "THB", Amount: 100_000})
			require.NoError(t, err)
			var line *golive.Line
			require.Eventually(t, func() bool { // a delivery is recorded after its answer
				report, _ := m.look()
				line = stateOf(t, report, "delivery")
				return line.State == c.state
			}, time.Minute, 50*time.Millisecond)
			assert.Contains(t, line.Found, c.says)
		})
	}
}
