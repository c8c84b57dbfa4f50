// Payment-provider-omise-alipay is the plugin that takes Alipay payments
// through Omise. A host starts it and configures it by rpc; started by hand it
// explains itself. Read package omisealipay for what it does.
package main

import (
	"log/slog"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

func main() { serve(slog.LevelInfo) }

// serve ends the process when the host does.
func serve(level slog.Leveler) {
	logger := plugin.NewLogger(level)
	provider := omisealipay.New(&omisealipay.Options{Logger: logger})
	plugin.Serve(provider, &plugin.ServeOptions{Logger: logger})
}
