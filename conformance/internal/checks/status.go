package checks

import (
	"net/http"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
)

// statuses holds the checks of group STS.
func statuses() map[string]Check {
	return map[string]Check{
		"STS-002": separatesExpiredFromFailed,
		"STS-003": callsCanceledCanceled,
		"STS-004": doesNotGuessStates,
		"STS-005": reportsNotFound,
		"STS-006": neverContradictsItself,
		"STS-008": readsAfreshAndWritesNothing,
		"STS-009": checksPaidFlags,
		"STS-010": findsByKey,
	}
}

// moved creates a payment and changes its state at the sandbox.
func moved(t *harness.T, e *harness.Env, s *harness.Scenario, to gateway.State) *contract.Payment {
	payment := s.MustCreate(t, e.CreateRequest())
	if to != gateway.StatePending {
		s.Transition(t, payment.PaymentID, to)
	}
	return s.MustStatus(t, payment.PaymentID)
}

// paidIfPossible creates a payment, and pays it at the sandbox if it can.
func paidIfPossible(t *harness.T, e *harness.Env, s *harness.Scenario) *contract.Payment {
	payment := s.MustCreate(t, e.CreateRequest())
	if e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		s.Transition(t, payment.PaymentID, gateway.StateSucceeded)
	}
	return payment
}

// reachable are the states that the sandbox can bring a payment into: pending
// first, as every payment begins.
func reachable(e *harness.Env) []gateway.State {
	states := []gateway.State{gateway.StatePending}
	for _, state := range []gateway.State{gateway.StateSucceeded, gateway.StateFailed, gateway.StateExpired, gateway.StateCanceled} {
		if e.HasFeature(gateway.FeatureTransition(state)) {
			states = append(states, state)
		}
	}
	return states
}

func separatesExpiredFromFailed(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	expired := moved(t, e, s, gateway.StateExpired)
	harness.Equal(t, "status of a payment that the gateway calls "+expired.ProviderStatus, contract.PaymentExpired, expired.Status)
	timeout := harness.OptionalChanges(t, "fields.timeout", e.Manifest.Fields.Timeout)
	if len(timeout) == 0 {
		return // this gateway has only one word for it
	}
	pending := s.MustCreate(t, e.CreateRequest())
	s.Arm(patch(manifest.OpGet, set(timeout)...))
	failed := s.MustStatus(t, pending.PaymentID)
	harness.Equal(t, "status of a payment that the gateway fails because the payer did nothing", contract.PaymentFailed, failed.Status)
	if harness.True(t, failed.Failure != nil, "it has no failure") {
		harness.Equal(t, "code of its failure", contract.FailurePayerTimeout, failed.Failure.Code)
	}
}

func callsCanceledCanceled(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := moved(t, e, s, gateway.StateCanceled)
	harness.Equal(t, "status of a payment that the gateway calls "+payment.ProviderStatus, contract.PaymentCanceled, payment.Status)
}

func doesNotGuessStates(t *harness.T, e *harness.Env) {
	pointer := harness.RequireField(t, "fields.status", e.Manifest.Fields.Status)
	s := e.Scenario(t, nil)
	states := []gateway.State{gateway.StatePending}
	if e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		states = append(states, gateway.StateSucceeded)
	}
	for _, state := range states {
		made := moved(t, e, s, state)
		known, _ := valueAt(s.Body(t, manifest.OpGet), pointer)
		word, _ := known.(string)
		for _, value := range []any{"some_future_state", otherCase(word), word + " ", "", 1, true, nil} {
			if value == word {
				continue // a word without letters has no other case
			}
			fault := s.Arm(patch(manifest.OpGet, gateway.PatchOp{Op: "add", Path: pointer, Value: value}))
			payment, err := s.Status(t, made.PaymentID)
			fault.Disarm()
			text, isText := value.(string)
			switch {
			case err != nil: // a value that is empty or of the wrong type may be an error
				harness.True(t, !isText || text == "", "a %s payment whose state is %q is an error: %v", state, value, err)
			case harness.Equal(t, "status of a "+string(state)+" payment whose state is "+quoted(text), contract.PaymentUnknown, payment.Status) && isText:
				harness.Equal(t, "the gateway's own word", text, payment.ProviderStatus)
			}
		}
	}
	guessesNothingOnCreate(t, e, pointer)
}

