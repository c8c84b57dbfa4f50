// Command memory-sandbox runs the Memory gateway, a small payment gateway that
// takes no real money, for the memory provider and the conformance suite.
//
// When it is ready it prints one line of JSON with its addresses and credentials.
// It ends on SIGTERM and SIGINT, and when its standard input is a pipe that is
// closed.
package main

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

func main() { gateway.Main(sandbox.Name, 4520, sandbox.New, nil) }
