package omisealipay_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// patched reads a fresh payment of which the gateway says something else.
func patched(t *testing.T, changes map[string]any) *contract.Payment {
	t.Helper()
	b := open(t, nil)
	payment := b.create(b.order())
	b.road.fault(getCharge, 1, patches(changes))
	return b.status(payment.PaymentID)
}

func TestTheGatewaysWordsAreTheContractsStatuses(t *testing.T) {
	t.Parallel()
	paid := map[string]any{"status": "successful", "authorized": true, "paid": true}
	for name, test := range map[string]struct {
		says   map[string]any
		status contract.PaymentStatus
		word   string
	}{
		"pending":             {map[string]any{}, contract.PaymentPending, "pending"},
		"paid":                {paid, contract.PaymentSucceeded, "successful"},
		"paid in 2014's word": {map[string]any{"status": "successful", "authorized": true, "paid": nil, "captured": true}, contract.PaymentSucceeded, "successful"},
		"failed":              {map[string]any{"status": "failed"}, contract.PaymentFailed, "failed"},
		"expired":             {map[string]any{"status": "expired", "expired": true}, contract.PaymentExpired, "expired"},
		"reversed":            {map[string]any{"status": "reversed", "reversed": true}, contract.PaymentCanceled, "reversed"},
		"reversed after hold": {map[string]any{"status": "reversed", "reversed": true, "authorized": true}, contract.PaymentCanceled, "reversed"},

		"a new word":  {map[string]any{"status": "napping"}, contract.PaymentUnknown, "napping"},
		"no word":     {map[string]any{"status": nil}, contract.PaymentUnknown, ""},
		"in capitals": {map[string]any{"status": "SUCCESSFUL", "authorized": true, "paid": true}, contract.PaymentUnknown, "SUCCESSFUL"},

		"successful, not paid":        {map[string]any{"status": "successful", "authorized": true, "paid": false}, contract.PaymentUnknown, "successful (but paid is not true)"},
		"successful, not authorized":  {map[string]any{"status": "successful", "authorized": false, "paid": true}, contract.PaymentUnknown, "successful (but authorized is not true)"},
		"successful, flags absent":    {map[string]any{"status": "successful", "authorized": nil, "paid": nil}, contract.PaymentUnknown, "successful (but authorized is not true)"},
		"successful with a failure":   {with(paid, "failure_code", "timeout"), contract.PaymentUnknown, "successful (but it has a failure code)"},
		"successful and reversed":     {with(paid, "reversed", true), contract.PaymentUnknown, "successful (but reversed is true)"},
		"refunded more than paid":     {with(paid, "refunded_amount", 100_001), contract.PaymentUnknown, "successful (but more is refunded than was paid)"},
		"pending and paid":            {map[string]any{"authorized": true, "paid": true}, contract.PaymentUnknown, "pending (but authorized is true)"},
		"pending, flags differ":       {map[string]any{"paid": true}, contract.PaymentUnknown, "pending (but paid is true)"},
		"pending with time of paying": {map[string]any{"paid_at": "2026-11-22T08:00:01Z"}, contract.PaymentUnknown, "pending (but it has a time of payment)"},
		"pending and expired":         {map[string]any{"expired": true}, contract.PaymentUnknown, "pending (but expired is true)"},
		"pending with a failure":      {map[string]any{"failure_code": "timeout"}, contract.PaymentUnknown, "pending (but it has a failure code)"},
		"pending and refunded":        {map[string]any{"refunded_amount": 1}, contract.PaymentUnknown, "pending (but something is refunded)"},
		"failed and paid":             {map[string]any{"status": "failed", "authorized": true, "paid": true}, contract.PaymentUnknown, "failed (but authorized is true)"},
		"expired and paid":            {map[string]any{"status": "expired", "paid": true}, contract.PaymentUnknown, "expired (but paid is true)"},
		"expired, flag denies":        {map[string]any{"status": "expired", "expired": false}, contract.PaymentUnknown, "expired (but expired is false)"},
		"reversed and paid":           {map[string]any{"status": "reversed", "reversed": true, "paid": true}, contract.PaymentUnknown, "reversed (but paid is true)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payment := patched(t, test.says)
			assert.Equal(t, test.status, payment.Status)
			assert.Equal(t, test.word, payment.ProviderStatus)
		})
	}
}

func with(fields map[string]any, name string, value any) map[string]any {
	more := maps.Clone(fields)
	more[name] = value
	return more
}

func TestFailureCodesAreTranslatedAndUnknownOnesKept(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]contract.FailureCode{
		"timeout":              contract.FailurePayerTimeout,
		"payment_cancelled":    contract.FailurePayerCanceled,
		"payment_rejected":     contract.FailureDeclined,
		"insufficient_balance": contract.FailureInsufficientFunds,
		"failed_fraud_check":   contract.FailureFraudSuspected,
		"failed_processing":    contract.FailureProcessingError,
		"invalid_account":      contract.FailureAccountRestricted,
		"moon_phase":           contract.FailureOther,
		"":                     contract.FailureOther,
	} {
		t.Run("code "+code, func(t *testing.T) {
			t.Parallel()
			var raw any = code
			if code == "" {
				raw = nil
			}
			payment := patched(t, map[string]any{"status": "failed", "failure_code": raw, "failure_message": "said\nso"})
			assert.Equal(t, &contract.Failure{Code: want, ProviderCode: code, Message: "said so"}, payment.Failure)
		})
	}
}

