// Command omise-sandbox serves an imitation of Omise on loopback, for tests
// and tutorials.
package main

import (
	"flag"
	"fmt"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

const about = `omise-sandbox imitates the part of Omise's API that sells with the Alipay family, in memory,
with the pay page and signed webhooks. It takes test keys only and listens on
loopback only. Never use it for real payments.

When it is ready it prints one line of JSON with its addresses and the keys of
its first account, which are always the same. It ends with SIGTERM, SIGINT, and
when its standard input is a pipe that ends.`

// flags are those that other sandboxes do not have.
type flags struct {
	seed, dials string
	trouble     bool
}

func main() {
	var f flags
	gateway.Main(sandbox.Name, 4510, f.start, &gateway.MainOptions{About: about, Flags: func(set *flag.FlagSet) {
		set.StringVar(&f.seed, "seed", "", "make keys and ids of the first account repeatable (default: fixed keys, random ids)")
		set.StringVar(&f.dials, "dials", "", "dials of every account as `JSON`, such as {\"country\":\"SG\"}")
		set.BoolVar(&f.trouble, "trouble", false, "answer in allowed but rarely seen forms; --seed repeats them")
	}})
}

func (f *flags) start(o *gateway.ServerOptions) (*sandbox.Sandbox, error) {
	dials := &sandbox.Dials{}
	if f.dials != "" {
		var err error
		if dials, err = sandbox.ReadDials([]byte(f.dials)); err != nil {
			return nil, fmt.Errorf("--dials: %w", err)
		}
	}
	if f.trouble {
		dials.Trouble = sandbox.AllTrouble(f.seed)
	}
	o.Seed = f.seed
	return sandbox.New(&sandbox.Options{ServerOptions: *o, Dials: *dials})
}
