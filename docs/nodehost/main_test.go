// Package nodehost_test tests the host in JavaScript.
package nodehost_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// installed is a copy of the host with its libraries, so that the checkout is not changed.
var installed = sync.OnceValue(install)

type installation struct {
	root   string // removed in the end
	folder string
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(installed().root)
	os.Exit(code)
}

func install() *installation {
	root, err := os.MkdirTemp("", "nodehost")
	in := &installation{root: root, folder: filepath.Join(root, "docs", "nodehost"), err: err}
	if in.err == nil {
		in.err = in.fill()
	}
	return in
}

// fill copies what the host reads by paths of this repository, and installs its libraries.
func (in *installation) fill() error {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return errors.New("there is no " + program)
		}
	}
	for _, folder := range []string{"contract/paymentprovider/v1", "provider/node-example/src", "docs/portable", "docs/nodehost/testdata"} {
		if err := os.CopyFS(filepath.Join(in.root, folder), os.DirFS(filepath.Join("..", "..", folder))); err != nil {
			return err
		}
	}
	files, err := filepath.Glob("*.*")
	for _, name := range files {
		var content []byte
		if content, err = os.ReadFile(name); err == nil {
			err = os.WriteFile(filepath.Join(in.folder, name), content, 0o700)
		}
		if err != nil {
			break
		}
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	command.Dir = in.folder
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w: %s", err, output)
	}
	return nil
}

// folder returns where the host is. Where it cannot be installed the test is skipped, or
// fails where PAYSOCKET_REQUIRE lists node.
func folder(t *testing.T) string {
	t.Helper()
	in := installed()
	switch {
	case in.err == nil:
	case requires("node"):
		require.NoError(t, in.err, "PAYSOCKET_REQUIRE has node")
	default:
		t.Skipf("SKIPPED, NOT TESTED: %v (PAYSOCKET_REQUIRE=node makes this a failure)", in.err)
	}
	return in.folder
}

func requires(what string) bool {
	return slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), what)
}
