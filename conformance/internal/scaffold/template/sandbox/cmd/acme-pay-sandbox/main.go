// Command acme-pay-sandbox imitates the gateway of Acme Pay. It takes no
// real money.
//
// When it is ready it prints one line of JSON with its addresses and credentials.
// It ends on SIGTERM and SIGINT, and when its standard input is a pipe that is
// closed.
package main

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/scaffold/template/sandbox"
)

func main() { gateway.Main(sandbox.Name, 4610, sandbox.New, nil) }