// otherCase returns a word in upper case, or in lower case if it already is.
func otherCase(word string) string {
	if upper := strings.ToUpper(word); upper != word {
		return upper
	}
	return strings.ToLower(word)
}

func guessesNothingOnCreate(t *harness.T, e *harness.Env, pointer string) {
	s := e.Scenario(t, nil)
	patchCreated(s, gateway.PatchOp{Op: "replace", Path: pointer, Value: "some_future_state"})
	payment, err := s.Create(t, e.CreateRequest())
	if err != nil {
		failedWith(t, "a new payment of an unknown state", err, "", contract.Indeterminate)
		return
	}
	harness.Equal(t, "status of a new payment of an unknown state", contract.PaymentUnknown, payment.Status)
}

// unknownID returns an id that does not exist, of the same form as an existing one.
func unknownID(id string) string {
	changed := []byte(id)
	for i := max(0, len(changed)-6); i < len(changed); i++ {
		switch c := changed[i]; {
		case c >= '0' && c < '9', c >= 'a' && c < 'f', c >= 'A' && c < 'F':
			changed[i]++
		case c == '9':
			changed[i] = '0'
		case c >= 'a' && c <= 'z':
			changed[i] = 'a'
		case c >= 'A' && c <= 'Z':
			changed[i] = 'A'
		}
	}
	return string(changed)
}

func reportsNotFound(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	made := s.MustCreate(t, e.CreateRequest())
	for _, id := range []string{unknownID(made.PaymentID), "no-such-id", "../" + made.PaymentID, made.PaymentID + "/refunds"} {
		payment, err := s.Status(t, id)
		if payment != nil {
			t.Errorf("the id %q does not exist, but GetStatus returned a payment that is %s", id, payment.Status)
			continue
		}
		harness.OneOf(t, "the reason for the id "+id+", which was never given out", contract.ReasonOf(err),
			contract.PaymentNotFound, invalidIfMalformed(id, made.PaymentID))
	}
}

// invalidIfMalformed allows INVALID_REQUEST for an id of another form.
func invalidIfMalformed(id, given string) contract.Reason {
	if len(id) == len(given) {
		return contract.PaymentNotFound
	}
	return contract.InvalidRequest
}

// neverContradictsItself patches answers so that they contradict themselves.
func neverContradictsItself(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	f := &e.Manifest.Fields
	if !e.HasFeature(gateway.FeatureTransition(gateway.StateSucceeded)) {
		return
	}
	paid, pending := moved(t, e, s, gateway.StateSucceeded), moved(t, e, s, gateway.StatePending)
	doubted := func(what string, payment *contract.Payment, operations ...gateway.PatchOp) {
		fault := s.Arm(patch(manifest.OpGet, operations...))
		read, err := s.Status(t, payment.PaymentID)
		fault.Disarm()
		if err == nil {
			harness.Equal(t, "status of "+what, contract.PaymentUnknown, read.Status)
		} else {
			harness.Equal(t, "the reason for "+what, contract.MalformedResponse, contract.ReasonOf(err))
		}
	}
	if refunded := harness.OptionalField(t, "fields.refunded", f.Refunded); refunded != "" {
		doubted("a payment of which more is refunded than was paid", paid, gateway.PatchOp{
			Op: "add", Path: refunded, Value: asWritten(readBody(t, s, paid.PaymentID), refunded, paid.Amount.MinorUnits+1),
		})
		// A gateway that keeps the sum with the money has none to change while
		// there is no money.
		if body := readBody(t, s, pending.PaymentID); has(body, refunded) {
			doubted("a pending payment of which something is refunded", pending, gateway.PatchOp{
				Op: "add", Path: refunded, Value: asWritten(body, refunded, paid.Amount.MinorUnits),
			})
		}
	}
	status := harness.OptionalField(t, "fields.status", f.Status)
	if failure := set(harness.OptionalChanges(t, "fields.decline", f.Decline)); len(failure) > 0 && status != "" {
		failure = slices.DeleteFunc(failure, func(o gateway.PatchOp) bool { return o.Path == status })
		doubted("a paid payment with a failure", paid, failure...)
	}
}

