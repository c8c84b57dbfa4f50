package omise

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	maxIdleConnections = 64
	dialTimeout        = 2 * time.Second
	tlsTimeout         = 3 * time.Second
	// idleTimeout is shorter than the 60 to 75 s after which servers close a connection that rests: a POST that meets
	// a connection just being closed ends with an unknown outcome.
	idleTimeout    = 30 * time.Second
	maxHeaderBytes = 64 << 10
)

// newTransport makes a transport of the client's own: the default one is shared by the process, asks the environment
// for a proxy and knows no limits. dial may be nil.
func newTransport(proxy *url.URL, dial dialFunc) *http.Transport {
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext
	}
	transport := &http.Transport{
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    tlsTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           maxIdleConnections,
		MaxIdleConnsPerHost:    maxIdleConnections,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		// Without this the transport would unpack gzip by itself, and the limit on bodies would not see the bomb.
		DisableCompression: true,
	}
	if proxy != nil {
		transport.Proxy = http.ProxyURL(proxy)
	}
	return transport
}
