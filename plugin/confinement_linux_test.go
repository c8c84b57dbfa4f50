package plugin_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func serveProber() {
	plugin.Serve(&prober{plugintest.NewProvider(plugin.NewLogger(nil))}, &plugin.ServeOptions{ConnectPorts: []uint16{17}})
}

func serveProberOnOldKernel() {
	plugintest.Check(refuseCalls(unix.SYS_LANDLOCK_CREATE_RULESET, unix.SYS_LANDLOCK_RESTRICT_SELF))
	serveProber()
}

func serveProberUnfiltered() {
	plugintest.Check(refuseCalls(unix.SYS_SECCOMP, unix.SYS_SECCOMP))
	serveProber()
}

// refuseCalls makes the kernel answer to this process as one does that has
// no such calls.
func refuseCalls(from, to uint32) error {
	runtime.LockOSThread() // the first filter needs a privilege given up by its own thread
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the number of the call
		{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, K: from, Jf: 2},
		{Code: unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K, K: to, Jt: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}

func dumpable() (string, error) {
	set, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	return strconv.Itoa(set), err
}

// needLandlock skips a test where the kernel cannot do what it looks at.
func needLandlock(t *testing.T) {
	t.Helper()
	const abi = 6
	if got, err := ll.LandlockGetABIVersion(); err != nil || got < abi {
		plugintest.Lacks(t, "landlock", fmt.Sprintf("this kernel's landlock is %d (%v), and full confinement needs ABI %d", got, err, abi))
	}
}

// probed opens the prober, configured for the API at base.
func probed(t *testing.T, base string, options plugin.OpenOptions) *plugin.Client {
	t.Helper()
	options.Configuration = configuredFor(base)
	client, err := plugintest.Start(t, roleProber, options)
	require.NoError(t, err)
	return client
}

func configuredFor(base string) *contract.Configuration {
	c := plugintest.Configuration()
	if base != "" {
		c.Settings = map[string]string{"api_base": base}
	}
	return c
}

// try lets the prober try something, and returns what it said.
func try(t *testing.T, client *plugin.Client, what, with string) string {
	t.Helper()
	result, err := client.ParseWebhook(t.Context(), &contract.WebhookRequest{
		Method: "POST", Path: "/" + what, Body: []byte(with), ReceivedAt: plugintest.Epoch(),
	})
	require.NoError(t, err)
	return string(result.Ack.Body)
}

const denied = "permission denied"

func welcome(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("welcome")) }

// gatewayOf serves a word, and returns its URL and port.
func gatewayOf(t *testing.T) (url string, port uint16) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(welcome))
	t.Cleanup(server.Close)
	return server.URL, uint16(server.Listener.Addr().(*net.TCPAddr).Port)
}

func TestConfinement_LeavesAProviderWhatItNeeds(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	url, _ := gatewayOf(t)
	client := probed(t, url, plugin.OpenOptions{SocketFolder: plugintest.SocketFolder(t)})
	for range 2 { // connections of its own, each
		assert.Equal(t, "welcome", try(t, client, "get", url))
	}
	assert.Equal(t, "Asia/Bangkok", try(t, client, "zone", "Asia/Bangkok"))
	assert.Contains(t, try(t, client, "resolve", "localhost"), "127.0.0.1", "the hosts file")
	if _, err := os.Stat("/etc/resolv.conf"); err == nil {
		assert.NotContains(t, try(t, client, "read", "/etc/resolv.conf"), "error")
	}
	if files, _ := filepath.Glob("/etc/ssl/certs/*"); len(files) > 0 {
		assert.Equal(t, "true", try(t, client, "roots", ""), "the system's trust store")
	}
	assert.Empty(t, try(t, client, "write", "/dev/null"))
	assert.Empty(t, try(t, client, "signal", strconv.Itoa(client.Process().PID)), "itself")
	plugintest.Pay(t, client, plugintest.PrintOut+"to stdout")
	require.NoError(t, client.Close())
}

func TestConfinement_TakesEverythingElse(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	url, _ := gatewayOf(t)
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	mine := plugintest.WriteFile(t, "another-providers-key", "hush", 0o600)
	socket := filepath.Join(plugintest.SocketFolder(t), "s")
	pathname, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pathname.Close() })

	client := probed(t, url, plugin.OpenOptions{})
	for _, c := range []struct{ what, with string }{
		{"list", home},
		{"read", mine},
		{"read", "/etc/passwd"},
		{"read", "/proc/self/environ"},
		{"read", fmt.Sprintf("/proc/%d/environ", os.Getpid())},
		{"read", plugintest.Binary(t)},
		{"list", "/etc/ssl/private"},
		{"write", filepath.Join(t.TempDir(), "file")},
		{"write", filepath.Join(home, "paysocket-test")},
		{"write", "/dev/shm/paysocket-test"},
		{"remove", mine},
	} {
		if _, err := os.Stat(c.with); strings.HasPrefix(c.with, "/etc/") && err != nil {
			continue
		}
		assert.Contains(t, try(t, client, c.what, c.with), denied, "%s %s", c.what, c.with)
	}
	for _, program := range []string{"/bin/true", plugintest.Binary(t), readableProgram(t)} {
		assert.Contains(t, try(t, client, "exec", program), foreign, program)
	}
	assert.Equal(t, "0", try(t, client, "read on all threads", mine))

	// What confinement does not do, and its documentation says so.
	assert.Empty(t, try(t, client, "udp", "127.0.0.1:9"))
	assert.Empty(t, try(t, client, "unix", socket))
	assert.Equal(t, "4", try(t, client, "stat", mine))
}

