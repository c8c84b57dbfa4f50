package omisealipay

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

func recorded(tb testing.TB, name string) *omise.Charge {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "charges", name))
	require.NoError(tb, err)
	charge, err := omise.DecodeCharge(data)
	require.NoError(tb, err)
	return charge
}

func TestPayment_OfTheGuidesCharge(t *testing.T) {
	t.Parallel()
	payment, err := paymentOf(recorded(t, "guide_pending_2017.json"))
	require.Nil(t, err)
	require.NoError(t, payment.Validate())
	made := time.Date(2017, 11, 2, 7, 14, 14, 0, time.UTC)
	assert.Equal(t, &contract.Payment{
		PaymentID:      "chrg_test_59tz85445qe6oj0illy",
		Method:         "alipay",
		Status:         contract.PaymentPending,
		ProviderStatus: "pending",
		Amount:         contract.Money{Currency: "THB", MinorUnits: 100_000},
		AmountRefunded: contract.Money{Currency: "THB"},
		NextAction: &contract.NextAction{
			Redirect:  &contract.Redirect{URL: "http://pay.omise.co/offsites/ofsp_test_59tz8545ixmxqjq4vjt/pay", Insecure: true},
			ExpiresAt: made.Add(24 * time.Hour),
		},
		CreatedAt: made,
		ExpiresAt: made.Add(24 * time.Hour),
	}, payment)
}

func TestPayment_OfAChargeOf2015(t *testing.T) {
	t.Parallel()
	payment, err := paymentOf(recorded(t, "complete_2015_in_2019.json"))
	require.Nil(t, err)
	assert.Equal(t, "alipay", payment.Method)
	assert.Equal(t, "k-1", payment.IdempotencyKey)
	assert.Equal(t, contract.PaymentFailed, payment.Status)
	assert.Equal(t, contract.FailurePayerTimeout, payment.Failure.Code)
}

func TestPayment_OfAChargeOf2019HasItsSettlement(t *testing.T) {
	t.Parallel()
	payment, err := paymentOf(recorded(t, "complete_2019.json"))
	require.Nil(t, err)
	assert.Equal(t, contract.PaymentSucceeded, payment.Status)
	assert.EqualValues(t, 960_945, payment.Settlement.Net.MinorUnits)
	assert.EqualValues(t, 36_500+2_555, payment.Settlement.Fee.MinorUnits)
	assert.Equal(t, time.Date(2019, 5, 22, 7, 1, 0, 0, time.UTC), payment.UpdatedAt)
}

func TestNextAction_OpensAnAppByItsLink(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]bool{
		"alipays://platformapi/startapp?x=1": true,
		"javascript:alert(1)":                false,
		"JavaScript:alert(1)":                false,
		"data:text/html,x":                   false,
		"alipays://user@host/":               false,
		"alipays://a b":                      false,
		"//host/path":                        false,
		"https://":                           false,
	} {
		action := actionOf(&omise.Charge{AuthorizeURI: link, Source: &omise.Source{Type: "alipay_cn", Flow: "app_redirect"}})
		assert.Equal(t, want, action != nil, link)
		if want {
			assert.Equal(t, link, action.OpenApp.URL)
		}
		assert.Nil(t, actionOf(&omise.Charge{AuthorizeURI: link, Source: &omise.Source{Type: "alipay", Flow: "redirect"}}), link)
	}
}

func actionOf(charge *omise.Charge) *contract.NextAction {
	m, _ := methodOf(charge)
	return m.nextAction(charge)
}

// The flow of the answer holds, and the method's where an answer has none.
func TestNextAction_FollowsTheFlowOfTheAnswer(t *testing.T) {
	t.Parallel()
	const page, app = "https://pay.omise.co/payments/pay2_test_1/authorize", "tngdwallet://pay?x=1"
	for _, row := range []struct {
		method, flow, link string
		redirect, open     bool
	}{
		{"touch_n_go", "redirect", page, true, false},
		{"touch_n_go", "redirect", app, false, false},
		{"touch_n_go", "app_redirect", app, false, true},
		{"touch_n_go", "app_redirect", page, true, false},
		{"touch_n_go", "", app, false, false},
		{"gcash", "app_redirect", app, false, true},
		{"gcash", "app_redirect", page, true, false},
		{"gcash", "redirect", app, false, false},
		{"gcash", "", app, false, true},
		{"gcash", "hologram", page, true, false},
		{"gcash", "hologram", app, false, false},
	} {
		action := actionOf(&omise.Charge{AuthorizeURI: row.link, Source: &omise.Source{Type: row.method, Flow: row.flow}})
		assert.Equal(t, row.redirect, action != nil && action.Redirect != nil, row)
		assert.Equal(t, row.open, action != nil && action.OpenApp != nil, row)
	}
}

// FuzzPayment requires a payment that the contract allows, or an error, for
// whatever a charge can be; and SUCCEEDED for nothing that its own flags deny.
func FuzzPayment(f *testing.F) {
	files, err := filepath.Glob("testdata/charges/*.json")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		charge, err := omise.DecodeCharge(data)
		if err != nil {
			return
		}
		payment, failed := paymentOf(charge)
		if failed != nil {
			require.Equal(t, contract.MalformedResponse, failed.Reason)
			return
		}
		require.NoError(t, payment.Validate())
		if payment.Status == contract.PaymentSucceeded {
			require.Equal(t, "successful", charge.Status)
			require.True(t, *charge.Authorized && *charge.Paid)
		}
	})
}
