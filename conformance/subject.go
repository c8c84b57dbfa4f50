package conformance

import (
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// Subject is the provider under test. Make it with [Binary] or [InProcess].
type Subject struct {
	subject harness.Subject
}

// Binary returns a provider's program, in any language, as a subject.
func Binary(path string) Subject { return Subject{harness.Binary(path)} }

// InProcess returns a provider in Go as a subject that runs in this process.
// The suite calls newProvider for each new instance. Clauses about processes
// stay unverified, so the verdict is PARTIAL at best.
func InProcess(newProvider func() contract.PaymentProvider) Subject {
	return Subject{harness.InProcess(newProvider)}
}
