package admission_test

import (
	"errors"
	"fmt"

	"github.com/paysocket/paysocket/conformance/admission"
	"github.com/paysocket/paysocket/contract"
)

// A host refuses a binary without a report.
func ExampleCheck() {
	err := admission.Check("reports/tide-pay.json", &admission.Subject{
		Path:       "/opt/providers/tide-pay",
		SHA256:     "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		Descriptor: &contract.Descriptor{ProviderID: "tide-pay", SpecVersion: contract.SpecVersion},
	}, &admission.Options{Profile: "redirect-wallet"})
	if refused, ok := errors.AsType[*admission.Error](err); ok {
		fmt.Println(refused.Problem)
	}
	fmt.Println(errors.Is(err, &admission.Error{Problem: admission.Unreadable}))
	// Output:
	// UNREADABLE
	// true
}
