// Command acme-pay-sandbox stands in for the gateway of Acme Pay. It takes no
// real money.
//
// It prints one line of JSON when it serves: where, and with which
// credentials. It ends on SIGTERM and SIGINT, and with its standard input when
// that is a pipe.
package main

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/scaffold/template/sandbox"
)

func main() { gateway.Main(sandbox.Name, 4610, sandbox.New, nil) }
