//go:build unix && !linux

package plugin

// maxSocketPath is the longest path of a socket, a byte less than sun_path of the
// BSDs and macOS.
const maxSocketPath = 103
