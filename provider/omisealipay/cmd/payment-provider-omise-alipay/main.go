// Payment-provider-omise-alipay is the plugin that takes Alipay payments
// through Omise. A host starts it and configures it by rpc; started by hand it
// explains itself. Read package omisealipay for what it does.
//
// A merchant can start it, too: "golive" looks whether an account can sell, and
// "listen" brings an account's events to a machine that no webhook reaches.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

func main() {
	started := os.Getenv(plugin.MagicCookieKey) == plugin.MagicCookieValue
	if !started && len(os.Args) > 1 && !slices.Contains([]string{"--version", "--describe", "--debug"}, os.Args[1]) {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
		code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}
	if !started && len(os.Args) == 1 {
		fmt.Fprintf(os.Stderr, "Merchants: %[1]s golive looks whether an Omise account can sell, and %[1]s listen brings its events to this machine.\n\n", os.Args[0])
	}
	logger := plugin.NewLogger(nil)
	provider := omisealipay.New(&omisealipay.Options{Logger: logger})
	plugin.Serve(provider, &plugin.ServeOptions{Logger: logger})
}
