package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unit copies the unit into a folder, with a program that is there in place of
// /opt/paysocket/bin/host-example, and without the lines that begin with one of these.
func unit(t *testing.T, without ...string) string {
	t.Helper()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		lacks(t, "systemd", err.Error())
	}
	const name = "paysocket-host.service"
	text, err := os.ReadFile(filepath.Join(checkout, "deploy", "systemd", name))
	require.NoError(t, err)
	const program = "/opt/paysocket/bin/host-example"
	require.Contains(t, string(text), "ExecStart="+program+" ")
	var kept strings.Builder
	left := 0
	for line := range strings.Lines(strings.Replace(string(text), program, "/bin/true", 1)) {
		leave := false
		for _, prefix := range without {
			leave = leave || strings.HasPrefix(line, prefix)
		}
		if leave {
			left++
			continue
		}
		kept.WriteString(line)
	}
	require.GreaterOrEqual(t, left, len(without), "the unit has no such line any more")
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(kept.String()), 0o600))
	return path
}

// exposed returns whether systemd-analyze finds that the unit has an exposure above 1.8 of
// 10. What is left is the network, which a host needs.
func exposed(t *testing.T, path string) bool {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=true", "--threshold=18", path).CombinedOutput()
	if !strings.Contains(string(output), "Overall exposure level") {
		lacks(t, "systemd", "systemd-analyze does not judge files: "+string(output))
	}
	return err != nil
}

func TestUnit_IsValid_AndGivesUpWhatAHostDoesNotNeed(t *testing.T) {
	t.Parallel()
	path := unit(t)
	output, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", path).CombinedOutput()
	require.NoError(t, err, string(output))
	assert.Empty(t, string(output), "systemd understands every line")
	assert.False(t, exposed(t, path))
	for _, line := range []string{"NoNewPrivileges=", "ProtectSystem=", "CapabilityBoundingSet=", "RestrictAddressFamilies=", "SystemCallFilter=", "User="} {
		assert.True(t, exposed(t, unit(t, line)), "%s is missing, and nobody notices", line)
	}
}
