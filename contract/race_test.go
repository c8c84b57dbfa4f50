//go:build race

package contract

// underRace says that the race detector is on.
const underRace = true
