package plugin

import "google.golang.org/grpc"

// Conn returns the connection behind a client.
func Conn(c *Client) grpc.ClientConnInterface { return c.conn }

// SecretsDigest returns the digest of the secrets that p keeps.
func SecretsDigest(p *Pinned) string { return p.secrets.Reveal() }

// PercentFor returns after how much garbage a plugin that keeps so many bytes collects it.
func PercentFor(live uint64) int { return percentFor(live) }
