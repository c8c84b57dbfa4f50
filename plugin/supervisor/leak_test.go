package supervisor_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// children returns the processes that this one has started and that still run.
func children(t *testing.T) []int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	var pids []int
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(after); len(fields) > 1 && fields[1] == strconv.Itoa(os.Getpid()) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
			require.NoError(t, err)
			pids = append(pids, pid)
		}
	}
	return pids
}

// Every kind of restart twice shows most leaks; make restarts makes two hundred.
var restarts = flag.Int("restarts", 8, "how often a supervised provider is started again")

func TestSupervisor_RestartsLeaveNothingBehind(t *testing.T) { //nolint:paralleltest // it counts what the process has open
	folder := plugintest.SocketFolder(t)
	s := supervisor.New(&supervisor.Options{
		SocketFolder: folder, StartTimeout: time.Minute,
		Configure: configure,
	})
	defer func() { _ = s.Close() }()
	good, broken := acting(t, "wallet", plugintest.RoleProvider), acting(t, "wallet", plugintest.RoleExits)
	require.NoError(t, s.Apply(t.Context(), catalog(good)))
	client := clientOf(t, s, "wallet")
	plugintest.Pay(t, client, "order 1")
	goroutines := goleak.IgnoreCurrent()
	before := plugintest.Descriptors(t)

	for n := range *restarts {
		switch n % 4 {
		case 0:
			require.NoError(t, syscall.Kill(stateOf(t, s, "wallet").PID, syscall.SIGKILL))
		case 1:
			require.Error(t, s.Apply(t.Context(), catalog(broken)))
			require.NoError(t, s.Apply(t.Context(), catalog(good)))
		}
		require.NoError(t, s.Restart(t.Context(), "wallet"))
		plugintest.Pay(t, client, "order 1")
	}
	require.Eventually(t, func() bool { return len(s.States()) == 1 }, plugintest.Patience, 10*time.Millisecond)
	assert.GreaterOrEqual(t, stateOf(t, s, "wallet").Generation, *restarts)
	assert.Equal(t, []int{stateOf(t, s, "wallet").PID}, children(t))
	assert.LessOrEqual(t, plugintest.Descriptors(t), before)
	sockets, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, sockets, 1)

	require.NoError(t, s.Close())
	assert.Empty(t, children(t))
	assert.Less(t, plugintest.Descriptors(t), before)
	goleak.VerifyNone(t, goroutines)
}

func TestSupervisor_LeavesNoProcessWhenItsHostIsKilled(t *testing.T) {
	t.Parallel()
	folder := plugintest.SocketFolder(t)
	host := plugintest.Command(t, roleHost)
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	host.Env = append(host.Env, "SOCKET_FOLDER="+folder, "PIPE="+pipe)
	problem := &plugintest.Log{}
	host.Stderr = problem
	stdout, err := host.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, host.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err, problem.String())
	var pids [3]int
	_, err = fmt.Sscan(line, &pids[0], &pids[1], &pids[2])
	require.NoError(t, err)

	require.NoError(t, host.Process.Kill())
	_ = host.Wait()
	for _, pid := range pids {
		assert.Eventually(t, plugintest.Gone(pid), plugintest.Patience, time.Millisecond)
	}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, entries)
	faults.Proved(t, faults.Injected{How: "processes of a host that is killed", Times: len(pids)}, "HP17")
}