func readsAfreshAndWritesNothing(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	made := s.MustCreate(t, e.CreateRequest())
	from := s.Requests()
	harness.Equal(t, "status before", contract.PaymentPending, s.MustStatus(t, made.PaymentID).Status)
	harness.Equal(t, "status on a second read", contract.PaymentPending, s.MustStatus(t, made.PaymentID).Status)
	s.Transition(t, made.PaymentID, gateway.StateSucceeded)
	harness.Equal(t, "status right after the payer paid", contract.PaymentSucceeded, s.MustStatus(t, made.PaymentID).Status)
	if e.HasFeature(gateway.FeatureRefundCreate) {
		s.RefundElsewhere(t, made.PaymentID, made.Amount.MinorUnits)
		harness.Equal(t, "refunded right after a refund", made.Amount, s.MustStatus(t, made.PaymentID).AmountRefunded)
	}
	for _, exchange := range s.Proxy.Journal()[from:] {
		harness.True(t, exchange.Method == http.MethodGet || exchange.Method == http.MethodHead,
			"reading a payment sent a %s %s", exchange.Method, exchange.Path)
	}
}

func checksPaidFlags(t *harness.T, e *harness.Env) {
	f := &e.Manifest.Fields
	harness.RequireField(t, "fields.status", f.Status)
	flags := harness.OptionalPointers(t, "fields.paid", f.Paid)
	if len(flags) == 0 {
		return // the word is all that there is, and a provider must believe it
	}
	s := e.Scenario(t, nil)
	paid, pending := moved(t, e, s, gateway.StateSucceeded), moved(t, e, s, gateway.StatePending)
	paidBody, pendingBody := readBody(t, s, paid.PaymentID), readBody(t, s, pending.PaymentID)
	unknown := func(what string, payment *contract.Payment, operations ...gateway.PatchOp) {
		fault := s.Arm(patch(manifest.OpGet, operations...))
		read, err := s.Status(t, payment.PaymentID)
		fault.Disarm()
		if err != nil {
			t.Errorf("%s is an error, but must be UNKNOWN: %v", what, err)
			return
		}
		harness.Equal(t, "status of "+what, contract.PaymentUnknown, read.Status)
	}
	for _, flag := range flags {
		unknown("a paid payment without "+flag, paid, copied(pendingBody, flag))
		unknown("a pending payment with "+flag, pending, copied(paidBody, flag))
		for _, state := range reachable(e) {
			if state == gateway.StateFailed || state == gateway.StateExpired { // what was called off may have been held before
				unknown("a "+string(state)+" payment with "+flag, moved(t, e, s, state), copied(paidBody, flag))
			}
		}
	}
	end := patchCreated(s, copied(paidBody, f.Status))
	if fresh, err := s.Create(t, e.CreateRequest()); err == nil { // a payment that contradicts itself may be an error here
		harness.Equal(t, "status of a new payment with the word of a paid one", contract.PaymentUnknown, fresh.Status)
	}
	end()
	unknown("a pending payment with the word of a paid one", pending, copied(paidBody, f.Status))
	unknown("a paid payment with the word of a pending one", paid, copied(pendingBody, f.Status))
}

// copied returns a patch with the value that another body has at a pointer.
func copied(from []byte, pointer string) gateway.PatchOp {
	if value, there := valueAt(from, pointer); there {
		return gateway.PatchOp{Op: "add", Path: pointer, Value: value}
	}
	return gateway.PatchOp{Op: "remove", Path: pointer}
}
