package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// demoOf runs the demo with a catalog, and returns the exit code and all that it
// wrote.
func demoOf(t *testing.T, catalog string) (code int, output string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), []string{"demo", "--verbose", "--accidents=false", "--catalog", catalog}, &stdout, &stderr)
	return code, stdout.String() + stderr.String()
}

func TestDemo_ConfinesAProviderAsItsEntrySays(t *testing.T) {
	t.Parallel()
	own := newSandboxedProvider(t)
	own.release("    confinement: files\n")
	code, output := demoOf(t, own.catalog)
	assert.Equal(t, exitOK, code, output)
	assert.Contains(t, output, `"asked":"files"`)
}

func TestDemo_AdmitsAProviderOnlyWithItsReport(t *testing.T) {
	t.Parallel()
	own := newSandboxedProvider(t)
	report := own.binary + ".json"
	sum := own.release("    conformance: " + report + "\n")
	writeReport(t, report, strings.Repeat("0", 64), "CONFORMANT")
	code, output := demoOf(t, own.catalog)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, output, "is about the binary with sha256")
	assert.NotContains(t, output, "account", "it is not even configured")

	writeReport(t, report, sum, "CONFORMANT")
	code, output = demoOf(t, own.catalog)
	assert.Equal(t, exitOK, code, output)
}

func TestDemo_OpensAProviderWithoutACertificateIfItsEntrySaysSo(t *testing.T) {
	t.Parallel()
	own := newSandboxedProvider(t)
	script := fmt.Sprintf("#!/bin/sh\nunset PLUGIN_CLIENT_CERT\nexec %s/payment-provider-memory\n", os.Getenv(binVariable))
	own.binary = filepath.Join(filepath.Dir(own.binary), "provider.sh")
	require.NoError(t, os.WriteFile(own.binary, []byte(script), 0o600))
	require.NoError(t, os.Chmod(own.binary, 0o700))
	entry := own.entry("own", fmt.Sprintf("%x", sha256.Sum256([]byte(script))))
	own.write(entry)
	code, output := demoOf(t, own.catalog)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, output, "certificate")

	own.write(entry + "    auto_mtls: false\n")
	code, output = demoOf(t, own.catalog)
	assert.Equal(t, exitOK, code, output)
}
