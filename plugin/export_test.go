package plugin

import (
	"time"

	"google.golang.org/grpc"
)

// WaitLong lets a supervisor wait an hour before it starts again what is lost
// from now on, so that a test can look at it in peace.
func (s *Supervisor) WaitLong() { s.pace.first, s.pace.most = time.Hour, time.Hour }

// Conn returns the connection behind a client.
func Conn(c *Client) grpc.ClientConnInterface { return c.conn }
