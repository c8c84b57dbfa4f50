// Command payment-provider-acme-pay is the provider as a plugin. A host starts
// it. Run it with --describe to see what it can do.
package main

import (
	provider "github.com/paysocket/paysocket/conformance/internal/scaffold/template"
	"github.com/paysocket/paysocket/plugin"
)

func main() {
	logger := plugin.NewLogger(nil)
	plugin.Serve(provider.New(&provider.Options{Logger: logger}), &plugin.ServeOptions{Logger: logger})
}
