package observe_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/observe"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// startProvider runs this test binary as the provider of a supervisor.
func startProvider(t *testing.T, options *supervisor.Options) (*supervisor.Supervisor, *supervisor.Provider) {
	t.Helper()
	own, err := os.Executable()
	require.NoError(t, err)
	content, err := os.ReadFile(own)
	require.NoError(t, err)
	options.Env = []string{roleKey + "=provider"}
	providers := supervisor.New(options)
	t.Cleanup(func() { assert.NoError(t, providers.Close()) })
	require.NoError(t, providers.Apply(t.Context(), &supervisor.Catalog{Entries: []supervisor.Entry{{
		Name: "tracer", Path: own, SHA256: fmt.Sprintf("%x", sha256.Sum256(content)), Mode: contract.ModeTest,
	}}}))
	client, ok := providers.Provider("tracer")
	require.True(t, ok)
	return providers, client
}

func createPayment(t *testing.T, client contract.PaymentProvider) *contract.Payment {
	t.Helper()
	payment, err := client.CreatePayment(t.Context(), &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: "key-1234567890abcdef"}, Reference: "order-1", Method: "wallet",
		Amount: contract.Money{Currency: "THB", MinorUnits: 1000}, ReturnURL: "https://shop.example/return",
		Payer: &contract.Payer{Phone: contract.NewSecret("+66819064572")},
	})
	require.NoError(t, err)
	return payment
}

