// Command payment-provider-memory is the memory provider as a plugin. A host
// starts it. Run it with --describe to see what it can do.
package main

import (
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory"
)

func main() {
	logger := plugin.NewLogger(nil)
	plugin.Serve(memory.New(&memory.Options{Logger: logger}), &plugin.ServeOptions{Logger: logger})
}
