// Package faults lists what may go wrong between a buyer, a host, its providers, their
// gateways and its database, and what must hold then. A test that has a fault happen says
// so by [Proved]; docs/fault-matrix.md is made of what the tests and the conformance suite
// have said.
package faults
