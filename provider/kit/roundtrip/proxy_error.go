package roundtrip

import (
	"net/http"
	"strconv"
)

// A proxyError is why a proxy did not lead to the gateway.
type proxyError struct {
	failure string // for people, says what to do, and quotes nothing
	status  int    // of the proxy's answer to CONNECT, if it was a refusal
	err     error  // may quote the answer; nil for a refusal
}

// Error returns what failed, without the cause, whose text may quote the answer.
func (e *proxyError) Error() string { return e.failure }

// Unwrap returns the cause.
func (e *proxyError) Unwrap() error { return e.err }

// The failures, in the order in which they can happen.
const (
	proxyUnreachable = "the proxy cannot be reached; check its address, and that it runs"
	proxyUntrusted   = "there is no TLS with the proxy; check that it is one over https, and that its certificate is valid and trusted here"
	proxyMalformed   = "the proxy opened no tunnel, and does not answer as an HTTP proxy does; check its address"
	proxyTimeout     = "the proxy did not lead to the gateway in time; check it, and whether it reaches the gateway"
	gatewayUntrusted = "the proxy opened a tunnel, but in it there is no TLS with the gateway; check the gateway's address, " +
		"and, if the proxy decrypts, that its authority is trusted here"
)

// refusal returns the error of an answer to CONNECT with another status than 2xx.
func refusal(status int) *proxyError {
	advice := "check whether it reaches the gateway"
	switch {
	case status == http.StatusProxyAuthRequired:
		advice = "check its user and password"
	case status/100 == 4:
		advice = "have it allow CONNECT to the gateway's host and port"
	}
	return &proxyError{failure: "the proxy opened no tunnel (status " + strconv.Itoa(status) + "); " + advice, status: status}
}
