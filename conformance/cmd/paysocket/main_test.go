package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory"
)

// The test binary plays the tool, and the provider that it describes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"paysocket":     main,
		"test-provider": func() { plugin.Serve(memory.New(nil), nil) },
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			own, err := os.Executable()
			if err != nil {
				return err
			}
			content, err := os.ReadFile(own)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(content)
			env.Setenv("PROVIDER_SHA256", hex.EncodeToString(sum[:]))
			path := filepath.Join(env.WorkDir, "test-provider")
			env.Setenv("PROVIDER", path)
			return os.WriteFile(path, content, 0o700)
		},
	})
}

func TestExitCodeTellsMisuseFromFailure(t *testing.T) {
	t.Parallel()
	for arguments, code := range map[string]int{
		"":                       exitOK,
		"version":                exitOK,
		"version surplus":        exitUsage,
		"describe":               exitUsage,
		"describe x --sha256 12": exitUsage,
		"prescribe":              exitUsage,
		"describe nowhere":       exitFailed,
	} {
		var stderr bytes.Buffer
		assert.Equal(t, code, run(t.Context(), strings.Fields(arguments), io.Discard, &stderr), "%q: %s", arguments, &stderr)
	}
}
