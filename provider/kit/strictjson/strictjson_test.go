package strictjson_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

const limit = 1 << 10

// maxDepth is how deep objects and arrays may be nested.
const maxDepth = 32

// nested is an object of that depth; the innermost value is in an array.
func nested(depth int) string {
	return `{"a":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + "}"
}

func sized(size int) string { return `{"a":"` + strings.Repeat("a", size-len(`{"a":""}`)) + `"}` }

// decoding is a text, and the error that it is refused with; nil: none.
type decoding struct {
	content string
	want    error
}

func TestDecode_RefusesWhatMisleadsAReader(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for range 100 {
		many.WriteString(`{},`)
	}
	requireDecoding(t, map[string]decoding{
		"one name in several objects":  {`{"a":{"b":1},"c":[{"b":1},{"b":1}]}`, nil},
		"names that differ in case":    {`{"a":1,"A":2}`, nil},
		"space around":                 {" \t\r\n{}\n\r\t ", nil},
		"deep enough":                  {nested(maxDepth), nil},
		"deep enough beside others":    {`{"z":[],` + nested(maxDepth)[1:], nil},
		"too deep":                     {nested(maxDepth + 1), strictjson.ErrTooDeep},
		"bottomless":                   {strings.Repeat(`{"a":`, limit/5), strictjson.ErrTooDeep},
		"bottomless arrays":            {`{"a":` + strings.Repeat("[", limit-5), strictjson.ErrTooDeep},
		"many brackets side by side":   {`{"a":[` + many.String() + `{}]}`, nil},
		"brackets in a text":           {`{"a":"` + strings.Repeat("[{", 100) + `"}`, nil},
		"brackets behind an escape":    {`{"a":"\"` + strings.Repeat("[{", 100) + `"}`, nil},
		"brackets behind backslashes":  {`{"a":"\\","b":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, strictjson.ErrTooDeep},
		"brackets that close in texts": {`{"a":` + strings.Repeat(`["]",`, 32) + `0` + strings.Repeat("]", 32) + `}`, strictjson.ErrTooDeep},
		"large enough":                 {sized(limit), nil},
		"too large":                    {sized(limit + 1), strictjson.ErrTooLarge},
		"too large for its spaces":     {"{}" + strings.Repeat(" ", limit-1), strictjson.ErrTooLarge},
		"not text in a value":          {"{\"a\":\"\xff\"}", strictjson.ErrNotUTF8},
		"not text in a name":           {"{\"\xc3\":1}", strictjson.ErrNotUTF8},
		"not text behind":              {"{}\xff", strictjson.ErrNotUTF8},
		"a surrogate in bytes":         {"{\"a\":\"\xed\xa0\x80\"}", strictjson.ErrNotUTF8},
		"a byte order mark":            {"\ufeff{}", strictjson.ErrNotObject},
		"a name twice":                 {`{"a":1,"a":2}`, strictjson.ErrDuplicateName},
		"a name twice, escaped":        {`{"a":1,"\u0061":2}`, strictjson.ErrDuplicateName},
		"a name twice, not read":       {`{"z":1,"z":2}`, strictjson.ErrDuplicateName},
		"a name twice, deep":           {`{"z":[{"b":[{"c":1,"c":1}]}]}`, strictjson.ErrDuplicateName},
		"a name twice, null":           {`{"a":null,"a":2}`, strictjson.ErrDuplicateName},
		"no name twice":                {`{"":1,"":2}`, strictjson.ErrDuplicateName},
		"two halves of nothing":        {`{"\ud800":1,"\udbff":2}`, strictjson.ErrDuplicateName},
	})
}

func TestDecode_RefusesWhatIsNotOneObject(t *testing.T) {
	t.Parallel()
	requireDecoding(t, map[string]decoding{
		"two objects":            {"{}{}", strictjson.ErrNotObject},
		"a bracket behind":       {"{}]", strictjson.ErrNotObject},
		"a comma behind":         {"{},", strictjson.ErrNotObject},
		"a zero byte behind":     {"{}\x00", strictjson.ErrNotObject},
		"cut off":                {`{"a":{"b":1}`, strictjson.ErrNotObject},
		"cut off in a text":      {`{"a":"b`, strictjson.ErrNotObject},
		"cut off in an escape":   {`{"a":"\`, strictjson.ErrNotObject},
		"an array":               {"[{}]", strictjson.ErrNotObject},
		"a text":                 {`"{}"`, strictjson.ErrNotObject},
		"null":                   {"null", strictjson.ErrNotObject},
		"a number":               {"7", strictjson.ErrNotObject},
		"a page":                 {"<html>", strictjson.ErrNotObject},
		"nothing":                {"", strictjson.ErrNotObject},
		"space":                  {" \n", strictjson.ErrNotObject},
		"another space":          {"\v{}", strictjson.ErrNotObject},
		"a last comma":           {`{"a":1,}`, strictjson.ErrNotObject},
		"a comment":              {`{/**/}`, strictjson.ErrNotObject},
		"a bare name":            {`{a:1}`, strictjson.ErrNotObject},
		"single quotes":          {`{'a':1}`, strictjson.ErrNotObject},
		"a line break in a text": {"{\"a\":\"\n\"}", strictjson.ErrNotObject},
		"an unknown escape":      {`{"a":"\x"}`, strictjson.ErrNotObject},
		"a leading zero":         {`{"a":01}`, strictjson.ErrNotObject},
		"no number":              {`{"a":NaN}`, strictjson.ErrNotObject},
	})
}

func requireDecoding(t *testing.T, rows map[string]decoding) {
	t.Helper()
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var anything map[string]any
			assert.Equal(t, row.want, strictjson.Decode([]byte(row.content), limit, &anything))
			assert.Equal(t, row.want == nil, anything != nil)
			var raw map[string]json.RawMessage
			assert.Equal(t, row.want, strictjson.Decode([]byte(row.content), limit, &raw), "what is kept as it is")
			var nothing struct{}
			assert.Equal(t, row.want, strictjson.Decode([]byte(row.content), limit, &nothing), "what is not read")
		})
	}
}

// An answer is as gateways write them.
type answer struct {
	ID       string            `json:"id"`
	Amount   *int64            `json:"amount"`
	Limit    int64             `json:"limit"`
	Live     *bool             `json:"live"`
	At       time.Time         `json:"at"`
	Metadata map[string]string `json:"metadata"`
	Data     json.RawMessage   `json:"data"`
	Refunds  []struct {
		Amount *int64 `json:"amount"`
	} `json:"refunds"`
	Source   *part              `json:"source"`
	Parts    map[string][]*part `json:"parts"`
	Untagged int
	embedded
}

type part struct {
	Fee int64 `json:"fee"`
}

type embedded struct {
	Net int64 `json:"net"`
}

func TestDecode_ReadsTheMembersThatAreNamed(t *testing.T) {
	t.Parallel()
	got := answer{ID: "of another answer", Metadata: map[string]string{"of": "another"}, Limit: 7}
	require.NoError(t, strictjson.Decode([]byte(`{"id":"pay_1","amount":2000,"live":false,"at":"2026-02-03T04:05:06.7+07:00",`+
		`"metadata":{"a":"\u00e9\ud83c\udf75"},"data":{ "x" : [1.0] },"refunds":[{"amount":-0},{}],"source":{"fee":9223372036854775807},`+
		`"net":3,"Untagged":4,"ID":"not this","AMOUNT":"nor this","later":{"a":1e400}}`), limit, &got))
	assert.Equal(t, "2026-02-02T21:05:06.7Z", got.At.UTC().Format(time.RFC3339Nano))
	got.At = time.Time{}
	assert.Equal(t, answer{
		ID: "pay_1", Amount: new(int64(2000)), Live: new(false), Metadata: map[string]string{"a": "é🍵"}, Data: json.RawMessage(`{ "x" : [1.0] }`),
		Refunds: []struct {
			Amount *int64 `json:"amount"`
		}{{new(int64(0))}, {}},
		Source: &part{Fee: 9223372036854775807}, Untagged: 4, embedded: embedded{Net: 3},
	}, got)
}

func TestDecode_TakesNullForAbsent(t *testing.T) {
	t.Parallel()
	got := answer{ID: "of another answer", Amount: new(int64(7)), Limit: 7, Live: new(true), At: time.Now(), Source: &part{}}
	require.NoError(t, strictjson.Decode([]byte(
		`{"id":null,"amount":null,"limit":null,"live":null,"at":null,"metadata":null,"refunds":null,"source":null}`), limit, &got))
	assert.Equal(t, answer{}, got)
}

func TestDecode_ReplacesALoneSurrogate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`tea \ud83c`:         "tea \ufffd",
		`\udf75 tea`:         "\ufffd tea",
		`\ud83c\ud83c\udf75`: "\ufffd🍵",
		`\ud83c\n`:           "\ufffd\n",
	} {
		var got answer
		require.NoError(t, strictjson.Decode([]byte(`{"id":"`+text+`"}`), limit, &got), text)
		assert.Equal(t, want, got.ID, text)
	}
}

// These are what encoding/json decides in another way, with its defaults.
func TestDecode_DiffersFromEncodingJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	for content, want := range map[string]struct {
		got answer
		err error
	}{
		// It matches names whatever their case, so that one reader's id is
		// another's unknown member.
		`{"ID":7}`:            {answer{}, nil},
		`{"id":"a","ID":"b"}`: {answer{ID: "a"}, nil},
		// It parses every number as a float64 if it decodes into an interface.
		`{"later":1e400}`: {answer{}, nil},
		// Its time.Time does not undo escapes, and accepts what RFC 3339 does not
		// have: hours of one digit, a comma, offsets of a day and more.
		`{"at":"2026-02-03T04:05:06\u005a"}`: {answer{At: at}, nil},
		`{"at":"2026-02-03T4:05:06Z"}`:       {answer{}, strictjson.ErrType},
		`{"at":"2026-02-03T04:05:06,5Z"}`:    {answer{}, strictjson.ErrType},
		`{"at":"2026-02-03T04:05:06+24:00"}`: {answer{}, strictjson.ErrType},
		`{"at":"2026-02-03T04:05:06+07:60"}`: {answer{}, strictjson.ErrType},
	} {
		var got answer
		require.ErrorIs(t, strictjson.Decode([]byte(content), limit, &got), want.err, content)
		assert.Equal(t, want.got, got, content)
	}
}

func TestDecode_RefusesValuesOfAnotherTypeAndNamesThePlace(t *testing.T) {
	t.Parallel()
	for content, place := range map[string]string{
		`{"id":7}`:                                    "id",
		`{"id":"pay_1","amount":1.0}`:                 "amount",
		`{"amount":1e2}`:                              "amount",
		`{"amount":"100"}`:                            "amount",
		`{"amount":9223372036854775808}`:              "amount",
		`{"amount":-9223372036854775809}`:             "amount",
		`{"limit":true}`:                              "limit",
		`{"live":"false"}`:                            "live",
		`{"live":0}`:                                  "live",
		`{"at":"2026-02-03"}`:                         "at",
		`{"at":1770091506}`:                           "at",
		`{"metadata":[]}`:                             "metadata",
		`{"metadata":{"canary":7}}`:                   "metadata.*",
		`{"refunds":{}}`:                              "refunds",
		`{"refunds":[{},{"amount":"canary"}]}`:        "refunds[].amount",
		`{"source":"canary"}`:                         "source",
		`{"source":{"fee":[]}}`:                       "source.fee",
		`{"parts":{"canary":[null,{"fee":0.5}]}}`:     "parts.*[].fee",
		`{"net":"canary"}`:                            "net",
		`{"Untagged":"canary"}`:                       "Untagged",
		`{"unread":{"canary":1},"data":1,"limit":{}}`: "limit",
	} {
		got := answer{ID: "of another answer"}
		err := strictjson.Decode([]byte(content), limit, &got)
		require.ErrorIs(t, err, strictjson.ErrType, content)
		assert.EqualError(t, err, strictjson.ErrType.Error()+" ("+place+")", content)
		assert.Equal(t, answer{}, got, "nothing is left of it")
	}
}

func TestDecode_LeavesNothingOfAnObjectThatItRefuses(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		`{"id":"pay_1","limit":7,"id":"pay_2"}`, `{"id":"pay_1","z":{"a":1,"a":1}}`, `{"id":"pay_1"}{}`, `{"id":"pay_1"`, `{"id":"pay_1","net":"1"}`,
		`[]`, nested(40), sized(limit + 1), "\xff",
	} {
		got := answer{ID: "of another answer", Limit: 7}
		require.Error(t, strictjson.Decode([]byte(content), limit, &got), content)
		assert.Equal(t, answer{}, got, content)
	}
}

func TestDecode_QuotesNothingWhereThePlaceIsUnknown(t *testing.T) {
	t.Parallel()
	content := []byte(`{"canary":"canary"}`)
	for _, into := range []any{new([]int), new("a text"), new(7), &struct{ word }{}} {
		err := strictjson.Decode(content, limit, into)
		if assert.ErrorIs(t, err, strictjson.ErrType) {
			assert.Equal(t, strictjson.ErrType, err)
		}
	}
}

func TestDecode_NeedsAPointer(t *testing.T) {
	t.Parallel()
	for _, into := range []any{nil, answer{}, (*answer)(nil), map[string]any{}} {
		assert.ErrorContains(t, strictjson.Decode([]byte("{}"), limit, into), "not a non-nil pointer")
	}
}

// A figure is a number that merely informs: what cannot be read is left out.
type figure struct{ value *int64 }

func (f *figure) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	value, err := from.ReadValue()
	if err != nil {
		return err
	}
	if json.Unmarshal(value, &f.value) != nil {
		f.value = nil
	}
	return nil
}

// A word is one of those that are known.
type word string

func (w *word) UnmarshalJSON(content []byte) error { return errors.New("unknown: " + string(content)) }

func TestDecode_LeavesATypeOfTheCallersItsOwnTolerance(t *testing.T) {
	t.Parallel()
	type tolerant struct {
		Fee  figure `json:"fee"`
		Word *word  `json:"word"`
	}
	for content, want := range map[string]error{
		`{"fee":7}`:                   nil,
		`{"fee":"7"}`:                 nil,
		`{"fee":{"a":[7.5]}}`:         nil,
		`{"word":null}`:               nil,
		`{"fee":{"a":1,"a":1}}`:       strictjson.ErrDuplicateName,
		`{"fee":{"a":1}`:              strictjson.ErrNotObject,
		`{"fee":7,"fee":7}`:           strictjson.ErrDuplicateName,
		`{"fee":{"a":1,"word":bad}}`:  strictjson.ErrNotObject,
		`{"word":{"a":1,"a":1}}`:      strictjson.ErrDuplicateName,
		`{"fee":7,"word":"canary"}`:   strictjson.ErrType,
		`{"fee":7,"word":{"a":"\x"}}`: strictjson.ErrNotObject,
	} {
		var got tolerant
		err := strictjson.Decode([]byte(content), limit, &got)
		require.ErrorIs(t, err, want, content)
		if err != nil {
			assert.NotContains(t, err.Error(), "canary")
			assert.Equal(t, tolerant{}, got, content)
		}
	}
}
