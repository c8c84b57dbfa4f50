// Package proxy is the fault proxy between a provider and its gateway. It records
// what the two send to each other, and injects the faults that a check prepares.
package proxy
