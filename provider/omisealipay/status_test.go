package omisealipay_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// patched reads a fresh payment of which the gateway says something else.
func patched(t *testing.T, changes map[string]any) *contract.Payment {
	t.Helper()
	f := newFixture(t, nil)
	payment := f.create(f.newPayment())
	f.fail(getCharge, 1, kittest.Patch(changes))
	return f.status(payment.PaymentID)
}

func TestStatus_FollowsOmisesWordUnlessFlagsContradictIt(t *testing.T) {
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

func TestStatus_TranslatesFailureCodesAndKeepsUnknownOnes(t *testing.T) {
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

func TestStatus_IsExpiredOrTimedOutAfterADay(t *testing.T) {
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
			f := newFixture(t, &setup{dials: sandbox.Dials{UnpaidEnds: ends}})
			payment := f.create(f.newPayment())
			f.clock.Advance(24*time.Hour + time.Minute)
			check(t, f.status(payment.PaymentID))
		})
	}
}

func TestGetStatus_OnlyReadsAndIsFresh(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.create(f.newPayment())
	f.front.Seen()
	assert.Equal(t, contract.PaymentPending, f.status(payment.PaymentID).Status)
	f.move(payment.PaymentID, gateway.StateSucceeded)
	after := f.status(payment.PaymentID)
	assert.Equal(t, contract.PaymentSucceeded, after.Status)
	assert.Nil(t, after.NextAction)
	assert.True(t, after.ExpiresAt.IsZero())
	assert.Equal(t, 2, f.front.Count(getCharge))
	assert.Len(t, f.front.Seen(), 2)
}

func TestStatus_MayBecomeSucceededAfterFailed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	payment := f.create(f.newPayment())
	f.fail(getCharge, 1, kittest.Patch(map[string]any{"status": "failed", "failure_code": "timeout"}))
	assert.Equal(t, contract.PaymentFailed, f.status(payment.PaymentID).Status)
	f.move(payment.PaymentID, gateway.StateSucceeded)
	assert.Equal(t, contract.PaymentSucceeded, f.status(payment.PaymentID).Status)
}

func TestGetStatus_DoesNotFindAnUnknownPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	for _, id := range []string{"chrg_test_nobody", "pi_123", "chrg_test_1/refunds", "../account"} {
		_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: id})
		kittest.RequireError(t, err, contract.PaymentNotFound, "")
	}
	assert.Len(t, f.front.Seen(), 1, "what has not the form of an id is not asked for")
}

func TestPayment_HasWhatTheMerchantReceives(t *testing.T) {
	t.Parallel()
	payment := patched(t, map[string]any{"funding_currency": "THB", "net": 96_094, "fee": 3_650, "fee_vat": 256})
	thb := func(minor int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: minor} }
	assert.Equal(t, &contract.Settlement{Currency: "THB", Net: thb(96_094), Fee: thb(3_906)}, payment.Settlement)
	assert.Nil(t, patched(t, map[string]any{"funding_currency": nil, "net": 1}).Settlement)
	assert.Nil(t, patched(t, map[string]any{"funding_currency": "THB", "net": nil}).Settlement)
}

func TestPayment_ExpiresAfterADayAtMost(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	late := patched(t, map[string]any{"expires_at": "2026-11-29T08:00:00Z"})
	assert.Equal(t, created.Add(24*time.Hour), late.ExpiresAt)
	assert.Equal(t, late.ExpiresAt, late.NextAction.ExpiresAt)
	assert.Equal(t, created.Add(time.Hour), patched(t, map[string]any{"expires_at": "2026-11-22T09:00:00Z"}).ExpiresAt)
}

func TestPayment_HasNoKeyFromForeignMetadata(t *testing.T) {
	t.Parallel()
	foreign := patched(t, map[string]any{"metadata": map[string]any{"paysocket_key": "not a key!", "paysocket_reference": "x"}})
	assert.Empty(t, foreign.IdempotencyKey)
	assert.Empty(t, foreign.Reference)
	odd := patched(t, map[string]any{"metadata": map[string]any{"paysocket_key": "k", "paysocket_reference": "a\u0000b"}})
	assert.Equal(t, "k", odd.IdempotencyKey)
	assert.Empty(t, odd.Reference)
}

func TestGetStatus_RefusesAChargeThatIsNoPayment(t *testing.T) {
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
			f := newFixture(t, nil)
			payment := f.create(f.newPayment())
			f.fail(getCharge, 3, kittest.Patch(changes))
			_, err := f.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
			require.Error(t, err)
			kittest.RequireError(t, err, contract.MalformedResponse, "")
		})
	}
}
