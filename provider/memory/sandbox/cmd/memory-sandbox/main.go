// Command memory-sandbox runs the Memory gateway, a small payment gateway
// that takes no real money, for the memory provider and the conformance suite.
//
// It prints one line of JSON when it serves: where, and with which
// credentials. It ends on SIGTERM and SIGINT, and with its standard input when
// that is a pipe.
package main

import (
	"log/slog"

	"github.com/paysocket/paysocket/conformance/standin"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

func main() {
	standin.Main(sandbox.Name, 4520, func(baseURL, webhookURL string, logger *slog.Logger) (standin.Running, error) {
		return sandbox.New(&sandbox.Options{BaseURL: baseURL, WebhookURL: webhookURL, Logger: logger})
	})
}
