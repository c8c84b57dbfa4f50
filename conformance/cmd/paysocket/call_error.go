package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// callError words the error of a call: its reason and text in the first line, and a
// line for who refused and for everything else that it says. Texts of a provider
// stay in their line. Without a configuration the
// provider's own advice, to call Configure, is of no use: the next call is of
// another process.
func callError(operation string, err error, who string, configured bool) error {
	said := status.Convert(err)
	reason, lines := "", []string(nil)
	add := func(name, text string) {
		lines = append(lines, fmt.Sprintf("%-13s %s", oneLine(name, contract.MaxMetadataKeyLength), oneLine(text, contract.MaxMessageLength)))
	}
	add("refused by", who)
	for _, detail := range said.Details() {
		switch d := detail.(type) {
		case *errdetails.ErrorInfo:
			reason = d.GetReason()
			for _, name := range slices.Sorted(maps.Keys(d.GetMetadata())) {
				add(name, d.GetMetadata()[name])
			}
		case *errdetails.BadRequest:
			for _, violation := range d.GetFieldViolations() {
				add("field", violation.GetField()+" "+violation.GetDescription())
			}
		case *errdetails.RetryInfo:
			add("retry after", d.GetRetryDelay().AsDuration().String())
		case *v1.OperationOutcome:
			outcome := strings.TrimPrefix(d.GetOutcome().String(), "OUTCOME_")
			add("outcome", outcome+", "+outcomes[d.GetOutcome()])
		}
	}
	if reason == "" {
		reason = said.Code().String()
	}
	message := said.Message()
	if reason == string(contract.NotConfigured) && !configured {
		message = "each call starts the provider anew; with --settings FILE it is configured first"
	}
	first := fmt.Sprintf("%s: %s: %s", operation, oneLine(reason, contract.MaxMetadataKeyLength), oneLine(message, contract.MaxMessageLength))
	lines = append([]string{first}, lines...)
	return &exitError{code: exitFailed, text: strings.Join(lines, "\n  ")}
}

// outcomes say what each means for the caller.
var outcomes = map[v1.Outcome]string{
	v1.Outcome_OUTCOME_UNSPECIFIED:   "it may have happened: find out with the same key",
	v1.Outcome_OUTCOME_NOT_ATTEMPTED: "nothing was executed: the call may be repeated",
	v1.Outcome_OUTCOME_REJECTED:      "the gateway refused, and nothing moved",
	v1.Outcome_OUTCOME_INDETERMINATE: "it may have happened: find out with the same key",
}
