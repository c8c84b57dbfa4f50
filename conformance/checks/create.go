package checks

import (
	"github.com/paysocket/paysocket/conformance/harness"
	"github.com/paysocket/paysocket/contract"
)

// creating holds the checks of group CRE.
func creating() map[string]Check {
	return map[string]Check{
		"CRE-001": createsOnePaymentOfTheAmount,
		"CRE-003": doesNotCallAFreshPaymentPaid,
	}
}

func createsOnePaymentOfTheAmount(t *harness.T, e *harness.Env) {
	for _, currency := range e.Method().Currencies {
		s := e.Stage(t, nil)
		request := e.CreateRequest()
		request.Amount = contract.Money{Currency: currency.Currency, MinorUnits: amountWithin(e, &currency)}
		payment := s.MustCreate(t, request)

		recorded := s.InLedger(t, payment.PaymentID)
		harness.Equal(t, "payments in the gateway's ledger", 1, len(s.Ledger(t, "")))
		harness.Equal(t, "amount at the gateway, in minor units", request.Amount.MinorUnits, recorded.Amount)
		harness.Equal(t, "currency at the gateway", request.Amount.Currency, recorded.Currency)
		harness.Equal(t, "amount in the answer", request.Amount, payment.Amount)
	}
}

// amountWithin gives the fixtures' amount, moved into the bounds of a currency.
func amountWithin(e *harness.Env, limits *contract.CurrencyLimits) int64 {
	amount := max(e.Manifest.Fixtures.Amounts.OK, limits.MinMinorUnits)
	if limits.MaxMinorUnits > 0 {
		amount = min(amount, limits.MaxMinorUnits)
	}
	return amount
}

func doesNotCallAFreshPaymentPaid(t *harness.T, e *harness.Env) {
	s := e.Stage(t, nil)
	payment := s.MustCreate(t, e.CreateRequest())
	harness.Equal(t, "state in the gateway's ledger", "pending", string(s.InLedger(t, payment.PaymentID).State))
	harness.Equal(t, "status of a payment that nobody has paid", contract.PaymentPending, payment.Status)
	harness.Equal(t, "its status on reading", contract.PaymentPending, s.MustStatus(t, payment.PaymentID).Status)
}
