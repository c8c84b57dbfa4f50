package omise

import (
	"context"
	"crypto/x509"
	"net"
	"time"
)

// NewWithDial makes a client over connections that a test opens itself.
func NewWithDial(credentials Credentials, options *Options, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*Client, error) {
	return newClient(credentials, options, dial)
}

// WithoutBackoff takes away the waits between attempts, but not those that the gateway asks for.
func (c *Client) WithoutBackoff() *Client {
	c.backoff = func(int) time.Duration { return 0 }
	return c
}

// Trusting makes the client believe the certificates that the pool vouches for.
func (c *Client) Trusting(pool *x509.CertPool) *Client {
	c.transport.TLSClientConfig.RootCAs = pool
	return c
}

// ParseRetryAfter is parseRetryAfter.
func ParseRetryAfter(header string, now time.Time) time.Duration { return parseRetryAfter(header, now) }

// CheckObject tells whether raw is a JSON object that this package reads.
func CheckObject(raw []byte, limit int) error {
	_, err := parseObject(raw, limit)
	return err
}

// The counts of the guard.
const (
	BreakerCount = breakerCount
	BreakerDelay = breakerDelay
	BulkheadSize = bulkheadSize
	BulkheadWait = bulkheadWait
	MaxAttempts  = maxAttempts
)

// What CheckObject refuses beside encoding/json.
var (
	ErrTwice   = errTwice
	ErrTooDeep = errTooDeep
)
