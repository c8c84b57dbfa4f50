// Package service is a host that runs for months: a shop whose providers a
// supervisor.Supervisor runs from a catalog.
//
// Start with [Run], in service.go. The functions in the supervisor's Options have
// files of their own: admit.go admits providers, catalog.go configures them, reads the
// catalog and applies it again when it has changed. listen.go and socket.go open the
// listeners, and staff.go those that are not for the internet. close.go has the order in
// which a host ends. Package service prints nothing; it writes structured log records.
package service
