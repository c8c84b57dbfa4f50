// Command stripe-sandbox imitates the part of Stripe that sells with Alipay. It
// moves no money.
//
// It prints one line of JSON when it serves: at which addresses, and with which
// credentials. It ends on SIGTERM and SIGINT, and with its standard input when
// that is a pipe.
package main

import (
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

func main() { gateway.Main(sandbox.Name, 4530, sandbox.New, nil) }
