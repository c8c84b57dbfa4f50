package observe

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// Metrics are the numbers of one host:
//
//	paysocket_calls_total{provider,operation,outcome,reason}
//	paysocket_call_duration_seconds{provider,operation}
//	paysocket_webhooks_total{provider,status}
//	paysocket_provider_state{provider,state}       1 for the state it is in
//	paysocket_provider_restarts_total{provider}    unasked
//	paysocket_provider_processes{provider}         two during a swap
//	paysocket_calls_in_flight{provider}
//	paysocket_provider_info{provider,version,spec_version,sha256,hardening}
//
// and those of Go's runtime and of the process. An answered call has an empty
// reason and outcome, and so has the outcome of a call that moves no money. It
// may be used by many goroutines at once.
type Metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	webhooks *prometheus.CounterVec
}

// NewMetrics gives numbers that are all 0.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "paysocket_calls_total", Help: "Calls of providers that have ended.",
		}, []string{"provider", "operation", "outcome", "reason"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "paysocket_call_duration_seconds", Help: "How long calls of providers took.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}, // a provider bounds calls by a minute
		}, []string{"provider", "operation"}),
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "paysocket_webhooks_total", Help: "Webhooks of gateways, by the status that they were answered with.",
		}, []string{"provider", "status"}),
	}
	m.registry.MustRegister(m.calls, m.duration, m.webhooks,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Call counts a call.
func (m *Metrics) Call(_ context.Context, call supervisor.CallRecord) {
	m.calls.WithLabelValues(call.Provider, string(call.Operation), string(call.Outcome), label(call.Reason)).Inc()
	m.duration.WithLabelValues(call.Provider, string(call.Operation)).Observe(call.Duration.Seconds())
}

// label bounds how many reasons there can be: a provider must not be able to
// fill the memory of whoever counts with words of its own.
func label(reason contract.Reason) string {
	if reason != "" && !reason.Known() {
		return "OTHER"
	}
	return string(reason)
}

// Notice counts what the shop tells of webhooks.
func (m *Metrics) Notice(notice shop.Observation) {
	if notice.Webhook != nil {
		m.webhooks.WithLabelValues(notice.Provider, strconv.Itoa(notice.Webhook.Status)).Inc()
	}
}

// Watch adds how the providers stand. States is asked at every scrape.
func (m *Metrics) Watch(states func() []supervisor.State) {
	m.registry.MustRegister(newStateCollector(states))
}

// scrapeTimeout bounds one scrape.
const scrapeTimeout = 10 * time.Second

// Handler serves the numbers to Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		Registry: m.registry, MaxRequestsInFlight: 4, Timeout: scrapeTimeout,
	})
}
