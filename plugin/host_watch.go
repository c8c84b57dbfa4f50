package plugin

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	goplugin "github.com/hashicorp/go-plugin"
)

// endWithHost ends the process when the host is gone for whatever reason: the
// system closes the host's end of the pipe. If the host announces no pipe, nothing
// is watched.
func endWithHost(calls *calls, logger *slog.Logger) {
	fd := hostDescriptor()
	if fd < 0 {
		return
	}
	pipe := os.NewFile(uintptr(fd), "host")
	if pipe == nil {
		return
	}
	_, _ = io.Copy(io.Discard, pipe)
	logger.LogAttrs(context.Background(), slog.LevelInfo, "the plugin ends: its host is gone")
	calls.end(afterHost)
	exit(0)
}

// hostDescriptor returns the descriptor of the pipe that closes when the host is gone;
// -1 if the host announces none.
func hostDescriptor() int {
	fd, err := strconv.ParseUint(os.Getenv(HostFDKey), 10, 16)
	if err != nil {
		return -1
	}
	return int(fd)
}

// exit ends the process without go-plugin, which ends only when the host says so,
// and removes the socket that go-plugin would have removed. Folders are removed
// only if they are empty, and the outer one only if this package made it.
func exit(code int) {
	if folder := os.Getenv(goplugin.EnvUnixSocketDir); filepath.IsAbs(folder) {
		removeSockets(folder)
	}
	os.Exit(code)
}

func removeSockets(folder string) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		if entry.Type() == os.ModeSocket {
			_ = os.Remove(filepath.Join(folder, entry.Name())) //nolint:gosec // The host chose the folder, and only sockets in it are removed.
		}
	}
	_ = os.Remove(folder) //nolint:gosec // Likewise; what is not empty stays.
	if parent := filepath.Dir(folder); strings.HasPrefix(filepath.Base(parent), socketFolderPattern) {
		_ = os.Remove(parent) //nolint:gosec // Likewise.
	}
}
