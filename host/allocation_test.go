package host_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/host"
)

// mostAllocations is how many allocations an act may make. Over database/sql no count
// repeats itself exactly, since pools and maps grow at whatever time: these are bounds,
// not more than a tenth above what was counted, 1814, 776, 914, 2228 and 429. The provider
// and its gateway are in this process, and counted, too.
var mostAllocations = map[string]float64{
	"checkout":       1950,
	"checkout again": 830, // makes no call
	"webhook":        1000,
	"webhook, read":  2400,
	"sale":           460,
}

// TestEngine_AllocatesNoMoreThanItDid counts what the acts of a host allocate.
func TestEngine_AllocatesNoMoreThanItDid(t *testing.T) { //nolint:paralleltest // Allocations are those of the whole process.
	onSQLite(t)
	w := newWorld(t)
	const runs = 50
	n := 0
	requests := make([]*http.Request, 0, 2*runs+10)
	id := w.sell("3947", "wallet-a")
	for i := range cap(requests) {
		event := gateway.PatchOp{Op: "replace", Path: "/id", Value: "evt_" + strconv.Itoa(i)}
		spec := &gateway.WebhookSpec{Event: gateway.EventPaymentUpdated, Payment: id, BodyPatch: []gateway.PatchOp{event}}
		requests = append(requests, w.webhook("wallet-a", spec))
	}
	webhook := func() {
		request := requests[0]
		requests = requests[1:]
		if status := w.send(w.engine, request); status != http.StatusOK {
			t.Error(status)
		}
	}
	checkout := func(id string) {
		if _, err := w.engine.Checkout(t.Context(), alone(id)); err != nil {
			t.Error(err)
		}
	}
	found := map[string]float64{
		"checkout":       testing.AllocsPerRun(runs, func() { n++; checkout("order-" + strconv.Itoa(n)) }),
		"checkout again": testing.AllocsPerRun(runs, func() { checkout("order-1") }),
		"webhook":        testing.AllocsPerRun(runs, webhook),
		"sale":           testing.AllocsPerRun(runs, func() { _ = w.sale("order-1") }),
		"webhook, read": testing.AllocsPerRun(runs, func() {
			webhook()
			if err := host.CheckDue(t.Context(), w.engine); err != nil {
				t.Error(err)
			}
		}),
	}
	for name, most := range mostAllocations {
		assert.Positive(t, found[name], name)
		assert.LessOrEqual(t, found[name], most, name)
	}
}
