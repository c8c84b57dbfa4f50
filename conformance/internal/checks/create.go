package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// creating holds the checks of group CRE.
func creating() map[string]Check {
	return map[string]Check{
		"CRE-001": createsOnePaymentOfTheAmount,
		"CRE-002": returnsIDForLookUp,
		"CRE-003": doesNotCallAFreshPaymentPaid,
		"CRE-004": keepsPaymentLink,
		"CRE-005": refusesInvalidRequests,
		"CRE-007": answersADecline,
		"CRE-009": acceptsNoOtherPayment,
		"CRE-011": asksForThePhone,
		"CRE-012": keepsTheCode,
	}
}

func createsOnePaymentOfTheAmount(t *harness.T, e *harness.Env) {
	account := e.Scenario(t, nil) // only its terms are of interest
	currencies := account.Method().Currencies
	account.Discard()
	for _, currency := range currencies {
		s := e.Scenario(t, nil)
		request := e.CreateRequest()
		request.Amount = contract.Money{Currency: currency.Currency, MinorUnits: amountWithin(e, &currency)}
		payment := s.MustCreate(t, request)

		recorded := s.InLedger(t, payment.PaymentID)
		harness.Equal(t, "payments in the gateway's ledger", 1, len(s.Ledger(t, "")))
		harness.Equal(t, "amount at the gateway, in minor units", request.Amount.MinorUnits, recorded.Amount)
		harness.Equal(t, "currency at the gateway", request.Amount.Currency, recorded.Currency)
		harness.Equal(t, "amount in the answer", request.Amount, payment.Amount)
	}
	countsWithoutFractions(t, e)
}

// countsWithoutFractions creates payments whose amounts change when they are
// computed in floating point.
func countsWithoutFractions(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	for _, currency := range s.Method().Currencies {
		for _, minorUnits := range oddAmounts(amountWithin(e, &currency)) {
			if minorUnits < currency.MinMinorUnits || currency.MaxMinorUnits > 0 && minorUnits > currency.MaxMinorUnits {
				continue
			}
			request := e.CreateRequest()
			request.Amount = contract.Money{Currency: currency.Currency, MinorUnits: minorUnits}
			before := s.Requests()
			payment, err := s.Create(t, request)
			if err != nil && refusedByGateway(t, s, "CreatePayment of "+request.Amount.String(), before, err) {
				continue // it may have limits that nobody has read
			}
			if harness.True(t, err == nil, "CreatePayment of %s failed with no fault injected: %v", request.Amount, err) {
				harness.Equal(t, "amount at the gateway, in minor units", minorUnits, s.InLedger(t, payment.PaymentID).Amount)
				harness.Equal(t, "amount in the answer", request.Amount, payment.Amount)
			}
		}
	}
}

// oddAmounts returns amounts from least on that change when they are converted to
// whole units and back, as 19.99 times 100 becomes 1998, and one that a 32-bit
// float cannot represent.
func oddAmounts(least int64) []int64 {
	const singlePrecision = 1<<24 + 1
	amounts := []int64{singlePrecision}
	for _, unit := range []float64{10, 100, 1000} {
		for amount := least; amount < least+10_000; amount++ {
			if int64(float64(amount)/unit*unit) != amount {
				amounts = append(amounts, amount)
				break
			}
		}
	}
	return amounts
}

// amountWithin returns the fixtures' amount, limited to the bounds of a currency.
func amountWithin(e *harness.Env, limits *contract.CurrencyLimits) int64 {
	amount := max(e.Manifest.Fixtures.Amounts.OK, limits.MinMinorUnits)
	if limits.MaxMinorUnits > 0 {
		amount = min(amount, limits.MaxMinorUnits)
	}
	return amount
}

func returnsIDForLookUp(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	first, second := s.MustCreate(t, e.CreateRequest()), s.MustCreate(t, e.CreateRequest())
	harness.True(t, first.PaymentID != second.PaymentID, "two payments have the same id %q", first.PaymentID)
	for _, made := range []*contract.Payment{first, second} {
		harness.True(t, made.PaymentID != "", "the payment's id is empty")
		s.InLedger(t, made.PaymentID)
		read := s.MustStatus(t, made.PaymentID)
		harness.Equal(t, "id on reading", made.PaymentID, read.PaymentID)
		harness.Equal(t, "amount on reading", made.Amount, read.Amount)
		harness.Equal(t, "key on reading", made.IdempotencyKey, read.IdempotencyKey)
		harness.Equal(t, "status on reading", made.Status, read.Status)
	}
}

func doesNotCallAFreshPaymentPaid(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	payment := s.MustCreate(t, e.CreateRequest())
	harness.Equal(t, "state in the gateway's ledger", gateway.StatePending, s.InLedger(t, payment.PaymentID).State)
	harness.Equal(t, "status of a payment that nobody has paid", contract.PaymentPending, payment.Status)
	harness.Equal(t, "its status on reading", contract.PaymentPending, s.MustStatus(t, payment.PaymentID).Status)
}

