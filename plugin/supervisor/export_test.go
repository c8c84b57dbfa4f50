package supervisor

import "time"

// WaitLong lets a supervisor wait an hour before it starts again what is lost
// from now on, so that a test can look at it in peace.
func (s *Supervisor) WaitLong() { s.backoff.first, s.backoff.most = time.Hour, time.Hour }
