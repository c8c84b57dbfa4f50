// Package observe makes what happens in the host visible from outside: numbers
// for Prometheus, and spans of OpenTelemetry as lines of the log.
//
// Package plugin knows neither of the two, so that no provider has to carry
// them. It has seams, and this package is what a host puts into them:
// [Metrics.Call] is a supervisor.Options.Observe, and [Tracing.Intercept]
// is one of its Interceptors.
package observe
