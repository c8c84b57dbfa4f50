package selftest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
)

// NoCommitError says that a clone does not have a commit, as a shallow one has
// few.
type NoCommitError struct {
	Commit string
	Err    error
}

func (e *NoCommitError) Error() string {
	return fmt.Sprintf("this clone has no commit %s (%v)", e.Commit, e.Err)
}

func (e *NoCommitError) Unwrap() error { return e.Err }

// Committed returns the tree of a commit of the repository that root is in.
func Committed(ctx context.Context, root, commit string) (fs.FS, error) {
	archive, err := git(ctx, root, "archive", "--format=zip", commit+"^{tree}")
	if err != nil {
		return nil, &NoCommitError{Commit: commit, Err: err}
	}
	return zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
}

// git runs one command of git that changes nothing.
func git(ctx context.Context, folder string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "git", args...) //nolint:gosec // what follows "git" is ours, or a commit that a person names
	command.Dir = folder
	output, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(string(exit.Stderr)))
	}
	return output, err
}
