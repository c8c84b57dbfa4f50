package observe

import (
	"context"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// Metrics are the metrics of one host:
//
//	paysocket_calls_total{provider,operation,outcome,reason}
//	paysocket_call_duration_seconds{provider,operation}
//	paysocket_webhooks_total{provider,status}
//	paysocket_provider_state{provider,state}       1 for the present state
//	paysocket_provider_restarts_total{provider}    automatic restarts
//	paysocket_provider_processes{provider}         two during a swap
//	paysocket_calls_in_flight{provider}
//	paysocket_provider_info{provider,version,spec_version,sha256,hardening}
//	paysocket_ledger_up                            0 if the ledger cannot be read
//	paysocket_payments_open{status}
//	paysocket_payments_last_hour{status}
//	paysocket_unknown, paysocket_unknown_oldest_seconds
//	paysocket_due, paysocket_due_oldest_seconds
//	paysocket_undelivered_changes, paysocket_undelivered_oldest_seconds
//	paysocket_attention
//	paysocket_unmatched_webhooks
//
// and those of the Go runtime and of the process. Reason and outcome are empty for a
// call that succeeded; outcome is empty also for a call that moves no money. Metrics
// may be used by many goroutines at once.
type Metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	webhooks *prometheus.CounterVec
}

// NewMetrics returns metrics that are all zero.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "paysocket_calls_total", Help: "Calls of providers that have ended.",
		}, []string{"provider", "operation", "outcome", "reason"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "paysocket_call_duration_seconds", Help: "How long calls of providers took.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}, // a provider ends a call within a minute
		}, []string{"provider", "operation"}),
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "paysocket_webhooks_total", Help: "Webhooks of gateways, by the HTTP status of the answer.",
		}, []string{"provider", "status"}),
	}
	m.registry.MustRegister(m.calls, m.duration, m.webhooks,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// ObserveCall counts a call of a provider.
func (m *Metrics) ObserveCall(_ context.Context, call supervisor.CallRecord) {
	m.calls.WithLabelValues(call.Provider, string(call.Operation), string(call.Outcome), reasonLabel(call.Reason)).Inc()
	m.duration.WithLabelValues(call.Provider, string(call.Operation)).Observe(call.Duration.Seconds())
}

// reasonLabel returns a reason as a label. It bounds how many there are: a provider
// must not fill the host's memory with reasons that it invents.
func reasonLabel(reason contract.Reason) string {
	if reason != "" && !reason.Known() {
		return "OTHER"
	}
	return string(reason)
}

// CountWebhooks returns a handler that counts the webhooks that another one answers. The
// last segment of their path is the provider's name. Only those of known providers are
// counted: whoever sends requests must not fill the host's memory with names.
func (m *Metrics) CountWebhooks(handler http.Handler, known func(provider string) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		handler.ServeHTTP(answer, r)
		if provider := path.Base(r.URL.Path); known(provider) {
			m.webhooks.WithLabelValues(provider, strconv.Itoa(answer.status)).Inc()
		}
	})
}

// statusWriter keeps the status of an answer.
type statusWriter struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// WatchLedger adds metrics about all sales. It calls read at every scrape.
func (m *Metrics) WatchLedger(read func(context.Context) (*host.Overview, error)) {
	m.registry.MustRegister(newLedgerCollector(read))
}

// WatchStates adds metrics about the states of the providers. It calls states at every
// scrape.
func (m *Metrics) WatchStates(states func() []supervisor.State) {
	m.registry.MustRegister(newStateCollector(states))
}

// scrapeTimeout bounds one scrape.
const scrapeTimeout = 10 * time.Second

// Handler returns the handler that Prometheus scrapes.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		Registry: m.registry, MaxRequestsInFlight: 4, Timeout: scrapeTimeout,
	})
}