func keepsPaymentLink(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	method := s.Method()
	if method.Flow == contract.FlowQR { // the run is about a method without a link
		methods := s.Account.PaymentMethods
		at := slices.IndexFunc(methods, func(m contract.PaymentMethod) bool { return m.Flow != contract.FlowQR })
		if at < 0 {
			t.SkipUnverified("the account has no method with a link for the payer")
		}
		method = &methods[at]
	}
	var payment *contract.Payment
	var recorded *gateway.Payment
	for _, returnURL := range []string{
		"https://shop.example", "https://shop.example/back/", "https://shop.example/?", "https://Shop.example:443/a/../b//c?next=%2f",
		"https://shop.example/return;v=1/%E0%B8%8A?y=%2B&order=a%26b&x=1+2&x&order=#done",
	} {
		request := e.CreateRequestWith(method)
		request.ReturnURL = returnURL
		payment = s.MustCreate(t, request)
		recorded = s.InLedger(t, payment.PaymentID)
		harness.Equal(t, "return URL at the gateway", returnURL, recorded.ReturnURL)
	}
	switch next := payment.NextAction; {
	case next != nil && next.Redirect != nil:
		harness.Equal(t, "link for the payer", recorded.RedirectURL, next.Redirect.URL)
		harness.Equal(t, "insecure of "+next.Redirect.URL, !strings.HasPrefix(next.Redirect.URL, "https://"), next.Redirect.Insecure)
	case next != nil && next.OpenApp != nil && method.Flow == contract.FlowApp:
		harness.Equal(t, "link into the payer's app", recorded.RedirectURL, next.OpenApp.URL)
	default:
		t.Errorf("a pending payment with %s carries no link", method.Code)
	}
}

func refusesInvalidRequests(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	for what, change := range inOrder(map[string]func(*contract.CreatePaymentRequest){
		"an amount of 0":           func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits = 0 },
		"a negative amount":        func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits = -r.Amount.MinorUnits },
		"the least int64":          func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits = -1 << 63 },
		"no currency":              func(r *contract.CreatePaymentRequest) { r.Amount.Currency = "" },
		"an unknown currency":      func(r *contract.CreatePaymentRequest) { r.Amount.Currency = "ZZZ" },
		"a currency with a blank":  func(r *contract.CreatePaymentRequest) { r.Amount.Currency += " " },
		"a currency in lower case": func(r *contract.CreatePaymentRequest) { r.Amount.Currency = strings.ToLower(r.Amount.Currency) },
		"no reference":             func(r *contract.CreatePaymentRequest) { r.Reference = "" },
		"no payment method":        func(r *contract.CreatePaymentRequest) { r.Method = "" },
		"an unknown method":        func(r *contract.CreatePaymentRequest) { r.Method = "no_such_method" },
		"no return URL":            func(r *contract.CreatePaymentRequest) { r.ReturnURL = "" },
		"a script as return URL":   func(r *contract.CreatePaymentRequest) { r.ReturnURL = "javascript:alert(1)" },
		"a Thai host to return to": func(r *contract.CreatePaymentRequest) { r.ReturnURL = "https://\u0e23\u0e49\u0e32\u0e19.example/" },
		"a Chinese page to return": func(r *contract.CreatePaymentRequest) { r.ReturnURL = "https://shop.example/\u8ba2\u5355?id=1" },
		"a return URL with blanks": func(r *contract.CreatePaymentRequest) { r.ReturnURL = "https://shop.example/a b" },
		"a currency that is gone":  func(r *contract.CreatePaymentRequest) { r.Amount.Currency = "HRK" },
	}) {
		request := e.CreateRequest()
		change(request)
		before := s.Requests()
		_, err := s.Create(t, request)
		refusedLocally(t, s, what, before, err, contract.InvalidRequest, contract.CurrencyUnsupported,
			contract.AmountOutOfRange, contract.MethodUnsupported)
		failedWith(t, what, err, "", contract.NotAttempted)
	}
	refusesAnotherExponent(t, e, s)
}

// refusesAnotherExponent sends an amount that is counted in other minor units
// than the currency has.
func refusesAnotherExponent(t *harness.T, e *harness.Env, s *harness.Scenario) {
	usual := e.CreateRequest()
	digits, _ := contract.Exponent(usual.Amount.Currency)
	exponent := int32(digits) + 1 //nolint:gosec // at most 4
	ctx := t.Context()
	before := s.Requests()
	_, err := s.Raw.CreatePayment(ctx, &v1.CreatePaymentRequest{
		Attempt: &v1.Attempt{Key: usual.Attempt.Key}, Reference: usual.Reference, Method: usual.Method, ReturnUrl: usual.ReturnURL,
		Amount: &v1.Money{Currency: usual.Amount.Currency, MinorUnits: usual.Amount.MinorUnits, Exponent: &exponent},
	})
	if harness.True(t, err != nil, "an amount counted in other minor units was accepted") {
		harness.Equal(t, "reason for other minor units", string(contract.CurrencyExponentMismatch), rawReason(err))
	}
	harness.Equal(t, "other minor units: requests to the gateway", before, s.Requests())
}

