// Package service is a host that runs for months: a shop whose providers a
// supervisor.Supervisor runs from a catalog.
//
// Start with [Run], in service.go. The functions in the supervisor's Options have
// files of their own: admit.go admits providers, sandboxes.go starts the sandboxes
// of gateways, catalog.go reads the catalog and applies it again when it has
// changed. Package service prints nothing; it writes structured log records.
package service
