package supervisor

import "time"

// WaitLong makes a supervisor wait an hour before it starts again what is lost from
// now on.
func (s *Supervisor) WaitLong() { s.backoff.first, s.backoff.most = time.Hour, time.Hour }
