package contract

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is checked in every call, at both ends.
var (
	checkedRequest = &CreatePaymentRequest{
		Attempt: Attempt{Key: "key-1"}, Reference: "order 1", Method: "alipay", Amount: Money{MinorUnits: 100000, Currency: "THB"},
		ReturnURL: "https://shop.example/return", Metadata: map[string]string{"table": "12"}, Payer: &Payer{Locale: "en"},
	}
	checkedPayment = &Payment{
		PaymentID: "p1", IdempotencyKey: "key-1", Reference: "order 1", Method: "alipay", Status: PaymentPending,
		Amount: Money{MinorUnits: 100000, Currency: "THB"}, AmountRefunded: Money{Currency: "THB"},
		CreatedAt: time.Unix(1, 0), NextAction: &NextAction{Redirect: &Redirect{URL: "https://pay.example/p1"}},
	}
	checkedDescriptor = &Descriptor{PaymentMethods: []PaymentMethod{
		{Code: "alipay", Currencies: []CurrencyLimits{{Currency: "THB", MinMinorUnits: 2000, MaxMinorUnits: 15000000}}},
	}}
)

// TestChecks_AllocateOnlyWhatTheyParse has the exact numbers: what url.Parse allocates,
// and the link that RedirectTo returns.
func TestChecks_AllocateOnlyWhatTheyParse(t *testing.T) { //nolint:paralleltest // allocations of other tests would count
	if underRace {
		t.Skip("under the race detector a sync.Pool, such as that of package regexp, drops some of what it has")
	}
	paid := *checkedPayment
	paid.Status, paid.NextAction = PaymentSucceeded, nil
	page := &PaymentPage{Payments: make([]Payment, MaxPageSize)}
	for i := range page.Payments {
		page.Payments[i] = paid
	}
	refund := &Refund{
		RefundID: "r1", PaymentID: "p1", IdempotencyKey: "key-1", Status: RefundSucceeded, CreatedAt: time.Unix(1, 0),
		Amount: Money{MinorUnits: 1, Currency: "THB"}, TotalRefunded: Money{MinorUnits: 1, Currency: "THB"},
	}
	webhook := &WebhookResult{
		Kind: "payment.updated", DedupeKey: "e1", Disposition: DispositionEvents, Verification: VerificationSignature,
		Ack: Ack{Status: 200}, Events: []Event{{Kind: "payment.updated", Payment: &paid}},
	}
	refundRequest := &RefundRequest{Attempt: Attempt{Key: "key-2"}, PaymentID: "p1", Amount: Money{MinorUnits: 1, Currency: "THB"}}
	for name, test := range map[string]struct {
		want  float64
		check func() error
	}{
		"a request for a payment":     {1, checkedRequest.Validate},
		"the request at the gate":     {0, func() error { return checkedDescriptor.CheckCreatePayment(checkedRequest, nil) }},
		"a payment that waits":        {3, checkedPayment.Validate},
		"a payment that is over":      {0, paid.Validate},
		"whether it answers":          {0, func() error { return checkedRequest.CheckAnswer(checkedPayment) }},
		"a page of payments":          {0, page.Validate},
		"a request for a refund":      {0, refundRequest.Validate},
		"a refund":                    {0, refund.Validate},
		"what a webhook says":         {0, webhook.Validate},
		"a request to read a payment": {0, (&GetStatusRequest{PaymentID: "p1"}).Validate},
		"a request to cancel it":      {0, (&CancelPaymentRequest{PaymentID: "p1"}).Validate},
	} {
		require.NoError(t, test.check(), name)
		assert.InDelta(t, test.want, testing.AllocsPerRun(100, func() { _ = test.check() }), 0, name)
	}
}

func TestCheck_NamesTheWholePathOfWhatIsWrong(t *testing.T) {
	t.Parallel()
	payment := *checkedPayment
	payment.NextAction = &NextAction{DisplayQR: &DisplayQR{Image: &QRImage{URL: "http://pay.example/qr.png"}}}
	payment.Settlement = &Settlement{Currency: "THB", Net: Money{Currency: "THB", MinorUnits: -1}, Fee: Money{Currency: "THB"}}
	result := &WebhookResult{
		Kind: "payment.updated", DedupeKey: "e1", Disposition: DispositionEvents, Verification: VerificationSignature,
		Ack: Ack{Status: 99}, Events: []Event{{Kind: "payment.updated", Payment: checkedPayment}, {Payment: &payment}},
	}
	e, ok := result.Validate().(*Error) //nolint:errorlint // Validate returns it as it is.
	require.True(t, ok)
	assert.Equal(t, []Violation{
		{Field: "ack.status", Description: "must be from 200 to 299, not 99"},
		{Field: "events[1].kind", Description: "must not be empty"},
		{Field: "events[1].payment.next_action.display_qr.image.url", Description: "must be an https URL, unless it leads to the host's own machine"},
		{Field: "events[1].payment.settlement.net.minor_units", Description: "must not be negative"},
	}, e.Violations)

	request := *checkedRequest
	request.Metadata = map[string]string{"": "12"}
	e, ok = request.Validate().(*Error) //nolint:errorlint // Validate returns it as it is.
	require.True(t, ok)
	assert.Equal(t, []Violation{{Field: "metadata[]", Description: "must have a key of 1 to 40 bytes"}}, e.Violations)
}
