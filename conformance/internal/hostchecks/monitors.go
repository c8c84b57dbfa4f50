package hostchecks

import "slices"

// Monitors returns all monitors.
func Monitors() []Monitor {
	return []Monitor{
		{Clause: "HKY-004", Fed: []string{"HKY-001", "HKY-006", "HKY-009", "HOC-002", "HOC-009"}, Least: 20, Judge: noTwoCallsWithOneKey},
		{Clause: "HKY-002", Fed: []string{"HKY-001", "HOC-001", "HOC-004"}, Least: 20, Judge: keysAreRandom},
		{Clause: "HKY-005", Fed: []string{"HKY-001", "HKY-006", "HOC-001", "HOC-002", "HOC-003", "HOC-004", "HOC-007", "HOC-010"}, Least: 8, Judge: callsHaveTheTimes},
		{Clause: "HKY-008", Fed: []string{"HKY-003", "HOC-001", "HOC-010"}, Least: 3, Judge: repeatedCallsAreTheSame},
		{Clause: "HOC-012", Fed: []string{"HAN-010", "HOC-001", "HOC-011"}, Least: 5, Judge: answeredKeysCreateNothing},
		{Clause: "HLK-006", Fed: []string{"HKY-006", "HOC-001", "HOC-002", "HOC-004", "HLK-007"}, Least: 5, Judge: lookUpsHaveTheTimes},
		{Clause: "HAN-011", Fed: []string{"HAN-010", "HKY-009"}, Least: 3, Judge: oneEffect},
		{Clause: "HLF-004", Fed: []string{"HLF-004", "HOC-008", "HKY-001"}, Least: 10, Judge: oneLinkWithoutProof},
		{Clause: "HSC-001", Fed: secretive, Least: 2, Judge: noSecretPrinted},
		{Clause: "HSC-002", Fed: secretive, Least: 1, Judge: noSecretStored},
		{Clause: "HSC-003", Fed: secretive, Least: 4, Judge: noSecretArranged},
		{Clause: "HSC-004", Fed: append(slices.Clone(secretive), "HAN-004"), Least: 20, Judge: noSecretShown},
		{Clause: "HAN-012", Fed: []string{"HAN-001", "HAN-004", "HAN-010", "HWH-014"}, Least: 3, Judge: paidMeansPaid},
		{Clause: "HAN-013", Fed: []string{"HAN-010", "HKY-003", "HKY-006", "HOC-001", "HOC-002", "HOC-003", "HRF-003"}, Least: 8, Judge: onePaymentForOneKey},
		{Clause: "HED-003", Fed: []string{"HAN-010", "HKY-003", "HRF-003"}, Least: 8, Judge: enoughTime},
	}
}

// secretive are the clauses whose checks have a host sell, fail, forget and be configured
// anew: what a host prints and stores of secrets, it does then.
var secretive = []string{"HAN-010", "HOC-001", "HOC-003", "HWH-002", "HLF-002", "HLF-006", "HLF-011"}
