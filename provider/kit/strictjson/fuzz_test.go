package strictjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
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

// differences are the inputs on which Decode and the readers before it part.
// Each is told by a look at the input that uses neither.
var differences = map[string]func(content []byte) bool{
	// encoding/json reads a member into a field whose name differs in case, so
	// that {"ID":7} was refused for the type of id, and {"id":"a","ID":"b"} had
	// the id b. Decode matches names exactly: ID is nobody's.
	"a name in another case": func(content []byte) bool {
		known := []string{"id", "amount", "limit", "live", "at", "metadata", "data", "refunds", "source", "parts", "Untagged", "net", "fee"}
		return anyToken(content, func(token json.Token) bool {
			name, _ := token.(string)
			return slices.ContainsFunc(known, func(k string) bool { return k != name && strings.EqualFold(k, name) })
		})
	},
	// The old readers parsed every number as a float64 while they looked for
	// duplicates. Decode leaves a number alone that nobody reads, or that is
	// kept as it is.
	"a number beyond float64": func(content []byte) bool {
		return anyToken(content, func(token json.Token) bool {
			number, ok := token.(json.Number)
			_, err := strconv.ParseFloat(string(number), 64)
			return ok && err != nil
		})
	},
	// time.Time.UnmarshalJSON does not undo escapes, and refused what is the
	// same text. Decode takes it.
	"a time with an escape": func(content []byte) bool {
		return bytes.Contains(content, []byte(`"at"`)) && bytes.Contains(content, []byte(`\`))
	},
	// time.Time.UnmarshalJSON took hours of one digit, a comma before the
	// fraction, and offsets of a day and more. RFC 3339 has none of them, and
	// Decode refuses them.
	"a time that RFC 3339 does not have": regexp.MustCompile(
		`T\d:|:\d\d,\d|[+-](2[4-9]|[3-9]\d):\d\d"|[+-]\d\d:[6-9]\d"`).Match,
}

// anyToken reports whether the condition holds for a token of the content.
func anyToken(content []byte, holds func(json.Token) bool) bool {
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		if holds(token) {
			return true
		}
	}
}

func TestDecode_DiffersFromTheReadersBeforeOnlyAsListed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		difference, content string
		before, now         bool
	}{
		{"a name in another case", `{"ID":7}`, false, true},
		{"a name in another case", `{"id":"a","ID":"b"}`, true, true}, // and the id was b
		{"a number beyond float64", `{"later":1e400}`, false, true},
		{"a time with an escape", `{"at":"2026-02-03T04:05:06\u005a"}`, false, true},
		{"a time that RFC 3339 does not have", `{"at":"2026-02-03T4:05:06Z"}`, true, false},
		{"a time that RFC 3339 does not have", `{"at":"2026-02-03T04:05:06,5Z"}`, true, false},
		{"a time that RFC 3339 does not have", `{"at":"2026-02-03T04:05:06+24:00"}`, true, false},
		{"a time that RFC 3339 does not have", `{"at":"2026-02-03T04:05:06+07:60"}`, true, false},
	} {
		var before, now answer
		assert.True(t, differences[row.difference]([]byte(row.content)), row.content)
		assert.Equal(t, row.before, oldDecode([]byte(row.content), limit, &before) == nil, row.content)
		assert.Equal(t, row.now, strictjson.Decode([]byte(row.content), limit, &now) == nil, row.content)
		assert.False(t, row.before == row.now && assert.ObjectsAreEqual(before, now), "%s makes no difference", row.content)
	}
}

// FuzzDecode_AgreesWithTheReadersBefore holds Decode against the providers'
// readers on encoding/json: the same is accepted, and the same is read, but for
// the differences above.
func FuzzDecode_AgreesWithTheReadersBefore(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		for name, differs := range differences {
			if differs(content) {
				t.Skip(name)
			}
		}
		for _, into := range []func() any{
			func() any { return new(answer) },
			func() any { return new(map[string]json.RawMessage) },
			func() any { return new(map[string]any) },
		} {
			before, now := into(), into()
			oldErr, newErr := oldDecode(content, limit, before), strictjson.Decode(content, limit, now)
			require.Equal(t, oldErr == nil, newErr == nil, "%T: before %v, now %v", now, oldErr, newErr)
			if oldErr == nil {
				require.Equal(t, before, now)
			}
		}
	})
}

// Whatever comes, Decode says one of its errors, quotes nothing, leaves nothing
// behind, and accepts only what is one JSON object within the bounds.
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
