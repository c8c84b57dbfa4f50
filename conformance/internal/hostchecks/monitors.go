package hostchecks

// Monitors returns all monitors.
func Monitors() []Monitor {
	return []Monitor{
		{Clause: "HKY-004", Fed: []string{"HKY-001", "HKY-009", "HOC-002", "HOC-009"}, Least: 20, Judge: noTwoCallsWithOneKey},
		{Clause: "HAN-011", Fed: []string{"HAN-010", "HKY-009"}, Least: 3, Judge: oneEffect},
	}
}
