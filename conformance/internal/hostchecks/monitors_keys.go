package hostchecks

import (
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
)

// heardLate is how much later than the host the suite may learn that a call has ended
// which nobody answered.
const heardLate = time.Second

// noTwoCallsWithOneKey compares the times of all calls that have one key.
func noTwoCallsWithOneKey(m *M) int {
	keys := m.Keys()
	for _, k := range keys {
		for _, o := range scripted.Overlaps(k.Calls, heardLate) {
			m.Errorf("two calls with the key %s were in flight at one time, for %s", k.Key, o.For.Round(time.Millisecond))
			m.Evidence(o.First, o.Second)
		}
	}
	return len(keys)
}

// oneEffect reads how often the platform has acted on each order.
func oneEffect(m *M) int {
	paid := 0
	for _, w := range m.worlds {
		for o, said := range w.final {
			if said.Effects > 1 {
				m.Errorf("the platform has acted %d times on order %s of %s", said.Effects, o.ID, w.name)
			}
			if said.Effects > 0 {
				paid++
			}
		}
	}
	return paid
}