func answersADecline(t *harness.T, e *harness.Env) {
	if len(e.Manifest.Fields.Decline) == 0 {
		t.SkipUnverified("the manifest has no fields.decline")
	}
	s := e.Scenario(t, nil)
	end := patchCreated(s, set(e.Manifest.Fields.Decline)...)
	payment, err := s.Create(t, e.CreateRequest())
	end()
	if err != nil {
		t.Fatalf("the gateway declined the payment, and the provider returned an error instead: %v", err)
	}
	harness.Equal(t, "status of a declined payment", contract.PaymentFailed, payment.Status)
	if harness.True(t, payment.Failure != nil, "the declined payment has no failure") {
		harness.True(t, payment.Failure.Code != "", "the failure of the declined payment has no code")
		s.Arm(patch(manifest.OpGet, set(e.Manifest.Fields.Decline)...))
		if read := s.MustStatus(t, payment.PaymentID); harness.True(t, read.Failure != nil, "the declined payment has no failure on reading") {
			harness.Equal(t, "failure code of a declined payment, and on reading", read.Failure.Code, payment.Failure.Code)
		}
	}
	harness.True(t, payment.NextAction == nil, "the declined payment asks the payer to do something")
}

func acceptsNoOtherPayment(t *harness.T, e *harness.Env) {
	f := &e.Manifest.Fields
	genuine := e.Scenario(t, nil)
	genuine.MustCreate(t, e.CreateRequest())
	answer := genuine.Body(t, manifest.OpCreate)
	differences := []struct {
		what, pointer string
		value         any
	}{
		{"another amount", harness.RequireField(t, "fields.amount", f.Amount), e.Manifest.Fixtures.Amounts.OK + 1},
		{"another currency", harness.RequireField(t, "fields.currency", f.Currency), otherCurrency(e)},
		{"another key", harness.OptionalField(t, "fields.key", f.Key), "another-key-1"},
		{"another method", harness.OptionalField(t, "fields.method", f.Method), "some_other_method"},
		{"the other mode", harness.OptionalField(t, "fields.live", f.Live), e.Manifest.Mode != contract.ModeLive},
	}
	for _, difference := range differences {
		if difference.pointer == "" {
			continue // by the manifest, the gateway does not return it
		}
		s := e.Scenario(t, nil)
		value := asWritten(answer, difference.pointer, difference.value)
		patchCreated(s, gateway.PatchOp{Op: "replace", Path: difference.pointer, Value: value})
		_, err := s.Create(t, e.CreateRequest())
		// The suite's own client refuses such a payment too, as PROVIDER_BUG.
		if !failedWith(t, difference.what, err, contract.MalformedResponse, contract.Indeterminate) {
			continue
		}
		made := s.Ledger(t, "")
		if harness.Equal(t, difference.what+": payments in the gateway's ledger", 1, len(made)) {
			harness.Equal(t, difference.what+": payment_id in the error's metadata", made[0].ID, metadata(err)[contract.MetaPaymentID])
		}
	}
	acceptsAnotherReturnURL(t, e)
}

// asWritten returns a value as text where the gateway writes text, as some do for
// amounts. A value of another type would be refused for its type.
func asWritten(answer []byte, pointer string, value any) any {
	if was, _ := valueAt(answer, pointer); was != nil {
		if text, isText := was.(string); isText {
			return likeText(text, value)
		}
	}
	return value
}

// likeText formats a value like an existing text: an amount gets a decimal point
// if the text has one.
func likeText(text string, value any) string {
	minorUnits, isAmount := value.(int64)
	_, decimals, hasPoint := strings.Cut(text, ".")
	if !isAmount || !hasPoint || len(decimals) == 0 {
		return fmt.Sprint(value)
	}
	digits := fmt.Sprintf("%0*d", len(decimals)+1, minorUnits)
	return digits[:len(digits)-len(decimals)] + "." + digits[len(digits)-len(decimals):]
}

func otherCurrency(e *harness.Env) string {
	if e.Manifest.Fixtures.Currency == "USD" {
		return "EUR"
	}
	return "USD"
}

func acceptsAnotherReturnURL(t *harness.T, e *harness.Env) {
	where := harness.OptionalField(t, "fields.return_url", e.Manifest.Fields.ReturnURL)
	if where == "" {
		return
	}
	s := e.Scenario(t, nil)
	s.Arm(patch(manifest.OpCreate, gateway.PatchOp{Op: "replace", Path: where, Value: "https://shop.example/elsewhere"}))
	_, err := s.Create(t, e.CreateRequest())
	harness.True(t, err == nil, "the gateway answered with another return URL, which is allowed, but the provider failed: %v", err)
}
