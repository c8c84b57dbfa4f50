package checks

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

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

	// reason is what the contract's table says; empty: any.
	reason contract.Reason
}

// afterSending returns the ways in which a request can fail after it was sent, so
// that its outcome is unknown.
func afterSending(operation string) []trouble {
	var troubles []trouble
	add := func(name string, phase proxy.Phase, kind proxy.Kind, reason contract.Reason) {
		troubles = append(troubles, trouble{
			name: name + ", " + string(phase), reason: reason,
			fault: proxy.Fault{Operation: operation, Phase: phase, Kind: kind, Bytes: 20, Times: -1},
		})
	}
	for _, phase := range []proxy.Phase{proxy.BeforeCommit, proxy.AfterCommit} {
		add("the connection is reset", phase, proxy.FaultReset, contract.ConnectionLost)
		add("the connection is closed", phase, proxy.FaultCloseNoResponse, contract.ConnectionLost)
	}
	add("a cut body", proxy.AfterCommit, proxy.FaultTruncate, "")
	add("a bad chunk", proxy.AfterCommit, proxy.FaultBadChunk, "")
	add("an empty body", proxy.AfterCommit, proxy.FaultEmptyBody, contract.MalformedResponse)
	add("a web page", proxy.AfterCommit, proxy.FaultHTML, contract.MalformedResponse)
	add("no JSON", proxy.AfterCommit, proxy.FaultNotJSON, contract.MalformedResponse)
	troubles = append(troubles, trouble{
		name: "a redirect, " + string(proxy.AfterCommit), reason: contract.MalformedResponse,
		fault: proxy.Fault{
			Operation: operation, Phase: proxy.AfterCommit, Kind: proxy.FaultRedirect, URL: "https://elsewhere.example/", Times: -1,
		},
	})
	for _, status := range []int{500, 502, 503, 504} {
		troubles = append(troubles, trouble{
			name: http.StatusText(status), reason: contract.ProviderFault,
			fault: statusFault(operation, status, proxy.AfterCommit),
		})
	}
	later := statusFault(operation, http.StatusServiceUnavailable, proxy.AfterCommit) // it asks to wait, and is no rate limit
	later.Header.Set("Retry-After", "30")
	troubles = append(troubles, trouble{name: "503 with Retry-After", reason: contract.ProviderFault, fault: later})
	troubles = append(troubles, trouble{
		name: http.StatusText(http.StatusServiceUnavailable) + ", before_commit", reason: contract.ProviderFault,
		fault: statusFault(operation, 503, proxy.BeforeCommit),
	})
	return troubles
}

// rareFaults returns failures after sending that few gateways have: uncommon HTTP
// statuses, and a status that is more specific than the error code in the body.
func rareFaults(t *harness.T, e *harness.Env, operation string) []trouble {
	var troubles []trouble
	for _, status := range []int{http.StatusNotImplemented, http.StatusInsufficientStorage, 520, 599} {
		troubles = append(troubles, trouble{
			name: "status " + strconv.Itoa(status), reason: contract.ProviderFault,
			fault: statusFault(operation, status, proxy.AfterCommit),
		})
	}
	if refusal := harness.OptionalAnswer(t, "errors.refusal", e.Manifest.Errors.Refusal); refusal != nil {
		failed := played(operation, refusal, -1)
		failed.Phase, failed.Status = proxy.AfterCommit, http.StatusInternalServerError
		troubles = append(troubles, trouble{name: "500 with the code of a refusal", reason: contract.ProviderFault, fault: failed})
	}
	return troubles
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
