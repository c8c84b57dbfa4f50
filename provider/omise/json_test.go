package omise_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// chargeWith returns a charge with more members.
func chargeWith(members string) string {
	return `{"object":"charge","id":"chrg_1","amount":5,"currency":"thb",` + members + `}`
}

// Fields that decide about money are refused if they can be read in two ways.
func TestDecodeCharge_RefusesWhatTwoReadersCouldReadDifferently(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ raw, why string }{
		// JSON is UTF-8. Readers replace other bytes in different ways, and a payment is not found by a key in metadata
		// that was changed.
		"bytes that are no UTF-8":         {chargeWith("\"metadata\":{\"key\":\"\xff\"}"), "it is not UTF-8"},
		"bytes that are no UTF-8 in text": {chargeWith("\"description\":\"\xc3\""), "it is not UTF-8"},
		// Two versions have two names for one field. If one of them cannot be read they may disagree.
		"an older flag of another type beside the newer": {chargeWith(`"paid":true,"captured":"yes"`), "another type than documented (captured)"},
		"an older sum of another type beside the newer":  {chargeWith(`"refunded_amount":0,"refunded":"all"`), "another type than documented (refunded)"},
		"a newer flag of another type beside the older":  {chargeWith(`"paid":"yes","captured":true`), "another type than documented (paid)"},
		// A stub has an id and nothing else.
		"a stub with another bad field": {`{"object":"charge","id":"chrg_1","deleted":true,"amount":"5"}`, "another type than documented (amount)"},
		"a stub by a text":              {`{"object":"charge","id":"chrg_1","deleted":"true"}`, "another type than documented (deleted)"},
		// The charge's refunds are part of what is known of its money.
		"refunds of an unreadable mode": {chargeWith(`"refunds":{"object":"list","livemode":"no","total":0,"data":[]}`), "refunds: a value has another type than documented"},
		"refunds of another kind":       {chargeWith(`"refunds":7`), "refunds: a value has another type than documented"},
		"refunds without a total":       {chargeWith(`"refunds":{"object":"list","data":[]}`), "refunds: total is missing"},
		"a refund that is null":         {chargeWith(`"refunds":{"object":"list","total":1,"data":[null]}`), "refunds: one of them cannot be read"},
		"a refund with a name twice":    {chargeWith(`"refunded_amount":0,"refunds":[{"id":"rfnd_1","id":"rfnd_2"}]`), "a name twice"},
		"an amount that is null":        {`{"object":"charge","id":"chrg_1","amount":null,"currency":"thb"}`, "amount is missing"},
		"an amount with an exponent":    {`{"object":"charge","id":"chrg_1","amount":1e2,"currency":"thb"}`, "another type than documented (amount)"},
	} {
		charge, err := omise.DecodeCharge([]byte(row.raw))
		require.ErrorIs(t, err, omise.ErrMalformed, name)
		assert.Contains(t, err.Error(), row.why, name)
		assert.Nil(t, charge, name)
	}
}

