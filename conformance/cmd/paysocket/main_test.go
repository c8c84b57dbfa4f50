package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// The test binary plays the tool, and the provider that it describes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"paysocket":      main,
		"test-provider":  func() { plugin.Serve(memory.New(nil), nil) },
		"memory-sandbox": serveSandbox,
	})
}

func serveSandbox() {
	err := gateway.Serve(context.Background(), func(api, manage string) (*gateway.Service, error) {
		s, err := sandbox.New(&sandbox.Options{BaseURL: api})
		if err != nil {
			return nil, err
		}
		return &gateway.Service{
			API: s.Handler(), Manage: s.ManagementHandler(), Close: s.Close,
			Ready: gateway.Ready{Protocol: gateway.Protocol, Manage: manage},
		}, nil
	}, &gateway.ServeOptions{Listen: "127.0.0.1:0", Manage: "127.0.0.1:0", Stdin: os.Stdin, Stdout: os.Stdout})
	if err != nil {
		panic(err)
	}
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
