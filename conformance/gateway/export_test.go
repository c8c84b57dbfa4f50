package gateway

import "time"

// What Main is made of, and bounds that no test can wait for.
var Serve = serve

type (
	Service      = service
	ServeOptions = serveOptions
)

// SetBounds changes those of a client.
func (c *Client) SetBounds(timeout time.Duration, longestAnswer int64) {
	c.http.Timeout, c.maxAnswer = timeout, longestAnswer
}

// EndAfter says when Close sends which signal.
func (o *StartOptions) EndAfter(term, kill time.Duration) *StartOptions {
	o.termAfter, o.killAfter = term, kill
	return o
}
