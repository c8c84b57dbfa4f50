package strictjson_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

const typicalAnswer = `{"id":"pay_1","object":"payment","live":false,"amount":2000,"limit":7,"at":"2026-02-03T04:05:06.789Z",` +
	`"metadata":{"table":"5","note":"\u00e9 \ud83c\udf75"},"data":{"x":[1.5,-0.1e+9]},"refunds":[{"amount":1},{"amount":null}],` +
	`"source":{"fee":3},"parts":{"a":[{"fee":4},null]},"net":3,"Untagged":4,"later":{"deep":[[[{"x":null}]]]}}`

func seed(f *testing.F) {
	f.Helper()
	for _, text := range []string{
		typicalAnswer, "", "null", "{}", " {} ", "{}{}", "[]", "{", "[", `{"":""}`, `{"a":1,"a":2}`, `{"a":{"b":1,"b":2}}`,
		`{"a":[{"b":1},{"b":1}]}`, `{"\u0061":1,"a":2}`, `{"a":1}x`, `{"a"`, `{"a":}`, `{"a":1,}`, "{\"a\":\"\xff\"}", "{\"\xff\":1}", "\ufeff{}",
		nested(32), nested(33), `{"a":` + strings.Repeat("[", 40), `{"a":"` + strings.Repeat("{", 40) + `"}`, `{"a":"\"` + strings.Repeat("{", 40) + `"}`,
		`{"a":["]","]","]"]` + strings.Repeat("[", 33), `{"id":"\ud800"}`, `{"\ud800":1,"\udbff":2}`, `{"id":"\ud83c\udf75"}`,
		`{"ID":"pay_1"}`, `{"ID":7}`, `{"id":"a","ID":7}`, `{"net":1,"NET":2}`, "{\"\u017fource\":1}", `{"untagged":1}`,
		`{"later":1e400}`, `{"limit":1e400}`, `{"data":-1e400}`, `{"limit":1.0}`, `{"limit":1e2}`, `{"limit":"100"}`, `{"limit":9223372036854775808}`,
		`{"limit":-0}`, `{"limit":-9223372036854775808}`, `{"amount":null,"limit":null,"refunds":null,"data":null,"at":null}`,
		`{"at":"2026-02-03T04:05:06\u005a"}`, `{"at":"2026-02-03T4:05:06Z"}`, `{"at":"2026-02-03T04:05:06,5Z"}`, `{"at":"2026-02-03T04:05:06+24:00"}`,
		`{"at":"2026-02-30T04:05:06Z"}`, `{"at":""}`, `{"at":"0000-01-01T00:00:00Z"}`, `{"live":"false"}`, `{"refunds":{}}`, `{"parts":{"a":[{"fee":0.5}]}}`,
		"{\"a\":\"\n\"}", `{"a":"\x"}`, `{"a":"\u00g0"}`, `{"a":01}`, `{"a":1.}`, `{"a":-}`, `{"a":tru}`, `{"a" 1}`, `{,}`, `{"a":[1 2]}`, `{a:1}`,
	} {
		f.Add([]byte(text))
	}
}

// FuzzDecode checks that Decode returns one of its errors, quotes nothing of the
// input, leaves nothing behind, and accepts only one JSON object within the bounds.
func FuzzDecode(f *testing.F) {
	seed(f)
	sentinels := []error{
		strictjson.ErrTooLarge, strictjson.ErrNotUTF8, strictjson.ErrNotObject, strictjson.ErrTooDeep, strictjson.ErrDuplicateName, strictjson.ErrType,
	}
	places := []string{
		"", " (id)", " (amount)", " (limit)", " (live)", " (at)", " (metadata)", " (metadata.*)", " (data)", " (refunds)", " (refunds[])", " (refunds[].amount)",
		" (source)", " (source.fee)", " (parts)", " (parts.*)", " (parts.*[])", " (parts.*[].fee)", " (Untagged)", " (net)",
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		var got answer
		err := strictjson.Decode(content, limit, &got)
		var checked struct{}
		if err == nil {
			require.LessOrEqual(t, len(content), limit)
			require.True(t, json.Valid(content))
			require.NoError(t, strictjson.Decode(content, limit, &checked))
			return
		}
		at := slices.IndexFunc(sentinels, func(s error) bool { return errors.Is(err, s) })
		require.GreaterOrEqual(t, at, 0, "%v", err)
		if !errors.Is(err, strictjson.ErrType) {
			require.Equal(t, sentinels[at], err)
		}
		assert.Contains(t, places, strings.TrimPrefix(err.Error(), sentinels[at].Error()))
		require.True(t, reflect.ValueOf(got).IsZero())
	})
}

// A number decodes into an integer if it is written as one and fits, and then
// is that integer.
func FuzzDecode_Integer(f *testing.F) {
	for _, number := range []string{"0", "-0", "7", "-7", "1.0", "1e2", `"100"`, "9223372036854775807", "9223372036854775808", "-9223372036854775809", "007", "+7", "", " 7 "} {
		f.Add(number)
	}
	f.Fuzz(func(t *testing.T, number string) {
		var got struct {
			Amount int64 `json:"amount"`
		}
		err := strictjson.Decode([]byte(`{"amount":`+number+`}`), limit, &got)
		want, invalid := strconv.ParseInt(strings.Trim(number, " \t\r\n"), 10, 64)
		if err == nil && number != "null" && !strings.Contains(number, ",") {
			require.NoError(t, invalid)
			require.Equal(t, want, got.Amount)
		}
		if strings.Trim(number, "0123456789") == "" && number != "" && (number[0] != '0' || len(number) == 1) && len(number) < limit-16 {
			require.Equal(t, invalid == nil, err == nil)
		}
	})
}