func TestTracing_GoesOnInTheProvidersProcess(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	tracing := observe.NewTracing(slog.New(slog.NewJSONHandler(&log, nil)))
	_, client := startProvider(t, &supervisor.Options{Interceptors: []contract.Interceptor{tracing.Intercept}})
	payment := createPayment(t, client)
	require.NoError(t, tracing.Shutdown(t.Context()), "it writes the spans that are left")

	var spans []string
	for line := range strings.Lines(log.String()) {
		var span struct {
			Span, Kind string
			TraceID    string `json:"trace_id"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &span))
		assert.Equal(t, "client", span.Kind)
		spans = append(spans, span.Span)
		if span.Span == string(contract.OperationCreatePayment) {
			assert.Equal(t, payment.PaymentID, "trace_"+span.TraceID, "the provider's process continues the host's trace")
			assert.NotEqual(t, "trace_"+strings.Repeat("0", 32), payment.PaymentID)
		}
	}
	assert.Equal(t, []string{"DESCRIBE", "CONFIGURE", "CREATE_PAYMENT"}, spans, "no spans of health checks")
	assert.NotContains(t, log.String(), "819064572", "the payer's phone is in no span")
}

func scrape(t *testing.T, m *observe.Metrics) string {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	return answer.Body.String()
}

func TestMetrics_CountCallsOfASupervisedProvider(t *testing.T) {
	t.Parallel()
	metrics := observe.NewMetrics()
	providers, client := startProvider(t, &supervisor.Options{Observe: metrics.ObserveCall})
	metrics.WatchStates(providers.States)
	createPayment(t, client)
	_, err := client.Refund(t.Context(), &contract.RefundRequest{})
	require.Error(t, err)
	text := scrape(t, metrics)
	for _, line := range []string{
		`paysocket_calls_total{operation="CREATE_PAYMENT",outcome="",provider="tracer",reason=""} 1`,
		fmt.Sprintf(`paysocket_calls_total{operation="REFUND",outcome=%q,provider="tracer",reason=%q} 1`,
			contract.OutcomeOf(err), contract.ReasonOf(err)),
		`paysocket_call_duration_seconds_count{operation="CREATE_PAYMENT",provider="tracer"} 1`,
		`paysocket_provider_state{provider="tracer",state="READY"} 1`,
		`paysocket_provider_state{provider="tracer",state="FAILED"} 0`,
		`paysocket_provider_restarts_total{provider="tracer"} 0`,
		`paysocket_provider_processes{provider="tracer"} 1`,
		`paysocket_calls_in_flight{provider="tracer"} 0`,
	} {
		assert.Contains(t, text, line+"\n")
	}
	assert.Contains(t, text, `paysocket_provider_info{`)
	assert.Contains(t, text, `go_goroutines `)
}

func TestMetrics_BoundTheReasonsOfAProvider(t *testing.T) {
	t.Parallel()
	metrics := observe.NewMetrics()
	for i := range 100 {
		metrics.ObserveCall(context.Background(), supervisor.CallRecord{
			Provider: "tracer", Operation: contract.OperationRefund, Outcome: contract.Indeterminate,
			Reason: contract.Reason(fmt.Sprintf("INVENTED_%d", i)), Duration: time.Second,
		})
	}
	text := scrape(t, metrics)
	assert.Contains(t, text, `paysocket_calls_total{operation="REFUND",outcome="INDETERMINATE",provider="tracer",reason="OTHER"} 100`+"\n")
	assert.NotContains(t, text, "INVENTED")
}

func TestMetrics_CountWebhooksByTheirStatus(t *testing.T) {
	t.Parallel()
	metrics := observe.NewMetrics()
	for path, status := range map[string]int{"/webhooks/wallet": 200, "/webhooks/card": 401, "/webhooks/nobody": 503} {
		handler := metrics.CountWebhooks(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }),
			func(provider string) bool { return provider != "nobody" })
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, nil))
	}
	text := scrape(t, metrics)
	assert.Contains(t, text, `paysocket_webhooks_total{provider="wallet",status="200"} 1`+"\n")
	assert.Contains(t, text, `paysocket_webhooks_total{provider="card",status="401"} 1`+"\n")
	assert.NotContains(t, text, "nobody", "whoever sends requests must not fill the host's memory with names")
}

func TestMetrics_TellWhatAnOperatorHasToKnowOfAllSales(t *testing.T) {
	t.Parallel()
	metrics := observe.NewMetrics()
	at := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	failed := error(nil)
	metrics.WatchLedger(func(context.Context) (*host.Overview, error) {
		return &host.Overview{
			At: at, Open: map[contract.PaymentStatus]int{"": 2, contract.PaymentPending: 3}, LastHour: map[contract.PaymentStatus]int{contract.PaymentSucceeded: 4},
			Unknown: 1, OldestUnknown: at.Add(-time.Minute), Due: 5, OldestDue: at.Add(-time.Second), Undelivered: 6,
			OldestUndelivered: at.Add(-time.Hour), Attention: 7, Unmatched: 8,
		}, failed
	})
	text := scrape(t, metrics)
	for _, line := range []string{
		`paysocket_ledger_up 1`, `paysocket_payments_open{status="NONE"} 2`, `paysocket_payments_open{status="PENDING"} 3`,
		`paysocket_payments_open{status="UNKNOWN"} 0`, `paysocket_payments_last_hour{status="SUCCEEDED"} 4`, `paysocket_unknown 1`,
		`paysocket_unknown_oldest_seconds 60`, `paysocket_due 5`, `paysocket_due_oldest_seconds 1`, `paysocket_undelivered_changes 6`,
		`paysocket_undelivered_oldest_seconds 3600`, `paysocket_attention 7`, `paysocket_unmatched_webhooks 8`,
	} {
		assert.Contains(t, text, line+"\n")
	}
	failed = assert.AnError
	text = scrape(t, metrics)
	assert.Contains(t, text, "paysocket_ledger_up 0\n")
	assert.NotContains(t, text, "paysocket_attention 7", "old numbers would look like good ones")
}

func TestMetrics_CountAllProcessesOfAProvider(t *testing.T) {
	t.Parallel()
	metrics := observe.NewMetrics()
	metrics.WatchStates(func() []supervisor.State {
		return []supervisor.State{
			{Provider: "cards", Status: supervisor.StatusFailed, Restarts: 5},
			{Provider: "wallet", Status: supervisor.StatusReady, PID: 2, InFlight: 1, Version: "2.0.0"},
			{Provider: "wallet", Status: supervisor.StatusDraining, PID: 1, InFlight: 3},
		}
	})
	text := scrape(t, metrics)
	for _, line := range []string{
		`paysocket_calls_in_flight{provider="wallet"} 4`,
		`paysocket_provider_processes{provider="wallet"} 2`,
		`paysocket_provider_state{provider="wallet",state="DRAINING"} 0`,
		`paysocket_provider_state{provider="cards",state="FAILED"} 1`,
		`paysocket_provider_restarts_total{provider="cards"} 5`,
		`paysocket_provider_processes{provider="cards"} 0`,
	} {
		assert.Contains(t, text, line+"\n")
	}
	assert.NotContains(t, text, `paysocket_provider_info{hardening="",provider="cards"`)
}
