package plugin

import "google.golang.org/grpc"

// Conn returns the connection behind a client.
func Conn(c *Client) grpc.ClientConnInterface { return c.conn }
