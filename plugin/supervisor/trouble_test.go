package supervisor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// troubles are failures on the host's side.
func troubles() map[string]*plugin.OpenError {
	of := func(failure plugin.Failure, err error) *plugin.OpenError {
		return &plugin.OpenError{Failure: failure, Err: err}
	}
	return map[string]*plugin.OpenError{
		"no such file": of(plugin.FailureMissing, errors.New("there is no such file")),
		"another file": of(plugin.FailureChecksum, errors.New("another sum")),
		"no rights":    of(plugin.FailurePermissions, fs.ErrPermission),
		"being copied": of(plugin.FailureNotExecutable, syscall.ENOEXEC),
		"no room":      of(plugin.FailureSystem, fmt.Errorf("pipe: %w", syscall.EMFILE)),
	}
}

func TestSupervisor_DoesNotTakeTroubleOfTheHostForACrashLoop(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, nil)
				var fails atomic.Value // why a start fails; nothing at first
				s.open = func(ctx context.Context, path string, o *plugin.OpenOptions) (*plugin.Client, error) {
					if why, _ := fails.Load().(*plugin.OpenError); why != nil {
						return nil, why
					}
					return w.open(ctx, path, o)
				}
				require.NoError(t, s.Apply(t.Context(), entryAt("a")))
				fails.Store(trouble)
				w.kill()
				for range 20 * 60 {
					pass(time.Second)
					state, _ := s.State("wallet")
					require.NotEqual(t, StatusFailed, state.Status)
				}
				fails.Store((*plugin.OpenError)(nil))
				pass(37 * time.Second) // the longest wait, and a fifth of it
				state, _ := s.State("wallet")
				assert.Equal(t, StatusReady, state.Status, state.LastError)

				fails.Store(&plugin.OpenError{Failure: plugin.FailureExited, Err: errors.New("it ended")})
				w.kill()
				pass(5 * time.Minute)
				state, _ = s.State("wallet")
				assert.Equal(t, StatusFailed, state.Status, "a provider's own failures count as before")
			})
		})
	}
}

func TestSupervisor_DoesNotTakeASecretThatIsAwayForACrashLoop(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want Status
	}{
		{&fs.PathError{Op: "open", Path: "secret", Err: syscall.ENOENT}, StatusBackoff},
		{&fs.PathError{Op: "open", Path: "secret", Err: syscall.EMFILE}, StatusBackoff},
		{errors.New("it is blank"), StatusFailed},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &world{}
			s := w.supervise(t, &Options{Configure: func(context.Context, *Entry) (*contract.Configuration, error) { return nil, c.err }})
			require.Error(t, s.Apply(t.Context(), entryAt("a")))
			pass(5 * time.Minute)
			state, _ := s.State("wallet")
			if state.Status == StatusStarting {
				pass(time.Second)
				state, _ = s.State("wallet")
			}
			assert.Equal(t, c.want, state.Status, c.err)
			assert.Contains(t, state.LastError, "reading its configuration: "+c.err.Error())
		})
	}
}

func TestSupervisor_NoticesABinaryThatComesBack(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(path string) error{
		"of none":      func(string) error { return nil },
		"of another":   func(path string) error { return os.WriteFile(path, []byte("another"), 0o700) },
		"of no mode x": func(path string) error { return os.WriteFile(path, []byte("right"), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "binary")
			require.NoError(t, begin(path))
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, nil)
				s.open = func(ctx context.Context, path string, o *plugin.OpenOptions) (*plugin.Client, error) {
					content, err := os.ReadFile(path)
					info, _ := os.Stat(path)
					switch {
					case err != nil:
						return nil, &plugin.OpenError{Failure: plugin.FailureMissing, Err: err}
					case info.Mode()&0o100 == 0:
						return nil, &plugin.OpenError{Failure: plugin.FailureNotExecutable, Err: errors.New("mode")}
					case string(content) != "right":
						return nil, &plugin.OpenError{Failure: plugin.FailureChecksum, Err: errors.New("sum")}
					}
					return w.open(ctx, path, o)
				}
				require.Error(t, s.Apply(t.Context(), entryAt(path)))
				pass(3 * time.Minute)
				state, _ := s.State("wallet")
				for state.Status != StatusBackoff || time.Until(state.NextStart) < 10*time.Second {
					pass(time.Second)
					state, _ = s.State("wallet")
				}
				require.NoError(t, os.WriteFile(path, []byte("right"), 0o600))
				require.NoError(t, os.Chmod(path, 0o700))
				pass(lookEvery + time.Second)
				state, _ = s.State("wallet")
				assert.Equal(t, StatusReady, state.Status, state.LastError)
			})
		})
	}
}
