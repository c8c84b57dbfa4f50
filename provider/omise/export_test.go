package omise

import (
	"context"
	"crypto/x509"
	"net"
)

// NewWithDial returns a client over connections that a test opens.
func NewWithDial(credentials Credentials, options *Options, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*Client, error) {
	in := network()
	in.Dial = dial
	return newClient(credentials, options, in)
}

// NewTrusting returns a client that trusts the certificates of a pool.
func NewTrusting(credentials Credentials, options *Options, pool *x509.CertPool) (*Client, error) {
	in := network()
	in.RootCAs = pool
	return newClient(credentials, options, in)
}

// Live reports whether the keys are live keys.
func (c *Client) Live() bool { return c.live }

// The limits of the guard.
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

// DecodeCapability reads a capability as RetrieveCapability does.
func DecodeCapability(raw []byte) (*Capability, error) { return decode(raw, &capabilityJSON{}) }

// MaxMethods is maxMethods.
const MaxMethods = maxMethods
