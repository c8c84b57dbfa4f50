package omise_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

func decodeCharge(t *testing.T, name string) *omise.Charge {
	t.Helper()
	charge, err := omise.DecodeCharge([]byte(testdata(t, name)))
	require.NoError(t, err)
	return charge
}

func TestDecodeCharge_ReadsTheChargeOfTheGuide(t *testing.T) {
	t.Parallel()
	created := time.Date(2017, 11, 2, 7, 14, 14, 0, time.UTC)
	assert.Equal(t, &omise.Charge{
		ID: "chrg_test_59tz85445qe6oj0illy", Live: new(false), Amount: 100000, Currency: "THB", Status: "pending",
		Authorized: new(false), Paid: new(false), Reversed: new(false),
		Source: &omise.Source{
			ID: "src_test_59tz6ut89klcihx52ss", Type: "alipay", Flow: "redirect", Amount: new(int64(100000)), Currency: "THB",
		},
		AuthorizeURI:   "http://pay.omise.co/offsites/ofsp_test_59tz8545ixmxqjq4vjt/pay",
		ReturnURI:      "https://omise.co",
		RefundedAmount: new(int64(0)),
		Refunds:        &omise.List[omise.Refund]{Data: []omise.Refund{}},
		CreatedAt:      created,
	}, decodeCharge(t, "charge_pending_2017.json"))
}

func TestDecodeCharge_ReadsAChargeOf2019InFull(t *testing.T) {
	t.Parallel()
	charge := decodeCharge(t, "charge_pending_2019.json")
	assert.Equal(t, "alipay", charge.SourceType())
	assert.Equal(t, new(false), charge.Expired)
	assert.Equal(t, new(false), charge.Voided)
	assert.Equal(t, new(false), charge.Refundable)
	assert.Nil(t, charge.PartiallyRefundable, "2019 does not have it, which does not mean no")
	assert.Equal(t, time.Date(2019, 5, 22, 7, 0, 7, 0, time.UTC), charge.CreatedAt)
	assert.Equal(t, time.Date(2019, 5, 29, 7, 0, 7, 0, time.UTC), charge.ExpiresAt)
	assert.Zero(t, charge.PaidAt)
	assert.Equal(t, omise.Settlement{
		Currency: "THB", Gross: new(int64(1000000)), Net: new(int64(960945)), Fee: new(int64(36500)), FeeVAT: new(int64(2555)),
	}, charge.Settlement)
}

func TestDecodeCharge_ReadsOldVersionsUnderNewNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"charge_2014.json", "charge_2015.json"} {
		charge := decodeCharge(t, name)
		assert.Equal(t, new(true), charge.Paid, name)
		assert.Equal(t, new(true), charge.Authorized, name)
		assert.Equal(t, "alipay", charge.SourceType(), name)
		assert.Nil(t, charge.Source, name)
		assert.Equal(t, "THB", charge.Currency, name)
		assert.Equal(t, new(int64(0)), charge.RefundedAmount, name)
		assert.Equal(t, time.Date(2019, 5, 17, 4, 22, 0, 0, time.UTC), charge.CreatedAt, name)
		assert.Nil(t, charge.Expired, name)
	}
}

func TestDecodeCharge_ReadsRefundsAndExpandedObjects(t *testing.T) {
	t.Parallel()
	charge := decodeCharge(t, "charge_refunded_2019.json")
	assert.Equal(t, "successful", charge.Status)
	assert.Equal(t, "trxn_test_5fzctk1y3qd6cvp2pqk", charge.Transaction)
	assert.Equal(t, time.Date(2019, 5, 22, 7, 5, 0, 0, time.UTC), charge.PaidAt)
	assert.Equal(t, map[string]string{"payment_key": "pay_1"}, charge.Metadata, "values that are not texts are left out")
	assert.Equal(t, new(int64(400000)), charge.RefundedAmount)
	require.Len(t, charge.Refunds.Data, 1)
	assert.Equal(t, map[string]string{"refund_key": "ref_1"}, charge.Refunds.Data[0].Metadata)
	assert.Equal(t, 1, charge.Refunds.Total)
}

func TestDecodeCharge_KeepsFailureAndExpiry(t *testing.T) {
	t.Parallel()
	failed := decodeCharge(t, "charge_failed_timeout_2019.json")
	assert.Equal(t, []string{"failed", "timeout", "Timeout"}, []string{failed.Status, failed.FailureCode, failed.FailureMessage})
	assert.Equal(t, new(false), failed.Expired)
	expired := decodeCharge(t, "charge_expired_2019.json")
	assert.Equal(t, "expired", expired.Status)
	assert.Empty(t, expired.FailureCode)
	assert.Equal(t, new(true), expired.Expired)
}

