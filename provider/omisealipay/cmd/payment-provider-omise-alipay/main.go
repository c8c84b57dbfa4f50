// Payment-provider-omise-alipay is the plugin that takes Alipay payments
// through Omise. A host starts it and configures it by rpc; started by hand it
// explains itself. Read package omisealipay for what it does.
package main

import (
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

func main() {
	logger := plugin.NewLogger(nil)
	provider := omisealipay.New(&omisealipay.Options{Logger: logger})
	plugin.Serve(provider, &plugin.ServeOptions{Logger: logger})
}
