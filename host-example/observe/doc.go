// Package observe makes a host observable: metrics for Prometheus, and spans of
// OpenTelemetry as records of the log.
//
// Packages plugin and plugin/supervisor import neither of the two, so that no
// provider has to link them. A host connects them by options: [Metrics.ObserveCall]
// is a supervisor.Options.Observe, [Metrics.ObserveShop] a shop.Options.Observe, and
// [Tracing.Intercept] one of supervisor.Options.Interceptors.
package observe
