package omise_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

func TestParseEvent_ReadsAChargeOf2015InAnEventOf2019(t *testing.T) {
	t.Parallel()
	event, err := omise.ParseEvent([]byte(testdata(t, "event_2019_around_charge_2015.json")))
	require.NoError(t, err)
	assert.Equal(t, "evnt_test_5fxxkb2o5e4c0yzc0ld", event.ID)
	assert.Equal(t, "charge.complete", event.Key)
	assert.Equal(t, new(false), event.Live)
	assert.Equal(t, time.Date(2019, 5, 17, 4, 24, 31, 0, time.UTC), event.CreatedAt)
	charge, err := omise.DecodeCharge(event.Data)
	require.NoError(t, err)
	assert.Equal(t, "alipay", charge.SourceType())
	assert.Equal(t, new(true), charge.Paid)
	_, err = omise.DecodeRefund(event.Data)
	require.ErrorIs(t, err, omise.ErrMalformed)
}

func TestParseEvent_ReadsAStubOrNoData(t *testing.T) {
	t.Parallel()
	event, err := omise.ParseEvent([]byte(testdata(t, "event_deleted.json")))
	require.NoError(t, err)
	charge, err := omise.DecodeCharge(event.Data)
	require.NoError(t, err)
	assert.True(t, charge.Deleted)
	assert.Equal(t, time.Date(2015, 12, 2, 23, 31, 10, 0, time.UTC), event.CreatedAt)

	event, err = omise.ParseEvent([]byte(`{"object":"event","id":"evnt_1","key":"charge.complete","data":null}`))
	require.NoError(t, err)
	assert.Nil(t, event.Data)

	event, err = omise.ParseEvent([]byte(testdata(t, "event_without_data.json")))
	require.NoError(t, err)
	assert.Nil(t, event.Data)
	assert.Equal(t, time.Date(2023, 3, 2, 10, 27, 9, 0, time.UTC), event.CreatedAt)
	_, err = omise.DecodeCharge(event.Data)
	require.ErrorIs(t, err, omise.ErrMalformed)
}