// readableProgram returns a program in a folder that a confined process can read.
func readableProgram(t *testing.T) string {
	t.Helper()
	loaders, err := filepath.Glob("/lib*/ld-*.so.*")
	require.NoError(t, err)
	if len(loaders) == 0 {
		return "/bin/true"
	}
	return loaders[0]
}

func TestConfinement_HoldsForEveryThread(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	client := probed(t, "", plugin.OpenOptions{})
	assert.Equal(t, "32", try(t, client, "read on all threads", "/etc/hosts"), "or this test proves nothing")
	assert.Equal(t, "0", try(t, client, "read on all threads", "/etc/passwd"))
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", client.Process().PID))
	require.NoError(t, err)
	require.Greater(t, len(threads), 16)
	for _, thread := range threads {
		status, err := os.ReadFile(thread)
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, "1", lineOf(string(status), "NoNewPrivs:"), thread)
	}
}

func TestConfinement_HidesTheMemory(t *testing.T) {
	t.Parallel()
	client := probed(t, "", plugin.OpenOptions{})
	assert.Equal(t, "0", try(t, client, "dumpable", ""))
	if os.Getuid() != 0 {
		_, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", client.Process().PID))
		assert.ErrorContains(t, err, denied, "by another process of the same user")
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", client.Process().PID))
	require.NoError(t, err)
	assert.Equal(t, "0 0 bytes", lineOf(string(limits), "Max core file size"))
	var files syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files))
	most := min(files.Max, 4096)
	assert.Equal(t, fmt.Sprintf("%d %d files", most, most), lineOf(string(limits), "Max open files"))
}

func TestConfinement_LeavesAChosenTrustStoreReadable(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(welcome))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of a client that does not trust it
	server.StartTLS()
	t.Cleanup(server.Close)
	root := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	file := plugintest.WriteFile(t, "root.pem", root, 0o600)
	for name, env := range map[string]string{
		"file": "SSL_CERT_FILE=" + file, "folder": "SSL_CERT_DIR=/nowhere:" + filepath.Dir(file),
	} {
		client := probed(t, server.URL, plugin.OpenOptions{Env: []string{env}})
		assert.Equal(t, "welcome", try(t, client, "get", server.URL), name)
	}
	client := probed(t, server.URL, plugin.OpenOptions{})
	assert.Contains(t, try(t, client, "get", server.URL), "certificate", "or this test proves nothing")
}

func TestConfinement_IsReportedToTheHost(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	url, port := gatewayOf(t)
	logger, log := plugintest.NewLog()
	client := probed(t, url, plugin.OpenOptions{Logger: logger})
	assert.Equal(t, plugin.ConfinementReport{Level: plugin.ConfinementLevelFull, Ports: []uint16{17, 53, 443, port}}, client.Confinement())
	assert.Equal(t, fmt.Sprintf("full (TCP to 17, 53, 443, %d only)", port), client.Confinement().String())
	record := log.Record("the provider's process is confined as asked")
	require.NotNil(t, record)
	assert.Equal(t, "INFO", record["level"])

	client = probed(t, url, plugin.OpenOptions{Confinement: plugin.ConfinementFiles})
	assert.Equal(t, "files (the host asked for no more)", client.Confinement().String())

	client = probed(t, url, plugin.OpenOptions{Confinement: plugin.ConfinementOff})
	assert.Equal(t, "none (the host switched confinement off)", client.Confinement().String())
	assert.Equal(t, "1", try(t, client, "dumpable", ""))
	assert.NotContains(t, try(t, client, "read", "/etc/passwd"), denied)

	client, err := plugintest.Start(t, roleProber, plugin.OpenOptions{})
	require.NoError(t, err)
	assert.Equal(t, "files (the ports follow with the configuration)", client.Confinement().String())

	client, err = plugintest.Start(t, plugintest.RoleForeign, plugin.OpenOptions{Configuration: plugintest.Configuration()})
	require.NoError(t, err)
	assert.Equal(t, "not reported", client.Confinement().String())
}

