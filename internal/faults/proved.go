package faults

import (
	"encoding/json"
	"os"
	"runtime"
	"strings"
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

// EventsFile names the environment variable with the path of a file to which tests that
// passed add what they have proved, as go test -json prints it. So one run of all tests is
// enough for the page, too.
const EventsFile = "PAYSOCKET_PROOFS"

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
	if path := os.Getenv(EventsFile); path != "" {
		folder := caller()
		tb.Cleanup(func() {
			if !tb.Failed() {
				appendEvents(tb, path, folder, &injected, ids)
			}
		})
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

// event is a line of go test -json.
type event struct {
	Action, Package, Test string
	Key                   string `json:",omitempty"`
	Value                 string `json:",omitempty"`
}

// appendEvents writes with one call, so that the processes of several packages can share
// the file.
func appendEvents(tb testing.TB, path, pkg string, injected *Injected, ids []string) {
	tb.Helper()
	value, err := json.Marshal(injected)
	if err != nil {
		tb.Error(err)
		return
	}
	var lines []byte
	add := func(e event) {
		line, _ := json.Marshal(e) // strings only
		lines = append(append(lines, line...), '\n')
	}
	for _, id := range ids {
		add(event{Action: "attr", Package: pkg, Test: tb.Name(), Key: Attribute + id, Value: string(value)})
	}
	add(event{Action: "pass", Package: pkg, Test: tb.Name()})
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600) //nolint:gosec // Who runs the tests names it.
	if err != nil {
		tb.Error(err)
		return
	}
	if _, err = file.Write(lines); err != nil {
		tb.Error(err)
	}
	if err = file.Close(); err != nil {
		tb.Error(err)
	}
}

// caller returns the package of the test that calls Proved.
func caller() string {
	counter, _, _, _ := runtime.Caller(2)
	name := runtime.FuncForPC(counter).Name()
	slash := strings.LastIndexByte(name, '/')
	dot := strings.IndexByte(name[slash+1:], '.')
	return strings.TrimSuffix(name[:slash+1+dot], "_test")
}
