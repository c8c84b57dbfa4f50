package acmepay_test

import (
	"testing"

	"github.com/paysocket/paysocket/conformance"
	provider "github.com/paysocket/paysocket/conformance/internal/scaffold/template"
	"github.com/paysocket/paysocket/contract"
)

// TestConformance runs the suite in this process, so that you can use a debugger.
// Clauses about processes cannot be checked here; "make conformance" checks the
// built program.
func TestConformance(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	s, _ := newSandbox(t)
	conformance.RunT(t, conformance.InProcess(func() contract.PaymentProvider { return provider.New(nil) }),
		"conformance.yaml", &conformance.Options{Gateway: s, AllowPartial: true, MinExecuted: 50})
}
