// Command omise-sandbox serves an imitation of Omise on loopback, for tests
// and tutorials.
package main

import (
	"flag"
	"fmt"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

const about = `omise-sandbox imitates the part of Omise's API that sells with Alipay, in memory,
with the pay page and signed webhooks. It takes test keys only and listens on
loopback only. Never use it for real payments.

When it is ready it prints one line of JSON with its addresses and the keys of
its first account, which are always the same. It ends with SIGTERM, SIGINT, and
when its standard input is a pipe that ends.`

// given are the flags that other sandboxes do not have.
type given struct {
	seed, dials string
	trouble     bool
}

func main() {
	var g given
	gateway.Main(sandbox.Name, 4510, g.start, &gateway.MainOptions{About: about, Flags: func(f *flag.FlagSet) {
		f.StringVar(&g.seed, "seed", "", "make keys and ids of the first account repeatable (default: fixed keys, random ids)")
		f.StringVar(&g.dials, "dials", "", "dials of every account as `JSON`, such as {\"api_version\":\"2019-05-29\"}")
		f.BoolVar(&g.trouble, "trouble", false, "answer in legal but seldom-seen ways; --seed repeats them")
	}})
}

func (g *given) start(o *gateway.ServerOptions) (*sandbox.Sandbox, error) {
	dials := &sandbox.Dials{}
	if g.dials != "" {
		var err error
		if dials, err = sandbox.ReadDials([]byte(g.dials)); err != nil {
			return nil, fmt.Errorf("--dials: %w", err)
		}
	}
	if g.trouble {
		dials.Trouble = sandbox.AllTrouble(g.seed)
	}
	return sandbox.New(&sandbox.Options{
		APIBase: o.BaseURL, Seed: g.seed, WebhookURL: o.WebhookURL, Dials: *dials, Log: o.Logger,
	})
}
