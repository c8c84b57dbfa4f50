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
	"strings"

	"github.com/paysocket/paysocket/internal/shortage"
	"github.com/paysocket/paysocket/internal/trust"
)

// binaryFile is a binary that may be executed. It is open, so that the file that
// was checked is the one that runs, whatever is at its path by then.
type binaryFile struct {
	path string
	sum  string // SHA-256, in lower-case hex
	file *trust.File

	// script says that the file is for an interpreter, which opens its path
	// again. Only the permissions of the folders keep others from replacing it
	// in between.
	script bool
}

// close may be called more than once.
func (b *binaryFile) close() { _ = b.file.Close() }

// checkBinary opens the file at path if it may be executed. With a wanted sum, it
// must have that sum and be out of reach of others. Without one, what is wrong is
// a warning.
func checkBinary(ctx context.Context, path, want string, logger *slog.Logger) (*binaryFile, *OpenError) {
	b, openErr := openBinary(path)
	if openErr != nil {
		return nil, openErr
	}
	untrusted := b.file.CheckPath()
	if untrusted != nil && want != "" {
		b.close()
		return nil, &OpenError{Failure: FailurePermissions, Path: path, Err: fmt.Errorf("it was not executed: %w", untrusted)}
	}
	if err := b.read(); err != nil {
		b.close()
		return nil, &OpenError{Failure: FailureSystem, Path: path, Err: fmt.Errorf("reading the file: %w", err)}
	}
	switch {
	case want == "":
		warning := []slog.Attr{slog.String("path", path), slog.String("sha256", b.sum)}
		if untrusted != nil {
			warning = append(warning, slog.String("permissions", untrusted.Error()))
		}
		logger.LogAttrs(ctx, slog.LevelWarn, "the provider's binary is not checked: no checksum was given", warning...)
	case subtle.ConstantTimeCompare([]byte(strings.ToLower(want)), []byte(b.sum)) != 1:
		b.close()
		logger.LogAttrs(ctx, slog.LevelError, "the provider's binary was not executed: it is not the one that was approved",
			slog.String("path", path), slog.String("sha256", b.sum), slog.String("approved", excerpt(want)))
		return nil, &OpenError{Failure: FailureChecksum, Path: path, Err: fmt.Errorf(
			"the file has sha256 %s and %s was approved, so it was not executed; "+
				"if the new file is the right one, approve its sum", b.sum, excerpt(want))}
	}
	return b, nil
}

// openBinary opens a file that the system could execute.
func openBinary(path string) (*binaryFile, *OpenError) {
	refuse := func(failure Failure, err error) (*binaryFile, *OpenError) {
		return nil, &OpenError{Failure: failure, Path: path, Err: err}
	}
	file, err := trust.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refuse(FailureMissing, errors.New("there is no such file; build it or correct the path"))
	case errors.Is(err, trust.ErrNotRegular):
		return refuse(FailureNotExecutable, errors.New("it is not a regular file; name the binary itself"))
	case shortage.Is(err):
		return refuse(FailureSystem, fmt.Errorf("the file cannot be read: %w", err))
	case err != nil:
		return refuse(FailureNotExecutable, fmt.Errorf("the file cannot be read: %w", err))
	case file.Mode().Perm()&0o111 == 0:
		_ = file.Close()
		return refuse(FailureNotExecutable, fmt.Errorf("the file has mode %s; make it executable with chmod +x", file.Mode().Perm()))
	}
	return &binaryFile{path: path, file: file}, nil
}

// read computes the sum of the open file.
func (b *binaryFile) read() error {
	hash := sha256.New()
	if _, err := io.Copy(hash, b.file); err != nil {
		return err
	}
	b.sum = hex.EncodeToString(hash.Sum(nil))
	begin := make([]byte, 2)
	_, err := b.file.ReadAt(begin, 0)
	b.script = err == nil && string(begin) == "#!"
	return nil
}
