package checks

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// describing holds the checks of group DSC.
func describing() map[string]Check {
	return map[string]Check{
		"DSC-001": describesItselfTheSameWay,
		"DSC-002": hasValidNames,
		"DSC-003": declaresWhatTheContractKnows,
		"DSC-004": answersUnimplemented,
		"DSC-005": implementsWhatItDeclares,
		"DSC-006": enforcesItsLimits,
	}
}

func rawDescriptor(t *harness.T, s *harness.Scenario, when string) *v1.Descriptor {
	answer, err := s.Raw.Describe(t.Context(), &v1.DescribeRequest{})
	if err != nil {
		t.Fatalf("Describe %s failed: %v", when, err)
	}
	return answer.GetDescriptor_()
}

func describesItselfTheSameWay(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	first := rawDescriptor(t, s, "before Configure")
	same := func(when string, again *v1.Descriptor) {
		harness.True(t, proto.Equal(first, again), "Describe %s differs from the first answer: got %s, first %s", when, again, first)
	}
	same("a second time", rawDescriptor(t, s, "a second time"))
	harness.Equal(t, "requests to the gateway", 0, s.Requests())
	other := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	same("of another process", rawDescriptor(t, other, "of another process"))
}

var (
	providerID = regexp.MustCompile(`^[a-z][a-z0-9-]{1,62}$`)
	semver     = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
)

func hasValidNames(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	d := rawDescriptor(t, s, "before Configure")
	harness.True(t, providerID.MatchString(d.GetProviderId()), "the provider's id %q does not match %s", d.GetProviderId(), providerID)
	harness.True(t, semver.MatchString(d.GetVersion()), "the provider's version %q is not a semantic version", d.GetVersion())
	harness.True(t, d.GetDisplayName() != "", "the provider has no name for people")
	// Before version 1 every minor version may break.
	harness.Equal(t, "contract version, major and minor", minor(contract.SpecVersion), minor(d.GetSpecVersion()))
}

func minor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

func declaresWhatTheContractKnows(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	raw := rawDescriptor(t, s, "before Configure")
	for _, problem := range unknownEnums(raw.ProtoReflect(), "descriptor") {
		t.Errorf("%s", problem)
	}
	if _, err := s.Describe(t); err != nil {
		t.Fatalf("the descriptor is invalid: %v", err)
	}
	seen := make(map[v1.Operation]bool)
	for _, operation := range raw.GetOperations() {
		harness.True(t, !seen[operation], "the operation %s is declared twice", operation)
		seen[operation] = true
	}
	for _, word := range e.Profile {
		harness.True(t, slices.Contains(e.Capabilities, word), "the profile requires %s, which is not declared", word)
	}
	if e.Manifest.ExpectCapabilities == nil || e.Variant != nil {
		return
	}
	expected, declared := slices.Sorted(slices.Values(e.Manifest.ExpectCapabilities)), slices.Sorted(slices.Values(e.Capabilities))
	harness.Equal(t, "capabilities, by the manifest's expectCapabilities", strings.Join(expected, " "), strings.Join(declared, " "))
}

// unknownEnums returns enum values that the .proto does not define, and those
// that are unspecified.
func unknownEnums(message protoreflect.Message, path string) []string {
	var problems []string
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		where := path + "." + string(field.Name())
		switch {
		case field.IsMap():
		case field.IsList():
			for i := range value.List().Len() {
				problems = append(problems, unknownEnum(field, value.List().Get(i), fmt.Sprintf("%s[%d]", where, i))...)
			}
		default:
			problems = append(problems, unknownEnum(field, value, where)...)
		}
		return true
	})
	return problems
}

func unknownEnum(field protoreflect.FieldDescriptor, value protoreflect.Value, where string) []string {
	switch {
	case field.Message() != nil:
		return unknownEnums(value.Message(), where)
	case field.Enum() == nil:
		return nil
	case field.Enum().Values().ByNumber(value.Enum()) == nil:
		return []string{fmt.Sprintf("%s has the value %d, which the contract does not have", where, value.Enum())}
	case value.Enum() == 0:
		return []string{where + " is left unspecified"}
	}
	return nil
}

