// Command memory-sandbox runs the Memory gateway, a small payment gateway
// that takes no real money, for the memory provider and the conformance suite.
//
// It prints one line of JSON when it serves: where, and with which
// credentials. It ends on SIGTERM and SIGINT, and with its standard input when
// that is a pipe.
package main

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

func main() { gateway.Main(sandbox.Name, 4520, sandbox.New, nil) }