// Fields that only inform stop no payment.
func TestDecodeCharge_AcceptsInvalidFieldsThatOnlyInform(t *testing.T) {
	t.Parallel()
	at := time.Date(2019, 5, 22, 7, 0, 7, 0, time.UTC)
	for name, row := range map[string]struct {
		members string
		want    omise.Charge
	}{
		"texts of other types":   {`"status":1,"failure_code":[],"description":{"a":1},"return_uri":true,"offsite":null`, omise.Charge{}},
		"figures of other types": {`"fee":"1","net":1.5,"fee_vat":1e2,"funding_amount":9223372036854775808,"funding_currency":7`, omise.Charge{}},
		"figures":                {`"fee":-1,"net":9223372036854775807`, omise.Charge{Settlement: omise.Settlement{Fee: new(int64(-1)), Net: new(int64(9223372036854775807))}}},
		"metadata of no kind":    {`"metadata":["a"]`, omise.Charge{MetadataLost: true}},
		"metadata of all kinds": {
			`"metadata":{"a":"\u00e9","b":1.50,"c":null,"d":{ "x" : [ 1, "\u0041" ] },"\u0065":""}`,
			omise.Charge{Metadata: map[string]string{"a": "é", "e": ""}},
		},
		"half an emoji":                 {`"description":"a\ud83c"`, omise.Charge{Description: "a\ufffd"}},
		"an expanded transaction":       {`"transaction":{"object":"transaction","id":"trxn_1","more":{}}`, omise.Charge{Transaction: "trxn_1"}},
		"a transaction of another kind": {`"transaction":{"id":7}`, omise.Charge{}},
		"a source by id":                {`"source":"src_1"`, omise.Charge{Source: &omise.Source{ID: "src_1"}}},
		"a source without an id":        {`"source":"","offsite":"alipay"`, omise.Charge{Offsite: "alipay"}},
		"a source of another kind":      {`"source":[]`, omise.Charge{}},
		"a source with an odd amount":   {`"source":{"object":"source","id":"src_1","type":"alipay","flow":"redirect","amount":"5"}`, omise.Charge{Source: &omise.Source{ID: "src_1", Type: "alipay", Flow: "redirect"}}},
		"a source without a type":       {`"source":{"object":"source","id":"src_1"}`, omise.Charge{Source: &omise.Source{ID: "src_1"}}},
		"a card":                        {`"card":{"object":"card","id":7}`, omise.Charge{Card: true}},
		"a card by id":                  {`"card":"card_1"`, omise.Charge{Card: true}},
		"no card":                       {`"card":""`, omise.Charge{}},
		"a customer of any kind":        {`"customer":{"id":[]},"branch":7,"dispute":"dspt_1"`, omise.Charge{}},
		"no refunds":                    {`"refunds":[]`, omise.Charge{Refunds: &omise.List[omise.Refund]{Data: []omise.Refund{}}}},
		"refunds in an array": {
			`"refunds":[{"object":"refund","id":"rfnd_1","charge":{"id":"chrg_1"},"amount":2,"currency":"thb"}]`,
			omise.Charge{Refunds: &omise.List[omise.Refund]{Total: 1, Data: []omise.Refund{{ID: "rfnd_1", Charge: "chrg_1", Amount: 2, Currency: "THB"}}}},
		},
		"unreadable refunds beside their sum": {`"refunded_amount":2,"refunds":{"object":"list","total":1,"data":[7]}`, omise.Charge{RefundedAmount: new(int64(2))}},
		// Both names are of the same time, so the readable one is used.
		"an unreadable newer time":        {`"created_at":"soon","created":"2019-05-22T07:00:07Z"`, omise.Charge{CreatedAt: at}},
		"an unreadable newer time of pay": {`"paid_at":1,"captured_at":"2019-05-22T07:00:07Z"`, omise.Charge{PaidAt: at}},
		"an unreadable older time":        {`"created_at":"2019-05-22T07:00:07Z","created":"soon"`, omise.Charge{CreatedAt: at}},
		"two times":                       {`"created_at":"2019-05-22T07:00:07Z","created":"2014-01-01T00:00:00Z"`, omise.Charge{CreatedAt: at}},
		"a time of another zone":          {`"created_at":"2019-05-22T14:00:07+07:00"`, omise.Charge{CreatedAt: at}},
		"a time with spaces":              {`"created_at":"2019-05-22 07:00:07 UTC"`, omise.Charge{CreatedAt: at}},
		"newer names":                     {`"paid":false,"captured":true,"refunded_amount":0,"refunded":9`, omise.Charge{Paid: new(false), RefundedAmount: new(int64(0))}},
		"null is no name":                 {`"paid":null,"captured":true,"refunded_amount":null,"refunded":9`, omise.Charge{Paid: new(true), RefundedAmount: new(int64(9))}},
	} {
		charge, err := omise.DecodeCharge([]byte(chargeWith(row.members)))
		require.NoError(t, err, name)
		row.want.ID, row.want.Amount, row.want.Currency = "chrg_1", 5, "THB"
		assert.Equal(t, &row.want, charge, name)
	}
}

// An escape does not change a text.
func TestDecodeCharge_ReadsEscapedNamesAndKinds(t *testing.T) {
	t.Parallel()
	charge, err := omise.DecodeCharge([]byte(`{"\u006fbject":"ch\u0061rge","id":"chrg_\u0031","amount":5,"currency":"thb"}`))
	require.NoError(t, err)
	assert.Equal(t, &omise.Charge{ID: "chrg_1", Amount: 5, Currency: "THB"}, charge)
}

func TestDecodeCharge_RefusesEveryPrefixOfACharge(t *testing.T) {
	t.Parallel()
	whole := strings.TrimSpace(testdata(t, "charge_refunded_2019.json"))
	for i := range len(whole) {
		_, err := omise.DecodeCharge([]byte(whole[:i]))
		require.ErrorIs(t, err, omise.ErrMalformed, i)
		require.Contains(t, err.Error(), "it is not one JSON object", i)
	}
}

func TestRetrieveCapability_AcceptsInvalidFieldsThatOnlyInform(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]*omise.Capability{
		`{"object":"capability","country":1,"limits":[],"payment_methods":[]}`:                               {},
		`{"object":"capability","limits":{"charge_amount":7},"payment_methods":[]}`:                          {},
		`{"object":"capability","limits":{"charge_amount":{"min":"1","max":2}},"payment_methods":[]}`:        {MaxAmount: new(int64(2))},
		`{"object":"capability","payment_methods":[{"name":"alipay","currencies":["thb",1,"","Usd",null]}]}`: {PaymentMethods: []omise.PaymentMethod{{Name: "alipay", Currencies: []string{"THB", "USD"}}}},
		`{"object":"capability","payment_methods":[{"name":"alipay","currencies":"thb"},7,{"name":7}]}`:      {PaymentMethods: []omise.PaymentMethod{{Name: "alipay"}, {}, {}}},
	} {
		_, base := listen(t, ok(body))
		capability, err := client(t, base, nil).RetrieveCapability(t.Context())
		require.NoError(t, err, body)
		assert.Equal(t, want, capability, body)
	}
	for _, body := range []string{
		`{"object":"capability"}`, `{"object":"capability","payment_methods":null}`, `{"object":"capability","payment_methods":{}}`,
		`{"object":"capability","payment_methods":[],"livemode":"no"}`, `{"object":"capability","payment_methods":[],"livemode":true}`,
	} {
		_, base := listen(t, ok(body))
		_, err := client(t, base, nil).RetrieveCapability(t.Context())
		assert.Equal(t, omise.KindMalformed, errorOf(t, err).Kind, body)
	}
}