func answersUnimplemented(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	before := s.Requests()
	for _, call := range everyCall(t, e, s, "", "") {
		if e.Descriptor.Has(call.operation) {
			continue
		}
		refusedLocally(t, s, call.name+", which is not declared", before, call.run(), contract.CapabilityUnsupported)
	}
	if idempotency := e.Descriptor.CreateIdempotency; e.Descriptor.Has(contract.OperationGetStatus) && !idempotency.LookupByKey {
		_, err := s.StatusByKey(t, pastAttempt(e.Key()))
		refusedLocally(t, s, "GetStatus by key, which is not declared", before, err, contract.CapabilityUnsupported)
	}
	refusesNamedAccounts(t, e, s)
	harness.Equal(t, "requests to the gateway", before, s.Requests())
}

// refusesNamedAccounts sends requests that are valid except for the reserved field.
func refusesNamedAccounts(t *harness.T, e *harness.Env, s *harness.Scenario) {
	const account = "another"
	money := &v1.Money{Currency: e.Manifest.Fixtures.Currency, MinorUnits: e.Manifest.Fixtures.Amounts.OK}
	usual := e.CreateRequest()
	for method, request := range inOrder(map[string]proto.Message{
		"CreatePayment": &v1.CreatePaymentRequest{
			Account: account, Attempt: &v1.Attempt{Key: usual.Attempt.Key}, Reference: usual.Reference, Method: usual.Method,
			ReturnUrl: usual.ReturnURL, Amount: money,
		},
		"GetStatus":     &v1.GetStatusRequest{Account: account, By: &v1.GetStatusRequest_PaymentId{PaymentId: "any-1"}},
		"CancelPayment": &v1.CancelPaymentRequest{Account: account, PaymentId: "any-1"},
		"Refund":        &v1.RefundRequest{Account: account, Attempt: &v1.Attempt{Key: e.Key()}, PaymentId: "any-1", Amount: money},
		"GetRefund":     &v1.GetRefundRequest{Account: account, PaymentId: "any-1", By: &v1.GetRefundRequest_RefundId{RefundId: "any-1"}},
		"ListPayments": &v1.ListPaymentsRequest{
			Account: account, CreatedFrom: timestamppb.New(time.Now().Add(-time.Hour)), CreatedUntil: timestamppb.Now(),
		},
		"ParseWebhook": &v1.ParseWebhookRequest{Account: account, Method: "POST", Path: "/", Body: []byte("{}"), ReceivedAt: timestamppb.Now()},
	}) {
		err := s.Conn.Invoke(t.Context(), "/"+v1.PaymentProvider_ServiceDesc.ServiceName+"/"+method, request, &emptypb.Empty{})
		if harness.True(t, err != nil, "a %s for a named account was answered, but this version has no named accounts", method) {
			harness.Equal(t, "reason for a "+method+" for a named account", string(contract.CapabilityUnsupported), rawReason(err))
		}
	}
}

func implementsWhatItDeclares(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := paidIfPossible(t, e, s)
	for _, call := range everyCall(t, e, s, payment.PaymentID, "") {
		if !e.Descriptor.Has(call.operation) {
			continue
		}
		reason := contract.ReasonOf(call.run())
		harness.True(t, reason != contract.CapabilityUnsupported, "%s is declared but returns %s", call.name, reason)
	}
	if e.Descriptor.CreateIdempotency.LookupByKey {
		_, err := s.StatusByKey(t, pastAttempt(payment.IdempotencyKey))
		harness.True(t, !errors.Is(err, contract.CapabilityUnsupported), "GetStatus by key is declared but returns %v", err)
	}
	if e.Descriptor.Has(contract.OperationGetRefund) && e.Descriptor.RefundIdempotency != nil && e.Descriptor.RefundIdempotency.LookupByKey {
		attempt := pastAttempt(e.Key())
		_, err := s.GetRefund(t, &contract.GetRefundRequest{PaymentID: payment.PaymentID, Attempt: &attempt})
		harness.True(t, !errors.Is(err, contract.CapabilityUnsupported), "GetRefund by key is declared but returns %v", err)
	}
}