func TestConfinement_KeepsThePortOfAProxyThatIsASettingAndOfNoOther(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	configuration := plugintest.Configuration()
	configuration.Settings = map[string]string{"proxy": "http://proxy.example:3128"}
	client, err := plugintest.Start(t, roleProber, plugin.OpenOptions{
		Configuration: configuration, Env: []string{"HTTPS_PROXY=http://proxy.example:3129", "ALL_PROXY=proxy.example:3130"},
	})
	require.NoError(t, err)
	assert.Equal(t, []uint16{17, 53, 443, 3128}, client.Confinement().Ports)

	configuration.Settings["proxy"] = "http://proxy.example:3131"
	_, err = client.Configure(t.Context(), configuration)
	require.ErrorIs(t, err, contract.InvalidConfig)
	assert.ErrorContains(t, err, "settings[proxy]", "another port needs another process")
}

func TestConfinement_OfAnOldKernelIsReportedAsNone(t *testing.T) {
	t.Parallel()
	url, _ := gatewayOf(t)
	logger, log := plugintest.NewLog()
	client, err := plugintest.Start(t, roleProberOnOldKernel, plugin.OpenOptions{Configuration: configuredFor(url), Logger: logger})
	require.NoError(t, err)
	assert.Equal(t, plugin.ConfinementReport{
		Level: plugin.ConfinementLevelNone, Why: "this kernel has no landlock, or keeps it from this process",
	}, client.Confinement())
	assert.Equal(t, "welcome", try(t, client, "get", url))
	assert.NotContains(t, try(t, client, "read", "/etc/passwd"), denied)
	assert.Equal(t, "0", try(t, client, "dumpable", ""), "what can be done is done")
	record := log.Record("the provider's process is confined less than was asked")
	require.NotNil(t, record)
	assert.Equal(t, "WARN", record["level"])
}

func TestConfinement_ReportsThatCallsAreNotFiltered(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	logger, log := plugintest.NewLog()
	client, err := plugintest.Start(t, roleProberUnfiltered, plugin.OpenOptions{Configuration: plugintest.Configuration(), Logger: logger})
	require.NoError(t, err)
	assert.Equal(t, plugin.ConfinementLevelFull, client.Confinement().Level)
	assert.Equal(t, "it can listen: function not implemented; system calls are not filtered: function not implemented", client.Confinement().Why)
	record := log.Record("the provider's process is confined less than was asked")
	require.NotNil(t, record)
	assert.Equal(t, "WARN", record["level"])
}

func TestConfinement_RefusesAConfigurationWithAnotherPort(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	first, port := gatewayOf(t)
	second, _ := gatewayOf(t)
	client := probed(t, first, plugin.OpenOptions{})

	_, err := client.Configure(t.Context(), configuredFor(second))
	var e *contract.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, contract.InvalidConfig, e.Reason)
	assert.Contains(t, e.Message, "Open the provider again, in a new process")
	require.Len(t, e.Violations, 1)
	assert.Equal(t, "settings[api_base]", e.Violations[0].Field)
	assert.Contains(t, e.Violations[0].Description, fmt.Sprintf("this process can connect to [17 53 443 %d] only", port))
	assert.Equal(t, "welcome", try(t, client, "get", first), "the configuration before stays in force")

	_, err = client.Configure(t.Context(), configuredFor(first))
	require.NoError(t, err)
	_, err = client.Configure(t.Context(), configuredFor(""))
	require.NoError(t, err, "the default leads to port 443")

	files := probed(t, first, plugin.OpenOptions{Confinement: plugin.ConfinementFiles})
	_, err = files.Configure(t.Context(), configuredFor(second))
	require.NoError(t, err)
	assert.Equal(t, "welcome", try(t, files, "get", second))
}

func TestConfinement_KeepsThePortsOpenAfterARefusedConfiguration(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	first, _ := gatewayOf(t)
	second, _ := gatewayOf(t)
	client, err := plugintest.Start(t, roleProber, plugin.OpenOptions{})
	require.NoError(t, err)
	wrong := configuredFor(first)
	wrong.Secrets["secret_key"] = contract.NewSecret("wrong")
	_, err = client.Configure(t.Context(), wrong)
	require.Error(t, err)
	_, err = client.Configure(t.Context(), configuredFor(second))
	require.NoError(t, err)
	assert.Equal(t, "welcome", try(t, client, "get", second))
	assert.Contains(t, try(t, client, "get", first), denied)
}

func TestConfinement_LetsAProviderCleanUpWhenItsHostIsKilled(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	folder := plugintest.SocketFolder(t)
	host, pid := hosted(t, folder)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	require.Equal(t, "1", lineOf(string(status), "NoNewPrivs:"), "it is confined")
	require.NoError(t, host.Process.Kill())
	_ = host.Wait()
	require.Eventually(t, plugintest.Gone(pid), plugintest.Patience, time.Millisecond)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, entries, "it may remove its socket and the folders made for it")
}
