//go:build !race

package host_test

// deathStride is how many operations lie between two deaths of
// TestEngine_MayDieAtEveryOperation.
const deathStride = 1

// manySales is how many sales a ledger of many has.
const manySales = 10_000
