package supervisor

import (
	"time"

	"github.com/paysocket/paysocket/contract"
)

// CallRecord is the record of one call through a [Provider]. It holds nothing of
// the request and nothing of the answer.
type CallRecord struct {
	// Provider is the entry's name.
	Provider string

	// Operation is what was called.
	Operation contract.Operation

	// Generation and PID name the process that had the call; 0 if there was
	// none, and nothing was sent.
	Generation, PID int

	// Began is when, and Duration how long it took.
	Began    time.Time
	Duration time.Duration

	// Reason is that of the error, empty for an answer. It is not bounded to
	// the reasons that this host knows: see [contract.Reason.Known] before it
	// becomes a label.
	Reason contract.Reason

	// Outcome says what is certain after a call that moves money and gave no
	// answer; empty in all other cases.
	Outcome contract.Outcome
}
