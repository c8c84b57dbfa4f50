package host_test

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/internal/faults"
)

// TestScenario_AcknowledgesWhatIsOnTheDisk traces the system calls of a host that sells
// and takes webhooks. What SQLite has written to its log when an answer leaves must be on
// the disk: then no failure of the power loses it.
func TestScenario_AcknowledgesWhatIsOnTheDisk(t *testing.T) {
	onSQLite(t)
	t.Parallel()
	if _, err := exec.LookPath("strace"); err != nil {
		if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), "strace") {
			require.FailNow(t, "PAYSOCKET_REQUIRE has strace", err.Error())
		}
		t.Skipf("SKIPPED, NOT TESTED: %v (PAYSOCKET_REQUIRE=strace makes this a failure)", err)
	}
	s := newStreet(t)
	s.quiet = true // River would write in between
	p := s.start()
	p.await(host.SaleWaiting, "ready", "native")
	end := p.trace(filepath.Join(s.folder, "trace"))
	for _, id := range []string{"1", "2", "3", "4", "5"} {
		sale := p.checkout(id, "native")
		if assert.NotNil(t, sale) {
			s.pay("native", sale.Payments[0].GatewayID)
			assert.Equal(t, http.StatusOK, p.deliver("native", sale.Payments[0].GatewayID))
		}
	}
	end()
	trace, err := os.Open(filepath.Join(s.folder, "trace"))
	require.NoError(t, err)
	defer func() { _ = trace.Close() }()
	var d disk
	for lines := bufio.NewScanner(trace); lines.Scan(); {
		d.read(lines.Text())
	}
	assert.Empty(t, d.early, "answers that left before what they say was on the disk")
	assert.Equal(t, 10, d.answers)
	faults.Proved(t, faults.Injected{How: "an answer of the host, before which its log was synced", Times: d.synced, Engine: faults.SQLite}, "HD09")
}

// trace writes the system calls of a process into a file until it is told to end.
func (p *process) trace(file string) (end func()) {
	t := p.street.t
	t.Helper()
	command := exec.CommandContext(t.Context(), "strace", "-f", "-y", "-s", "40", "-e", "trace=pwrite64,fsync,fdatasync,write",
		"-o", file, "-p", strconv.Itoa(p.pid))
	said, err := command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	line, err := bufio.NewReader(said).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "attached")
	return func() {
		require.NoError(t, command.Process.Signal(os.Interrupt))
		_ = command.Wait() // it ends by the signal
	}
}

// disk follows what of SQLite's log is on the disk.
type disk struct {
	dirty   bool            // something was written, and not synced since
	syncing map[string]bool // threads that have begun to sync
	fresh   bool            // it was synced since the last answer

	answers, synced int
	early           []string
}

var answer = regexp.MustCompile(`^(\d+) +write\(\d+<socket:[^>]*>, "HTTP/1\.1 200`)

// read reads one line of strace, which writes them in the order of what happened.
func (d *disk) read(line string) {
	thread, call, _ := strings.Cut(line, " ")
	call = strings.TrimSpace(call)
	log := strings.Contains(call, "-wal>")
	switch {
	case log && strings.HasPrefix(call, "pwrite64("):
		d.dirty = true
	case log && (strings.HasPrefix(call, "fsync(") || strings.HasPrefix(call, "fdatasync(")):
		if strings.Contains(call, "<unfinished") {
			if d.syncing == nil {
				d.syncing = map[string]bool{}
			}
			d.syncing[thread] = true
			return
		}
		d.end(call)
	case d.syncing[thread] && strings.Contains(call, "sync resumed>"):
		delete(d.syncing, thread)
		d.end(call)
	case answer.MatchString(line):
		d.answers++
		if d.dirty {
			d.early = append(d.early, line)
		}
		if d.fresh && !d.dirty {
			d.synced++
		}
		d.fresh = false
	}
}

func (d *disk) end(call string) {
	if strings.HasSuffix(call, "= 0") {
		d.dirty, d.fresh = false, true
	}
}

// TestDisk_SeesAnAnswerThatIsTooEarly reads traces of hosts that answer too early.
func TestDisk_SeesAnAnswerThatIsTooEarly(t *testing.T) {
	t.Parallel()
	const (
		write, sync = `7 pwrite64(5</a/shop.db-wal>, "x", 24, 0) = 24`, `7 fsync(5</a/shop.db-wal>) = 0`
		answered    = `8 write(9<socket:[12345]>, "HTTP/1.1 200 OK\r\n"..., 90) = 90`
		begins      = `7 fdatasync(5</a/shop.db-wal> <unfinished ...>`
		ends        = `7 <... fdatasync resumed>) = 0`
		fails       = `7 <... fdatasync resumed>) = -1 EIO (Input/output error)`
	)
	for _, c := range []struct {
		lines []string
		early int
	}{
		{[]string{write, sync, answered}, 0},
		{[]string{write, begins, ends, answered}, 0},
		{[]string{write, answered, sync}, 1},
		{[]string{write, begins, answered, ends}, 1},
		{[]string{write, begins, fails, answered}, 1},
		{[]string{write, sync, write, answered}, 1},
	} {
		var d disk
		for _, line := range c.lines {
			d.read(line)
		}
		assert.Len(t, d.early, c.early, c.lines)
		assert.Equal(t, 1, d.answers)
	}
}
