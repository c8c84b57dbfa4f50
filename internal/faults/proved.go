package faults

import (
	"encoding/json"
	"testing"
)

// Injected says how a test had a fault happen.
type Injected struct {
	// How names what went wrong, and where.
	How string `json:"how"`

	// Times is how often it happened, as counted where it happened: by the proxy, the
	// front of a sandbox, the database or the table of processes.
	Times int `json:"times"`

	Engine Engine `json:"engine"` // that stored the sales; empty: NoEngine
}

// Attribute is what the attributes of a test begin with that say which faults it has
// proved. The id follows. The value is an Injected as JSON.
const Attribute = "fault."

// Proved says that the test has shown what is required under the faults with the ids. It
// stands at the end of the test. The test fails if the fault did not happen.
func Proved(tb testing.TB, injected Injected, ids ...string) { //nolint:gocritic // It is written down in place.
	tb.Helper()
	groups, err := Groups()
	if err != nil {
		tb.Fatal(err)
	}
	if injected.Times <= 0 || injected.How == "" || len(ids) == 0 {
		tb.Fatalf("nothing was proved: %+v %v", injected, ids)
	}
	if injected.Engine == "" {
		injected.Engine = NoEngine
	}
	value, err := json.Marshal(injected)
	if err != nil {
		tb.Fatal(err)
	}
	for _, id := range ids {
		if Find(groups, id) == nil {
			tb.Fatalf("faults.yaml has no %q", id)
		}
		tb.Attr(Attribute+id, string(value))
	}
}
