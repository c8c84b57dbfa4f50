//go:build hostctl

package main

import (
	"github.com/spf13/pflag"

	"github.com/paysocket/paysocket/host-example/service"
)

// testFlags adds the flag that only a test build has.
func testFlags(set *pflag.FlagSet, options *service.Options) {
	set.StringVar(&options.Hostctl, "hostctl", "", "the loopback address at which the conformance suite drives the host; see docs/hostctl.md")
}
