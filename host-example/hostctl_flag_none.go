//go:build !hostctl

package main

import (
	"github.com/spf13/pflag"

	"github.com/paysocket/paysocket/host-example/service"
)

// testFlags adds nothing: only a build with the tag hostctl can be driven by the suite.
func testFlags(*pflag.FlagSet, *service.Options) {}
