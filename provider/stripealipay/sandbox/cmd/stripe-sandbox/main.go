// Command stripe-sandbox stands in for Stripe, as much of it as sells with
// Alipay. It takes no real money.
//
// It prints one line of JSON when it serves: where, and with which
// credentials. It ends on SIGTERM and SIGINT, and with its standard input when
// that is a pipe.
package main

import (
	"log/slog"

	"github.com/paysocket/paysocket/conformance/standin"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

func main() {
	standin.Main(sandbox.Name, 4530, func(baseURL, webhookURL string, logger *slog.Logger) (standin.Running, error) {
		return sandbox.New(&sandbox.Options{BaseURL: baseURL, WebhookURL: webhookURL, Logger: logger})
	})
}
