package hostchecks

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