func enforcesItsLimits(t *harness.T, e *harness.Env) {
	for what, probe := range inOrder(map[string]bool{"Describe": false, "Configure with a probe": true}) {
		s := e.Scenario(t, &harness.ScenarioOptions{Probe: probe})
		for _, method := range s.Account.PaymentMethods {
			for _, limits := range method.Currencies {
				keepsBounds(t, e, s, what, &method, &limits)
			}
			refusesOtherCurrency(t, e, s, &method)
		}
	}
}

// keepsBounds tries each bound, and one unit beyond it.
func keepsBounds(t *harness.T, e *harness.Env, s *harness.Scenario, what string, method *contract.PaymentMethod, limits *contract.CurrencyLimits) {
	ask := func(minorUnits int64) error {
		request := e.CreateRequestWith(method)
		request.Amount = contract.Money{Currency: limits.Currency, MinorUnits: minorUnits}
		_, err := s.Create(t, request)
		return err
	}
	bounds := func(bound, beyond int64) {
		if bound == 0 {
			return
		}
		subject := fmt.Sprintf("%s, by %s", contract.Money{Currency: limits.Currency, MinorUnits: bound}, what)
		if err := ask(bound); err != nil {
			t.Errorf("the bound itself, %s, was refused: %v", subject, err)
		}
		if beyond == 0 {
			return // no amount at all, which is another clause
		}
		before := s.Requests()
		refusedLocally(t, s, fmt.Sprintf("%d, one beyond the bound %s", beyond, subject), before, ask(beyond), contract.AmountOutOfRange)
	}
	bounds(limits.MinMinorUnits, limits.MinMinorUnits-1)
	bounds(limits.MaxMinorUnits, limits.MaxMinorUnits+1)
	for _, minorUnits := range amountsWithin(e, limits) {
		before := s.Requests()
		err := ask(minorUnits)
		subject := fmt.Sprintf("%s, by %s within what is declared", contract.Money{Currency: limits.Currency, MinorUnits: minorUnits}, what)
		if err != nil && !refusedByGateway(t, s, subject, before, err) {
			t.Errorf("%s, failed and was not refused by the gateway: %v", subject, err)
		}
	}
}

// amountsWithin returns amounts that only the gateway may refuse: between the bounds,
// and far above everything where none is declared.
func amountsWithin(e *harness.Env, limits *contract.CurrencyLimits) []int64 {
	const beyondInt32, beyondFloat64 = 1<<31 + 1, 1<<53 + 1
	amounts := []int64{amountWithin(e, limits)}
	if limits.MaxMinorUnits == 0 {
		return append(amounts, beyondInt32, beyondFloat64)
	}
	least, most := max(limits.MinMinorUnits, 1), limits.MaxMinorUnits
	if most-least < 2 {
		return amounts
	}
	return append(amounts, least+1, least+(most-least)/2, most-1)
}

func refusesOtherCurrency(t *harness.T, e *harness.Env, s *harness.Scenario, method *contract.PaymentMethod) {
	for _, currency := range []string{"USD", "EUR", "NOK", "ISK"} {
		if _, declared := method.Currency(currency); declared {
			continue
		}
		request := e.CreateRequestWith(method)
		request.Amount.Currency = currency
		before := s.Requests()
		_, err := s.Create(t, request)
		refusedLocally(t, s, currency+", which is not declared", before, err, contract.CurrencyUnsupported)
		return
	}
}