func TestParseEvent_ReadsAnUnknownKey(t *testing.T) {
	t.Parallel()
	event, err := omise.ParseEvent([]byte(`{"object":"event","id":"evnt_1","livemode":true,"key":"robot.wave","data":{"object":"robot"},"team_uid":"team_1"}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"robot.wave", `{"object":"robot"}`}, []string{event.Key, string(event.Data)})
}

func TestParseEvent_RefusesWhatIsNotAnEventWithoutQuotingIt(t *testing.T) {
	t.Parallel()
	nest := func(depth int) string {
		return `{"object":"event","id":"evnt_1","key":"a","data":` + strings.Repeat(`{"a":`, depth) + `5` + strings.Repeat(`}`, depth) + `}`
	}
	for name, body := range map[string]string{
		"a key twice, in the data": `{"object":"event","id":"evnt_1","key":"a","data":{"x":[{"y":1,"y":1}]}}`,
		"deep":                     nest(300),
		"a mode in a text":         `{"object":"event","id":"evnt_1","key":"a","livemode":"no"}`,
		"an id to climb":           `{"object":"event","id":"evnt_1/../../charges","key":"a"}`,
		"damaged data":             "{\"object\":\"event\",\"id\":\"evnt_1\",\"key\":\"a\",\"data\":{\"x\":\"\xff\"}}",
	} {
		event, err := omise.ParseEvent([]byte(body))
		require.NoError(t, err, name)
		assert.NotEmpty(t, event.ID, name)
		_, err = event.Charge()
		require.ErrorIs(t, err, omise.ErrMalformed, "what is in it is judged with the object: "+name)
	}
	padded := func(size int) string {
		frame := `{"object":"event","id":"evnt_1","key":"a","x":""}`
		return strings.Replace(frame, `""`, `"`+strings.Repeat("x", size-len(frame))+`"`, 1)
	}
	_, err := omise.ParseEvent([]byte(padded(omise.MaxEventSize)))
	require.NoError(t, err)

	var many strings.Builder
	for i := range 100 {
		many.WriteString(`"` + strconv.Itoa(i) + `":0,`)
	}
	for name, body := range map[string]string{
		"nothing":               "",
		"space":                 "  \n",
		"null":                  "null",
		"a text":                `"5canary"`,
		"an array":              `[{"object":"event"}]`,
		"html":                  "<html>5canary",
		"cut":                   `{"object":"event","id":"evnt_1"`,
		"something behind":      `{"object":"event","id":"evnt_1","key":"a"} {}`,
		"a key twice":           `{"object":"event","id":"evnt_1","key":"a","key":"5canary"}`,
		"a key twice, escaped":  `{"object":"event","id":"evnt_1","key":"a","k\u0065y":"b"}`,
		"a key twice, of many":  `{"object":"event","id":"evnt_1","key":"a",` + many.String() + `"50":0}`,
		"bottomless":            strings.Repeat(`{"a":`, 30_000),
		"too large":             padded(omise.MaxEventSize + 1),
		"another object":        `{"object":"charge","id":"evnt_1","key":"a"}`,
		"no id":                 `{"object":"event","key":"a"}`,
		"no key":                `{"object":"event","id":"evnt_1"}`,
		"a key that is no text": `{"object":"event","id":"evnt_1","key":7}`,
	} {
		_, err := omise.ParseEvent([]byte(body))
		require.ErrorIs(t, err, omise.ErrMalformed, name)
		requireNoSecrets(t, err.Error())
	}
}

func TestRetrieveEvent_ReturnsTheHeadersOfTheAnswer(t *testing.T) {
	t.Parallel()
	_, base := listen(t, answer(200, headers("X-Request-Id: 7f0c"), testdata(t, "event_2019_around_charge_2015.json")))
	event, err := client(t, base, nil).RetrieveEvent(t.Context(), "evnt_test_5fxxkb2o5e4c0yzc0ld")
	require.NoError(t, err)
	assert.Equal(t, "7f0c", event.Response.RequestID)
	charge, err := omise.DecodeCharge(event.Data)
	require.NoError(t, err)
	assert.Equal(t, "alipay", charge.SourceType())
	assert.Zero(t, charge.Response, "it is the event's answer")
}

// seedJSON adds every answer in testdata, and documents that are hard to read.
func seedJSON(f *testing.F) {
	f.Helper()
	for _, name := range []string{
		"charge_2014.json", "charge_2015.json", "charge_pending_2017.json", "charge_pending_2019.json", "charge_refunded_2019.json",
		"event_2019_around_charge_2015.json", "event_deleted.json", "event_without_data.json", "refund_2019.json", "charges_2019.json",
	} {
		f.Add([]byte(testdata(f, name)))
	}
	for _, text := range []string{
		"", "{", "[]", "null", `{"":""}`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, "{\"\xff\":1}", `{"a":"\ud800"}`, `{"a":[[],{}, [ ]],"b":-0.1e+9}`,
		`{"object":"charge","id":"chrg_1","amount":1e3,"currency":"thb"}`, "\ufeff{}", "{\"a\":\"\n\"}", `{"a":"\x"}`, `{"a":"\u00g0"}`, `{"a":01}`, `{"a":1.}`, `{"a":-}`,
		`{"a":1e}`, `{"a":tru}`, `{"a" 1}`, `{"a":1,}`, `{,}`, `{"a":[1 2]}`, `{"a":"`, `{"a":"\`, `{"a":"\u12`, `{a:1}`,
		`{"a" : { "b" : [ 1 , 2 ] } }  `, `{"metadata":{"a":{"b":null}}}`,
		`{"object":"event","id":"evnt_1","key":"k","data":7}`, `{"object":"charge","id":"chrg_1","amount":1,"currency":"thb","source":[],"refunds":[]}`,
	} {
		f.Add([]byte(text))
	}
}

func FuzzParseEvent(f *testing.F) {
	seedJSON(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		event, err := omise.ParseEvent(body)
		if err != nil {
			require.ErrorIs(t, err, omise.ErrMalformed)
			return
		}
		require.NotEmpty(t, event.ID)
		require.NotEmpty(t, event.Key)
		require.True(t, event.Data == nil || json.Valid(event.Data))
		left := omise.RemnantOf(event.Data)
		require.True(t, left.Problem == nil || left.Metadata == nil)
		_, _ = omise.DecodeRefund(event.Data)
		charge, err := event.Charge()
		again, errAgain := omise.DecodeCharge(event.Data)
		require.Equal(t, again, charge, "it is decoded with the event or by itself")
		require.Equal(t, errAgain == nil, err == nil, "%v, %v", err, errAgain)
		var plain map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(body, &plain))
		if data := plain["data"]; data != nil && string(data) != "null" {
			require.Equal(t, string(data), string(event.Data))
		} else {
			require.Nil(t, event.Data)
		}
	})
}

// FuzzDecodeCharge compares the charge with what encoding/json reads.
func FuzzDecodeCharge(f *testing.F) {
	seedJSON(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		charge, err := omise.DecodeCharge(raw)
		if err != nil {
			require.ErrorIs(t, err, omise.ErrMalformed)
			return
		}
		var plain map[string]any
		require.NoError(t, json.Unmarshal(raw, &plain))
		require.Equal(t, plain["id"], charge.ID)
		require.True(t, omise.ValidID(charge.ID, "chrg_"))
		if charge.Deleted {
			return
		}
		require.GreaterOrEqual(t, charge.Amount, int64(0))
		require.NotEmpty(t, charge.Currency)
		status, _ := plain["status"].(string)
		require.Equal(t, status, charge.Status)
		if charge.Authorized != nil {
			require.Equal(t, plain["authorized"], *charge.Authorized)
		}
		if paid, told := plain["paid"].(bool); told {
			require.Equal(t, &paid, charge.Paid)
		}
	})
}
