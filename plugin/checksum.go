package plugin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

// checkBinary makes sure that the file at path is one to execute, and gives its
// SHA-256. A sum that is not the wanted one ends the matter: whatever the file
// is, nobody approved it.
func checkBinary(ctx context.Context, path, want string, logger *slog.Logger) (string, *OpenError) {
	sum, failure, err := sumBinary(path)
	if err != nil {
		return "", &OpenError{Failure: failure, Path: path, Err: err}
	}
	if want == "" {
		logger.LogAttrs(ctx, slog.LevelWarn, "the provider's binary is not checked: no checksum was given",
			slog.String("path", path), slog.String("sha256", sum))
		return sum, nil
	}
	if subtle.ConstantTimeCompare([]byte(strings.ToLower(want)), []byte(sum)) != 1 {
		return "", &OpenError{Failure: FailureChecksum, Path: path, Err: fmt.Errorf(
			"the file has sha256 %s and %s was approved, so it was not executed; "+
				"if the new file is meant to be there, approve its sum", sum, excerpt(want))}
	}
	return sum, nil
}

func sumBinary(path string) (sum string, failure Failure, err error) {
	info, err := os.Stat(path) // before opening, which waits for ever on a named pipe
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", FailureMissing, errors.New("there is no such file; build it, or mend the path")
	case err != nil:
		return "", FailureNotExecutable, fmt.Errorf("the file cannot be looked at: %w", err)
	case !info.Mode().IsRegular():
		return "", FailureNotExecutable, errors.New("it is not a regular file; give the path of the binary itself")
	case info.Mode().Perm()&0o111 == 0:
		return "", FailureNotExecutable, fmt.Errorf("the file's mode %s does not let anybody execute it; chmod +x it", info.Mode().Perm())
	}
	file, err := os.Open(path) //nolint:gosec // The path is the host's own choice.
	if err != nil {
		return "", FailureNotExecutable, fmt.Errorf("the file cannot be read: %w", err)
	}
	defer func() { _ = file.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", FailureSystem, fmt.Errorf("read the file: %w", err)
	}
	return hex.EncodeToString(hash.Sum(nil)), "", nil
}
