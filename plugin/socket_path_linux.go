package plugin

// maxSocketPath is the longest path of a socket, a byte less than sun_path.
const maxSocketPath = 107
