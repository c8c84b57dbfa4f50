// Package machine looks whether this machine can run the providers of a host: what its
// kernel can do, its folders, limits, user, clock and network. Each answer is a line
// with its remedy. What the runtime of plugins decides is asked of it, by starting a
// plugin that does nothing; see [Serve].
package machine
