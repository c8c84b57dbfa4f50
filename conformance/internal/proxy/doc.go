// Package proxy makes trouble between a provider and its gateway: it writes down
// what the two say to each other, and injects the faults that a check arms. The
// conformance suite is its only reader.
package proxy
