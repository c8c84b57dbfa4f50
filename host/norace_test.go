//go:build !race

package host_test

// deathStride is how many operations lie between two deaths of
// TestEngine_MayDieAtEveryOperation.
const deathStride = 1
