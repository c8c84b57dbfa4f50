package plugin_test

import (
	"testing"

	"github.com/paysocket/paysocket/internal/bench/bare"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// The roles of this test binary, besides those of plugintest.
const (
	roleProber            = "prober"
	roleProberOnOldKernel = "prober on an old kernel"
	roleProberUnfiltered  = "prober, unfiltered"
	roleLeaker            = "leaker"
	roleFlood             = "flood"
)

func TestMain(m *testing.M) {
	plugintest.Main(m, map[string]func(){
		roleBare:   func() { bare.Serve(bareProvider{}) },
		roleProber: serveProber, roleProberOnOldKernel: serveProberOnOldKernel, roleProberUnfiltered: serveProberUnfiltered,
		roleLeaker: serveLeaker, roleFlood: flood,
	})
}
