package checks

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

func tellsNobodyThePhone(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Fresh: true, Env: []string{plugin.LogLevelKey + "=trace"}})
	create := func(methods []contract.PaymentMethod, phone string) {
		for i := range methods {
			request := e.CreateRequestWith(&methods[i])
			request.Payer = &contract.Payer{Phone: contract.NewSecret(phone)}
			_, _ = s.Create(t, request) // other clauses check whether it succeeds
		}
	}
	create(s.Account.PaymentMethods, harness.Phone)
	create(s.Account.PaymentMethods, harness.Phone+"x")
	// Only a gateway that gets the number can say it.
	sent := slices.DeleteFunc(slices.Clone(s.Account.PaymentMethods), func(m contract.PaymentMethod) bool {
		return !e.Descriptor.NeedsPhone(m.Code, s.Account)
	})
	var echoes []proxy.Fault
	if len(sent) > 0 {
		echoes = echoingFaults(t, e, []string{harness.Phone})
	}
	for _, fault := range echoes {
		fault.Times, fault.Optional = -1, true
		_, _ = s.Configure(t, s.Configuration) // so that the provider's circuit breaker is closed
		armed := s.Arm(fault)
		create(sent, harness.Phone)
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
