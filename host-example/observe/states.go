package observe

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/paysocket/paysocket/plugin/supervisor"
)

// stateCollector makes metrics of the supervisor's states at each scrape, so that they
// are never older than that.
type stateCollector struct {
	states func() []supervisor.State

	state, restarts, processes, inFlight, info *prometheus.Desc
}

func newStateCollector(states func() []supervisor.State) *stateCollector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, append([]string{"provider"}, labels...), nil)
	}
	return &stateCollector{
		states:    states,
		state:     desc("paysocket_provider_state", "1 for the provider's present state, 0 for the others.", "state"),
		restarts:  desc("paysocket_provider_restarts_total", "Restarts of the provider that nobody requested."),
		processes: desc("paysocket_provider_processes", "Processes of the provider, including those that are draining."),
		inFlight:  desc("paysocket_calls_in_flight", "Calls in flight in the provider's processes."),
		info: desc("paysocket_provider_info", "1 for the process that takes the provider's calls.",
			"version", "spec_version", "sha256", "hardening"),
	}
}

// Describe implements prometheus.Collector.
func (c *stateCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{c.state, c.restarts, c.processes, c.inFlight, c.info} {
		descs <- desc
	}
}

// Collect implements prometheus.Collector.
func (c *stateCollector) Collect(metrics chan<- prometheus.Metric) {
	states := c.states()
	for len(states) > 0 {
		count := 1
		for count < len(states) && states[count].Provider == states[0].Provider {
			count++
		}
		c.collect(metrics, states[:count])
		states = states[count:]
	}
}

// collect makes the metrics of one provider. The first of the states is the
// provider's own.
func (c *stateCollector) collect(metrics chan<- prometheus.Metric, states []supervisor.State) {
	first := &states[0]
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, append([]string{first.Provider}, labels...)...)
	}
	for _, status := range []supervisor.Status{
		supervisor.StatusStarting, supervisor.StatusReady, supervisor.StatusDraining,
		supervisor.StatusBackoff, supervisor.StatusFailed, supervisor.StatusStopped,
	} {
		value := 0.0
		if status == first.Status {
			value = 1
		}
		gauge(c.state, value, string(status))
	}
	inFlight, processes := 0, 0
	for i := range states {
		inFlight += states[i].InFlight
		if states[i].PID != 0 {
			processes++
		}
	}
	gauge(c.inFlight, float64(inFlight))
	gauge(c.processes, float64(processes))
	metrics <- prometheus.MustNewConstMetric(c.restarts, prometheus.CounterValue, float64(first.Restarts), first.Provider)
	if first.Status == supervisor.StatusReady {
		gauge(c.info, 1, first.Version, first.SpecVersion, first.SHA256, first.Confinement)
	}
}
