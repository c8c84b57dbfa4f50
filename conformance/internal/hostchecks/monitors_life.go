package hostchecks

// oneLinkWithoutProof looks at the keys of all orders.
func oneLinkWithoutProof(m *M) int {
	seen := 0
	for _, w := range m.worlds {
		w.mu.Lock()
		orders := w.orders
		w.mu.Unlock()
		for _, o := range orders {
			if len(o.Keys()) == 0 {
				continue
			}
			seen++
			for _, breach := range o.breaches() {
				m.Errorf("order %s of %s: %s", o.ID, w.name, breach)
				m.Evidence(o.Calls("")...)
			}
		}
	}
	return seen
}
