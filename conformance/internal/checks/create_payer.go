package checks

import (
	"errors"
	"slices"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// withAccounts runs a check over the methods of the account without and with a
// probe.
func withAccounts(t *harness.T, e *harness.Env, check func(*harness.Scenario, *contract.PaymentMethod)) {
	for _, probe := range []bool{false, true} {
		s := e.Scenario(t, &harness.ScenarioOptions{Probe: probe})
		for i := range s.Account.PaymentMethods {
			check(s, &s.Account.PaymentMethods[i])
		}
	}
}

func asksForThePhone(t *harness.T, e *harness.Env) {
	withAccounts(t, e, func(s *harness.Scenario, method *contract.PaymentMethod) {
		if !e.Descriptor.NeedsPhone(method.Code, s.Account) {
			return
		}
		for what, payer := range inOrder(map[string]*contract.Payer{
			"no payer":                 nil,
			"a payer without phone":    {Locale: "th"},
			"a number without +":       {Phone: contract.NewSecret("66812345678")},
			"a number with blanks":     {Phone: contract.NewSecret("+66 81 234 5678")},
			"a number of a country":    {Phone: contract.NewSecret("+0812345678")},
			"a number of 16 digits":    {Phone: contract.NewSecret("+6681234567890123")},
			"a number of 6 digits":     {Phone: contract.NewSecret("+668123")},
			"a number in other digits": {Phone: contract.NewSecret("+๖๖๘๑๒๓๔๕๖๗๘")},
			"a number and a line":      {Phone: contract.NewSecret("+66812345678\n")},
		}) {
			request := e.CreateRequestWith(method)
			request.Payer = payer
			what = method.Code + " with " + what
			before := s.Requests()
			_, err := s.Create(t, request)
			refusedLocally(t, s, what, before, err, contract.InvalidRequest)
			failedWith(t, what, err, "", contract.NotAttempted)
			harness.True(t, violates(err, "payer.phone"), "%s: the error does not name payer.phone: %v", what, err)
		}
		payment := s.MustCreate(t, e.CreateRequestWith(method))
		s.InLedger(t, payment.PaymentID)
	})
}

// violates reports whether the error names the field.
func violates(err error, field string) bool {
	e, ok := errors.AsType[*contract.Error](err)
	return ok && slices.ContainsFunc(e.Violations, func(v contract.Violation) bool { return v.Field == field })
}

func keepsTheCode(t *harness.T, e *harness.Env) {
	withAccounts(t, e, func(s *harness.Scenario, method *contract.PaymentMethod) {
		if method.Flow != contract.FlowQR {
			return
		}
		payment := s.MustCreate(t, e.CreateRequestWith(method))
		if payment.NextAction == nil || payment.NextAction.DisplayQR == nil {
			t.Errorf("a pending payment with %s carries no code", method.Code)
			return
		}
		// The suite's own client has checked that the image is legal.
		code, recorded := payment.NextAction.DisplayQR, s.InLedger(t, payment.PaymentID)
		if code.Payload == "" || recorded.RedirectURL == "" {
			t.MarkUnverified("the ledger does not have the code of a payment with %s", method.Code)
			return
		}
		harness.Equal(t, "text of the code", recorded.RedirectURL, code.Payload)
	})
}