func TestWhoDoesNotPayInADayHasExpiredOrTimedOut(t *testing.T) {
	t.Parallel()
	for ends, check := range map[string]func(*testing.T, *contract.Payment){
		"expired": func(t *testing.T, p *contract.Payment) {
			t.Helper()
			assert.Equal(t, contract.PaymentExpired, p.Status)
			assert.Nil(t, p.Failure)
		},
		"failed": func(t *testing.T, p *contract.Payment) {
			t.Helper()
			assert.Equal(t, contract.PaymentFailed, p.Status)
			assert.Equal(t, contract.FailurePayerTimeout, p.Failure.Code)
		},
	} {
		t.Run(ends, func(t *testing.T) {
			t.Parallel()
			b := open(t, &setup{dials: sandbox.Dials{UnpaidEnds: ends}})
			payment := b.create(b.order())
			b.clock.turn(24*time.Hour + time.Minute)
			check(t, b.status(payment.PaymentID))
		})
	}
}

func TestStatusIsFreshAndOnlyRead(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.create(b.order())
	b.road.clear()
	assert.Equal(t, contract.PaymentPending, b.status(payment.PaymentID).Status)
	b.move(payment.PaymentID, gateway.StateSucceeded)
	after := b.status(payment.PaymentID)
	assert.Equal(t, contract.PaymentSucceeded, after.Status)
	assert.Nil(t, after.NextAction)
	assert.True(t, after.ExpiresAt.IsZero())
	assert.Equal(t, 2, b.road.count(getCharge))
	assert.Equal(t, 2, b.road.all())
}

func TestAPaymentThatFailedMayStillBecomePaid(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payment := b.create(b.order())
	b.road.fault(getCharge, 1, patches(map[string]any{"status": "failed", "failure_code": "timeout"}))
	assert.Equal(t, contract.PaymentFailed, b.status(payment.PaymentID).Status)
	b.move(payment.PaymentID, gateway.StateSucceeded)
	assert.Equal(t, contract.PaymentSucceeded, b.status(payment.PaymentID).Status)
}

func TestAnUnknownPaymentIsNotFound(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for _, id := range []string{"chrg_test_nobody", "pi_123", "chrg_test_1/refunds", "../account"} {
		_, err := b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: id})
		requireError(t, err, contract.PaymentNotFound, "")
	}
	assert.Equal(t, 1, b.road.all(), "what has not the form of an id is not asked for")
}

func TestTheSettlementIsWhatTheMerchantReceives(t *testing.T) {
	t.Parallel()
	payment := patched(t, map[string]any{"funding_currency": "THB", "net": 96_094, "fee": 3_650, "fee_vat": 256})
	thb := func(minor int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: minor} }
	assert.Equal(t, &contract.Settlement{Currency: "THB", Net: thb(96_094), Fee: thb(3_906)}, payment.Settlement)
	assert.Nil(t, patched(t, map[string]any{"funding_currency": nil, "net": 1}).Settlement)
	assert.Nil(t, patched(t, map[string]any{"funding_currency": "THB", "net": nil}).Settlement)
}

func TestThePayersDeadlineIsADayWhateverTheGatewayShows(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	late := patched(t, map[string]any{"expires_at": "2026-11-29T08:00:00Z"})
	assert.Equal(t, created.Add(24*time.Hour), late.ExpiresAt)
	assert.Equal(t, late.ExpiresAt, late.NextAction.ExpiresAt)
	assert.Equal(t, created.Add(time.Hour), patched(t, map[string]any{"expires_at": "2026-11-22T09:00:00Z"}).ExpiresAt)
}

func TestWhatOthersWroteIntoMetadataIsNoKey(t *testing.T) {
	t.Parallel()
	foreign := patched(t, map[string]any{"metadata": map[string]any{"paysocket_key": "not a key!", "paysocket_reference": "x"}})
	assert.Empty(t, foreign.IdempotencyKey)
	assert.Empty(t, foreign.Reference)
	odd := patched(t, map[string]any{"metadata": map[string]any{"paysocket_key": "k", "paysocket_reference": "a\u0000b"}})
	assert.Equal(t, "k", odd.IdempotencyKey)
	assert.Empty(t, odd.Reference)
}

func TestAChargeThatIsNoPaymentIsNotInvented(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]map[string]any{
		"no time":       {"created": nil, "created_at": nil},
		"no currency":   {"currency": nil},
		"odd currency":  {"currency": "zzz"},
		"deleted":       {"deleted": true},
		"negative":      {"amount": -1},
		"a fraction":    {"amount": 1000.5},
		"another id":    {"id": "chrg_test_other"},
		"another mode":  {"livemode": true},
		"an odd flag":   {"paid": "yes"},
		"odd refunds":   {"refunded_amount": -5},
		"another thing": {"object": "token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			payment := b.create(b.order())
			b.road.fault(getCharge, 3, patches(changes))
			_, err := b.provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
			require.Error(t, err)
			requireError(t, err, contract.MalformedResponse, "")
		})
	}
}