func TestDecodeCharge_ReadsADeletedChargeAsAStub(t *testing.T) {
	t.Parallel()
	charge, err := omise.DecodeCharge([]byte(`{"object":"charge","id":"chrg_1","livemode":true,"deleted":true}`))
	require.NoError(t, err)
	assert.Equal(t, &omise.Charge{ID: "chrg_1", Live: new(true), Deleted: true}, charge)
}

func TestDecodeCharge_ReadsACardChargeWithoutOptionalFields(t *testing.T) {
	t.Parallel()
	charge, err := omise.DecodeCharge([]byte(
		`{"object":"charge","id":"chrg_1","amount":5,"currency":"jpy","source":"src_1","transaction":null,"metadata":null,"fee":"0.1","created_at":"soon"}`))
	require.NoError(t, err)
	assert.Equal(t, &omise.Charge{ID: "chrg_1", Amount: 5, Currency: "JPY", Source: &omise.Source{ID: "src_1"}}, charge)
	assert.Empty(t, charge.SourceType())
}

func TestDecodeCharge_RefusesAChargeThatCannotBeTrusted(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"another object":       `{"object":"refund","id":"chrg_1","amount":1,"currency":"thb"}`,
		"no object":            `{"id":"chrg_1","amount":1,"currency":"thb"}`,
		"no id":                `{"object":"charge","amount":1,"currency":"thb"}`,
		"an id to climb":       `{"object":"charge","id":"chrg_/../x","amount":1,"currency":"thb"}`,
		"an id of a refund":    `{"object":"charge","id":"rfnd_1","amount":1,"currency":"thb"}`,
		"no amount":            `{"object":"charge","id":"chrg_1","currency":"thb"}`,
		"a negative amount":    `{"object":"charge","id":"chrg_1","amount":-1,"currency":"thb"}`,
		"a broken amount":      `{"object":"charge","id":"chrg_1","amount":1.5,"currency":"thb"}`,
		"an amount in a text":  `{"object":"charge","id":"chrg_1","amount":"1","currency":"thb"}`,
		"an amount too large":  `{"object":"charge","id":"chrg_1","amount":9223372036854775808,"currency":"thb"}`,
		"no currency":          `{"object":"charge","id":"chrg_1","amount":1}`,
		"a flag in a text":     `{"object":"charge","id":"chrg_1","amount":1,"currency":"thb","paid":"true"}`,
		"a flag in a number":   `{"object":"charge","id":"chrg_1","amount":1,"currency":"thb","authorized":1}`,
		"a refund without id":  `{"object":"charge","id":"chrg_1","amount":1,"currency":"thb","refunds":{"object":"list","total":1,"data":[{"object":"refund"}]}}`,
		"a list without data":  `{"object":"charge","id":"chrg_1","amount":1,"currency":"thb","refunds":{"object":"list","total":0}}`,
		"a list without total": `{"object":"charge","id":"chrg_1","amount":1,"currency":"thb","refunds":{"object":"list","data":[]}}`,
		"a broken refund sum":  `{"object":"charge","id":"chrg_1","amount":1,"currency":"thb","refunded":"none"}`,
		"names in capitals":    `{"Object":"charge","ID":"chrg_1","Amount":1,"Currency":"thb"}`,
		"an amount twice":      `{"object":"charge","id":"chrg_1","amount":1,"currency":"thb","amount":2}`,
		"an array":             `[]`,
		"nothing":              ``,
	} {
		_, err := omise.DecodeCharge([]byte(raw))
		require.ErrorIs(t, err, omise.ErrMalformed, name)
	}
}

func TestDecodeRefund_ReadsEveryVersion(t *testing.T) {
	t.Parallel()
	old, err := omise.DecodeRefund([]byte(testdata(t, "refund_2017.json")))
	require.NoError(t, err)
	assert.Equal(t, &omise.Refund{
		ID: "rfnd_test_5a2enmoc3njn5t8s5yq", Charge: "chrg_test_5a2enlaox4vyqh84fcl", Amount: 10000, Currency: "THB",
		Voided: new(true), Transaction: "trxn_test_5a2enmogn2nxvh0yo5s", CreatedAt: time.Date(2017, 11, 24, 1, 2, 3, 0, time.UTC),
	}, old)
	recent, err := omise.DecodeRefund([]byte(testdata(t, "refund_2019.json")))
	require.NoError(t, err)
	assert.Equal(t, "closed", recent.Status)
	assert.Equal(t, chargeID, recent.Charge, "an expanded charge is as good as its id")
	assert.Equal(t, new(false), recent.Live)
	_, err = omise.DecodeRefund([]byte(`{"object":"refund","id":"rfnd_1","amount":1,"currency":"thb"}`))
	require.ErrorIs(t, err, omise.ErrMalformed, "a refund of no charge")
	stub, err := omise.DecodeRefund([]byte(`{"object":"refund","id":"rfnd_1","deleted":true}`))
	require.NoError(t, err)
	assert.True(t, stub.Deleted)
}
