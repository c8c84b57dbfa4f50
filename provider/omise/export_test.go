package omise

import (
	"context"
	"crypto/x509"
	"net"
)

// NewWithDial makes a client over connections that a test opens itself.
func NewWithDial(credentials Credentials, options *Options, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*Client, error) {
	in := network()
	in.Dial = dial
	return newClient(credentials, options, in)
}

// NewTrusting makes a client that believes the certificates that the pool vouches for.
func NewTrusting(credentials Credentials, options *Options, pool *x509.CertPool) (*Client, error) {
	in := network()
	in.RootCAs = pool
	return newClient(credentials, options, in)
}

// Live tells whether the keys move real money.
func (c *Client) Live() bool { return c.live }

// The counts of the guard.
const (
	BreakerCount = breakerCount
	BreakerDelay = breakerDelay
	BulkheadSize = bulkheadSize
	BulkheadWait = bulkheadWait
	MaxAttempts  = maxAttempts
)

// ErrMalformed is errMalformed.
var ErrMalformed = errMalformed

// MaxEventSize is maxEventSize.
const MaxEventSize = maxEventSize
