// Package proxytest has an HTTP proxy in a process of its own, for the tests of
// providers. The proxy wants credentials, opens tunnels to the servers that it
// knows by name, goes wrong in each way that a test asks for, and keeps a journal.
//
// The process is the test binary itself, whose TestMain calls [Main] first:
//
//	if proxytest.Main() {
//		return
//	}
//
// [Run] sells through a provider's program that reaches its gateway only through
// such a proxy, and looks for the proxy's password wherever it must not be.
package proxytest
