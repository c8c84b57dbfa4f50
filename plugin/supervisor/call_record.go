package supervisor

import (
	"time"

	"github.com/paysocket/paysocket/contract"
)

// CallRecord is the record of one call through a [Provider]. It contains nothing of
// the request and nothing of the answer.
type CallRecord struct {
	// Provider is the entry's name.
	Provider string

	// Operation is the operation that was called.
	Operation contract.Operation

	// Generation and PID name the process that the call was sent to; 0 if there
	// was none.
	Generation, PID int

	// Began is when the call began, and Duration how long it took.
	Began    time.Time
	Duration time.Duration

	// Reason is the reason of the error; empty if there was none. It may be one
	// that this host does not know: see [contract.Reason.Known] before you make
	// a label of it.
	Reason contract.Reason

	// Outcome says what is certain after the failure of a call that moves money;
	// empty in all other cases.
	Outcome contract.Outcome
}
