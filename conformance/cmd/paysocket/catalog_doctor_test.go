package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/cmd/paysocket/internal/machine"
)

// doctored runs "catalog doctor --json" over a catalog of one provider, whose entry has
// more lines, after a shell has run prepare. The shell has the catalog's folder in $HERE,
// and the provider is bin/test-provider in it. A test whose surroundings cannot be made
// here is skipped.
func doctored(t *testing.T, prepare, more string) map[string]machine.Line {
	t.Helper()
	tool, err := exec.LookPath("paysocket")
	require.NoError(t, err)
	content, err := os.ReadFile(tool)
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "bin"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bin/test-provider"), content, 0o700))
	catalog := fmt.Sprintf("providers:\n  - name: wallet\n    path: bin/test-provider\n    mode: test\n    sha256: %x\n%s%s",
		sha256.Sum256(content), sandboxSecrets, more)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "catalog.yaml"), []byte(catalog), 0o600))
	const cannot = 77
	script := fmt.Sprintf("{ %s\n} >&2 || exit %d\nexec %s catalog doctor --json $HERE/catalog.yaml", prepare, cannot, tool)
	name, arguments := "sh", []string{"-c", script}
	if command, inside, found := strings.Cut(prepare, " -- "); found { // another program runs the shell
		name = "unshare"
		script = strings.Replace(script, prepare, inside, 1)
		arguments = append(strings.Fields(command), "sh", "-c", script)
	}
	command := exec.CommandContext(t.Context(), name, arguments...)
	command.Env = append(os.Environ(), "HERE="+folder)
	var stderr strings.Builder
	command.Stderr = &stderr
	printed, err := command.Output()
	if command.ProcessState == nil || command.ProcessState.ExitCode() == cannot || name == "unshare" && len(printed) == 0 {
		needSurroundings(t, fmt.Sprintf("%v: %s", err, stderr.String()))
	}
	var d diagnosis
	require.NoError(t, json.Unmarshal(printed, &d), "%s%s", printed, stderr.String())
	lines := make(map[string]machine.Line, len(d.Lines))
	for _, line := range d.Lines {
		lines[line.Topic+" "+line.Name] = line
	}
	assert.Equal(t, machine.Worst(d.Lines), d.Status)
	assert.Equal(t, d.Status == machine.Bad, command.ProcessState.ExitCode() == exitFailed, "%s", stderr.String())
	return lines
}

// needSurroundings skips a test whose surroundings cannot be made here.
func needSurroundings(t *testing.T, reason string) {
	t.Helper()
	for required := range strings.SplitSeq(os.Getenv("PAYSOCKET_REQUIRE"), ",") {
		if slices.Contains([]string{"userns", "mountns", "netns"}, required) {
			require.FailNow(t, "PAYSOCKET_REQUIRE has "+required, reason)
		}
	}
	t.Skipf("SKIPPED, NOT TESTED: %s (PAYSOCKET_REQUIRE=userns,mountns,netns makes this a failure)", reason)
}

func TestCatalogDoctor_SaysOfEachLineWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare, more string
		line          string
		status        machine.Status
		text, remedy  string
	}{
		"a provider":           {"true", "", "providers wallet", machine.OK, "starts: memory 0.1.0", ""},
		"a wrong setting":      {"true", "    settings: {colour: red}\n", "providers wallet", machine.Bad, "unknown to this provider", "paysocket catalog check"},
		"a broken catalog":     {"echo nonsense: >$HERE/catalog.yaml", "", "catalog file", machine.Bad, "nonsense", "correct it"},
		"few files":            {"ulimit -n 100", "", "limits nofile", machine.Bad, "may open 100 files", "LimitNOFILE="},
		"little address space": {"ulimit -v 3000000", "", "limits memory", machine.Bad, "bounded to 2929 MiB", "LimitAS=infinity"},
		"core dumps":           {"ulimit -c unlimited", "", "limits core", machine.Warn, "up to unlimited bytes", "LimitCORE=0"},
		"no core dumps":        {"ulimit -c 0", "", "limits core", machine.OK, "no memory", ""},
		"no temporary folder":  {"export TMPDIR=/nowhere", "", "folders temporary", machine.Warn, "/nowhere cannot be used", "set TMPDIR"},
		"a clock in the past":  {"touch -d '2099-01-01' $HERE/catalog.yaml", "", "clock plausible", machine.Bad, "was changed at 20", "set the clock"},
		"a proxy of others":    {"export https_proxy=http://127.0.0.1:1", "", "proxies variables", machine.Warn, "https_proxy set", "write the setting proxy"},
		"a proxy that is away": {"true", "    settings: {proxy: \"http://127.0.0.1:1\"}\n", "proxies wallet", machine.Bad, "127.0.0.1:1 cannot be reached: connect: connection refused", "check the setting proxy"},
		"a program that is no plugin": {
			"printf '#!/bin/sh\\n' >$HERE/bin/test-provider", "", "providers wallet", machine.Bad, "was approved", "paysocket catalog check",
		},
		"a user whom a container maps": {"--user --map-root-user -- true", "", "user namespace", machine.OK, "are believed", ""},
		"an unknown user":              {"--user -- true", "", "user namespace", machine.Bad, "whom this user namespace does not know", "map root's id"},
		"no mounts for programs": {
			"--mount -- cp -r $HERE/bin $HERE/copy && mount -t tmpfs -o noexec,mode=700 none $HERE/bin && cp $HERE/copy/* $HERE/bin", "",
			"providers wallet", machine.Bad, "mounted noexec", "do what it says",
		},
		"no folder for sockets": {
			"--mount -- mount -t tmpfs -o size=1m none /run && mount -o remount,ro /run && export TMPDIR=$HERE/bin/" + strings.Repeat("x", 80) + " && mkdir $TMPDIR", "",
			"kernel plugins", machine.Bad, "is too long: the path of a socket", "do what it says",
		},
		"no resolver": {"--mount -- mount --bind /dev/null /etc/resolv.conf", "", "dns resolv.conf", machine.Bad, "names no nameserver", "nameserver ADDRESS"},
		"a name that nobody knows": {
			"--net -- true", "    settings: {api_base: \"https://gateway.invalid\"}\n", "dns gateway.invalid", machine.Bad, "it is not found", "correct the name",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := doctored(t, c.prepare, c.more)
			line, there := lines[c.line]
			require.True(t, there, "%v", lines)
			assert.Equal(t, c.status, line.Status, "%v", line)
			assert.Contains(t, line.Text, c.text)
			assert.Contains(t, line.Remedy, c.remedy)
			assert.Equal(t, c.status == machine.OK, line.Remedy == "", "%v", line)
		})
	}
}

func TestCatalogDoctor_FindsAProxyThatAnswersAndAsksForNoOtherName(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	lines := doctored(t, "true", "    settings: {api_base: \"https://gateway.invalid\", proxy: \"http://"+listener.Addr().String()+"\"}\n")
	assert.Equal(t, machine.OK, lines["proxies wallet"].Status)
	assert.NotContains(t, lines, "dns gateway.invalid", "the proxy looks it up")
}
