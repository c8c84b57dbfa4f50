//go:build unix && !linux

package plugin_test

import "errors"

// What is probed is confined on Linux alone.
func serveProber()            { block() }
func serveProberOnOldKernel() { block() }

func dumpable() (string, error) { return "", errors.ErrUnsupported }
