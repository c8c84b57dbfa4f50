package conformance_test

import (
	"context"
	"log"
	"os"
	"testing"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/memory"
)

// A provider's own test: each clause is a subtest. In process the clauses about
// processes cannot be checked, so the verdict is PARTIAL at best.
func ExampleRunT() {
	var t *testing.T // of TestConformance

	subject := conformance.InProcess(func() contract.PaymentProvider { return memory.New(nil) })
	conformance.RunT(t, subject, "conformance.yaml", &conformance.Options{AllowPartial: true, MinExecuted: 80})
}

// A tool that checks a built provider and prints the report.
func ExampleRun() {
	manifest, err := conformance.LoadManifest("provider/memory/conformance.yaml")
	if err != nil {
		log.Println(err) // names the line that is wrong
		return
	}
	report, err := conformance.Run(context.Background(), manifest, conformance.Binary("bin/payment-provider-memory"), nil)
	if err != nil {
		log.Println(err)
		return
	}
	if err := conformance.WriteText(os.Stdout, report, false); err != nil {
		log.Println(err)
	}
	log.Println(report.Verdict) // CONFORMANT, PARTIAL, NON-CONFORMANT or INCONCLUSIVE
}
