// Package fit finds out whether a manifest fits its provider and its gateway: it
// makes one happy payment, and compares what happens with what the manifest says. It
// checks no clause. A run with a manifest that does not fit blames the provider, or
// injects no faults.
package fit
