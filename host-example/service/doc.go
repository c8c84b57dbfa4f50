// Package service is a host that runs for months: a shop whose providers a
// supervisor.Supervisor runs from a catalog.
//
// It begins with [Run], in service.go. What it puts into the supervisor's seams
// is in files of their own: admit.go decides who may be trusted, standins.go
// starts what stands in for gateways, catalog.go reads the catalog again when
// it has changed. It prints nothing: what happened is one structured line of
// the log each.
package service
