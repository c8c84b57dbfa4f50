// Command stripe-sandbox stands in for Stripe, as much of it as sells with
// Alipay. It takes no real money.
//
// It prints one line of JSON when it serves: where, and with which
// credentials. It ends on SIGTERM and SIGINT, and with its standard input when
// that is a pipe.
package main

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

func main() { gateway.Main(sandbox.Name, 4530, sandbox.New, nil) }
