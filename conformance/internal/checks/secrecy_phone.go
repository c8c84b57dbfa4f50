package checks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// otherPhone has no six digits in a row with harness.Phone in common.
const otherPhone = "+66835716294"

func tellsNobodyThePhone(t *harness.T, e *harness.Env) {
	few := findPhone(t, e, harness.Phone)
	if len(few) == 0 {
		return
	}
	if again := findPhone(t, e, otherPhone); len(again) > 0 {
		t.Errorf("digits of the payer's phone are in %s; with another phone, its digits are in %s", few[0], again[0])
	}
}

// findPhone fails the check if a phone can be found. It returns where a few of its digits
// are, which may be chance.
func findPhone(t *harness.T, e *harness.Env, phone string) (few []string) {
	s := e.Scenario(t, &harness.ScenarioOptions{Fresh: true, Env: []string{plugin.LogLevelKey + "=trace"}})
	payWithPhone(t, e, s, phone)
	calls := s.Calls()
	_ = s.Client.Close() // waits until all its output has been read
	searched := newSearchedPhone(phone)
	nowhere := func(where, text string) {
		whole, part := searched.find(text)
		harness.True(t, !whole, "the payer's phone is in %s", where)
		if part != "" {
			few = append(few, where+": "+part)
		}
	}
	for line := range strings.SplitSeq(s.Log(), "\n") {
		nowhere("what the provider prints: "+searched.redact(line), line)
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
	return few
}

// payWithPhone makes payments for a payer with the phone, in good and bad times. Other
// clauses check whether they succeed.
func payWithPhone(t *harness.T, e *harness.Env, s *harness.Scenario, phone string) {
	create := func(methods []contract.PaymentMethod, phone string) {
		for i := range methods {
			request := e.CreateRequestWith(&methods[i])
			request.Payer = &contract.Payer{Phone: contract.NewSecret(phone)}
			_, _ = s.Create(t, request)
		}
	}
	create(s.Account.PaymentMethods, phone)
	create(s.Account.PaymentMethods, phone+"x")
	// Only a gateway that gets the number can say it.
	sent := slices.DeleteFunc(slices.Clone(s.Account.PaymentMethods), func(m contract.PaymentMethod) bool {
		return !e.Descriptor.NeedsPhone(m.Code, s.Account)
	})
	if len(sent) == 0 {
		return
	}
	for _, fault := range echoingFaults(t, e, []string{phone}) {
		fault.Times, fault.Optional = -1, true
		_, _ = s.Configure(t, s.Configuration) // so that the provider's circuit breaker is closed
		armed := s.Arm(fault)
		create(sent, phone)
		armed.Disarm()
	}
}

// searchedPhone is a phone that is looked for.
type searchedPhone struct {
	digits   string // without the country's code
	canaries harness.Canaries
}

// fewDigits is how many digits in a row are a part of a phone. A number of as many, such as
// of microseconds, can be one by chance.
const fewDigits = 6

func newSearchedPhone(phone string) *searchedPhone {
	p := &searchedPhone{digits: strings.TrimPrefix(phone, "+66")}
	p.canaries.Add(phone)
	p.canaries.Add(p.digits)
	return p
}

// numeral matches a number that stands alone, or beside what masks the rest of it.
var numeral = regexp.MustCompile(`(?:^|[^0-9A-Za-z]|[xX])([0-9]{6,})(?:$|[^0-9A-Za-z]|[xX])`)

// find says whether the phone is in a text, in any form, and which of its digits are.
func (p *searchedPhone) find(text string) (whole bool, part string) {
	if strings.Contains(text, p.digits) || p.canaries.Find(text) != "" {
		return true, ""
	}
	for _, found := range numeral.FindAllStringSubmatch(text, -1) {
		if len(found[1]) >= fewDigits && strings.Contains("66"+p.digits, found[1]) {
			return false, found[1]
		}
	}
	return false, ""
}

// redact returns a text without the phone.
func (p *searchedPhone) redact(text string) string {
	return strings.ReplaceAll(p.canaries.Redact(text), p.digits, "[phone]")
}
