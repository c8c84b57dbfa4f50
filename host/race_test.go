//go:build race

package host_test

// deathStride is how many operations lie between two deaths of
// TestEngine_MayDieAtEveryOperation. The race detector makes it five times as slow, and
// the runs without it try every operation.
const deathStride = 7
