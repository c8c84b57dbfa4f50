//go:build unix && !linux

package plugin_test

import (
	"errors"

	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// What is probed is confined on Linux alone.
func serveProber()            { plugintest.Block() }
func serveProberOnOldKernel() { plugintest.Block() }
func serveProberUnfiltered()  { plugintest.Block() }

func dumpable() (string, error) { return "", errors.ErrUnsupported }

func systemAttempts() map[string]func(string) (string, error) { return nil }
