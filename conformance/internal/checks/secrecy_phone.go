package checks

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

func tellsNobodyThePhone(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Fresh: true, Env: []string{plugin.LogLevelKey + "=trace"}})
	create := func(phone string) {
		for i := range s.Account.PaymentMethods {
			request := e.CreateRequestWith(&s.Account.PaymentMethods[i])
			request.Payer = &contract.Payer{Phone: contract.NewSecret(phone)}
			_, _ = s.Create(t, request) // other clauses check whether it succeeds
		}
	}
	create(harness.Phone)
	create(harness.Phone + "x")
	for _, fault := range echoingFaults(t, e, []string{harness.Phone}) {
		fault.Times, fault.Optional = -1, true
		_, _ = s.Configure(t, s.Configuration) // so that the provider's circuit breaker is closed
		armed := s.Arm(fault)
		create(harness.Phone)
		armed.Disarm()
	}
	calls := s.Calls()
	_ = s.Client.Close() // waits until all its output has been read
	nowhere := func(where, text string) {
		harness.True(t, !strings.Contains(text, harness.PhoneDigits), "the payer's phone is in %s", where)
	}
	for line := range strings.SplitSeq(s.Log(), "\n") {
		nowhere("what the provider prints: "+strings.ReplaceAll(line, harness.PhoneDigits, "[phone]"), line)
	}
	for _, call := range calls {
		nowhere("the headers or trailers of "+call.Method, fmt.Sprint(call.Metadata))
		for what, message := range inOrder(map[string]proto.Message{"answer": call.Response, "error": call.Status.Proto()}) {
			if message == nil {
				continue
			}
			raw, err := proto.Marshal(message)
			t.SetupFailed("encode a wire message", err)
			nowhere("the "+what+" of "+call.Method, string(raw))
		}
	}
	for _, x := range s.Proxy.Journal() {
		nowhere("the URL of a request to the gateway", x.Path+"?"+x.Query)
	}
}
