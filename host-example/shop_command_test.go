package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The first curl that is printed must be one that sells.
func TestShopCommand_PrintsHowToSell(t *testing.T) {
	t.Parallel()
	where, err := freeAddresses(t.Context())
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), "host-example", "shop", "--catalog", catalogFile(t, t.TempDir()),
		"--listen", where.shop, "--staff", "127.0.0.1:0")
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	var printed strings.Builder
	for lines := bufio.NewScanner(stdout); lines.Scan() && !strings.Contains(lines.Text(), "/overview"); {
		printed.WriteString(lines.Text() + "\n")
	}
	curl := regexp.MustCompile(`(?s)curl -s --unix-socket (\S+) (\S+/sales) -H '(.*?): (.*?)' -d '(.*?)'`).FindStringSubmatch(printed.String())
	require.Len(t, curl, 6, printed.String())
	answer, err := newAdminClient(curl[1]).browser.send(t.Context(), http.MethodPost, curl[2], http.Header{curl[3]: {curl[4]}}, []byte(curl[5]))
	require.NoError(t, err)
	var sale saleAnswer
	require.NoError(t, json.Unmarshal([]byte(answer.body), &sale), answer.body)
	assert.Equal(t, "WAITING", sale.Status, answer.body)
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, command.Wait(), "it ends in good order")
	folder := regexp.MustCompile(`everything it stores in (\S+)\.`).FindStringSubmatch(printed.String())
	require.Len(t, folder, 2)
	assert.NoDirExists(t, folder[1])
}

func TestShopCommand_RefusesAnAddressThatItsSandboxesCannotKnow(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"shop", "--catalog", catalogFile(t, t.TempDir()), "--listen", "127.0.0.1:0"}, &stdout, &stderr)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr.String(), "has no port")
}
