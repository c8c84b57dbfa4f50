package plugin

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// readTrusted reads a regular file of at most limit bytes that says what is to
// be executed. Nobody but root and this process's user may be able to write it:
// what is read is the open file that was looked at.
func readTrusted(path string, limit int64) ([]byte, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := checkTrust(absolute, file); err != nil {
		return nil, fmt.Errorf("it was not read, since it says what is executed: %w", err)
	}
	return readAtMost(file, limit)
}

// readBounded reads a regular file of at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return readAtMost(file, limit)
}

func openRegular(path string) (*os.File, error) {
	// Without O_NONBLOCK the open of a named pipe waits for its writer.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // The path is the host's own choice.
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

func readAtMost(file *os.File, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("it is longer than %d bytes", limit)
	}
	return text, err
}
