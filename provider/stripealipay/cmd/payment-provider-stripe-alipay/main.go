// Command payment-provider-stripe-alipay takes Alipay through Stripe, as a
// plugin. A host starts it; by hand, --describe shows what it can do.
package main

import (
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/stripealipay"
)

func main() {
	logger := plugin.NewLogger(nil)
	plugin.Serve(stripealipay.New(&stripealipay.Options{Logger: logger}), &plugin.ServeOptions{Logger: logger})
}
