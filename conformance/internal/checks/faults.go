package checks

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// trouble is one way in which a request fails.
type trouble struct {
	name  string
	fault proxy.Fault
}

// statusFault answers every request of the operation with a status and without the
// gateway's error object.
func statusFault(operation string, status int, phase proxy.Phase) proxy.Fault {
	return proxy.Fault{
		Operation: operation, Phase: phase, Kind: proxy.FaultStatus, Status: status, Times: -1,
		Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte("<html>sorry</html>"),
	}
}

// played answers requests of the operation with a gateway error.
func played(operation string, answer *manifest.ErrorAnswer, times int) proxy.Fault {
	return proxy.Fault{
		Operation: operation, Phase: proxy.BeforeCommit, Kind: proxy.FaultStatus, Status: answer.Status,
		Body: []byte(answer.Body), Times: times,
	}
}

// patch changes the gateway's answers to requests of the operation, all of
// them, since a provider may ask more than once.
func patch(operation string, operations ...gateway.PatchOp) proxy.Fault {
	return proxy.Fault{Operation: operation, Kind: proxy.FaultPatchJSON, Patch: operations, Times: -1}
}

// patchCreated changes what the gateway says about a payment that is created,
// also to a provider that reads back what it wrote, until it is ended.
func patchCreated(s *harness.Scenario, operations ...gateway.PatchOp) (end func()) {
	written := s.Arm(patch(manifest.OpCreate, operations...))
	fault := patch(manifest.OpGet, operations...)
	fault.Optional = true
	read := s.Arm(fault)
	return func() {
		written.Disarm()
		read.Disarm()
	}
}

// set returns patch operations that set values by pointer.
func set(values manifest.Changes) []gateway.PatchOp {
	operations := make([]gateway.PatchOp, 0, len(values))
	for _, pointer := range slices.Sorted(maps.Keys(values)) {
		operations = append(operations, gateway.PatchOp{Op: "add", Path: pointer, Value: values[pointer]})
	}
	return operations
}

// failedWith fails the check unless err has the reason and, where the
// operation moves money, the outcome. An empty reason is any.
func failedWith(t *harness.T, what string, err error, reason contract.Reason, outcome contract.Outcome) bool {
	if err == nil {
		t.Errorf("%s: the call succeeded, but must fail", what)
		return false
	}
	ok := true
	if reason != "" {
		ok = harness.Equal(t, what+": the reason of "+err.Error(), reason, contract.ReasonOf(err))
	}
	if outcome != "" {
		ok = harness.Equal(t, what+": the outcome of "+err.Error(), outcome, contract.OutcomeOf(err)) && ok
	}
	return ok
}

// refusedByGateway reports whether the gateway itself refused a call, which is nobody's
// fault. The check fails if the provider does not say so.
func refusedByGateway(t *harness.T, s *harness.Scenario, what string, before int, err error) bool {
	status, request := s.Refusal(before)
	if status == 0 { // some refuse with the status 200
		return contract.OutcomeOf(err) == contract.Rejected && s.Requests() > before
	}
	harness.Equal(t, fmt.Sprintf("%s: the outcome of a call that the gateway refused (%s, status %d): %v", what, request, status, err),
		contract.Rejected, contract.OutcomeOf(err))
	return true
}

// refusedLocally fails the check unless the call was refused with one of the
// reasons and without a request to the gateway.
func refusedLocally(t *harness.T, s *harness.Scenario, what string, before int, err error, reasons ...contract.Reason) {
	if err == nil {
		t.Errorf("%s: the call succeeded, but must fail", what)
	} else {
		harness.OneOf(t, what+": the reason of "+err.Error(), contract.ReasonOf(err), reasons...)
	}
	harness.Equal(t, what+": requests to the gateway", before, s.Requests())
}

// onePayment fails the check unless the ledger has one payment for the key.
func onePayment(t *harness.T, s *harness.Scenario, what, key string) {
	harness.Equal(t, what+": payments of the key in the gateway's ledger", 1, len(s.Ledger(t, key)))
}

// madeWith returns the first payment of a key in the gateway's ledger. A provider that sent
// another key has made none.
func madeWith(t *harness.T, s *harness.Scenario, key string) *gateway.Payment {
	made := s.Ledger(t, key)
	if len(made) == 0 {
		t.Fatalf("the gateway has no payment of the key %s", key)
	}
	return &made[0]
}
