package strictjson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

func TestMembers_JudgesTheObjectAndNotWhatIsInIt(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]decoding{
		"nothing":                {`{}`, nil},
		"space around":           {" {\"a\" : 1 }\r\n\t", nil},
		"a name twice within":    {`{"a":{"b":1,"b":2}}`, nil},
		"bytes that are no text": {"{\"a\":\"\xff\"}", nil},
		"deep":                   {`{"a":` + strings.Repeat("[", 400) + strings.Repeat("]", 400) + `}`, nil},
		"a name twice":           {`{"a":1,"a":1}`, strictjson.ErrDuplicateName},
		"a name twice, escaped":  {`{"a":1,"\u0061":1}`, strictjson.ErrDuplicateName},
		"an array":               {`[{}]`, strictjson.ErrNotObject},
		"null":                   {`null`, strictjson.ErrNotObject},
		"empty":                  {``, strictjson.ErrNotObject},
		"cut off":                {`{"a":1`, strictjson.ErrNotObject},
		"cut off in a value":     {`{"a":{"b"`, strictjson.ErrNotObject},
		"cut off behind a name":  {`{"a"`, strictjson.ErrNotObject},
		"no names":               {`{1:2}`, strictjson.ErrNotObject},
		"no JSON within":         {`{"a":{b}}`, strictjson.ErrNotObject},
		"something behind":       {`{}{}`, strictjson.ErrNotObject},
		"bottomless":             {`{"a":` + strings.Repeat("[", 500), strictjson.ErrNotObject},
		"large":                  {sized(limit), nil},
		"too large":              {sized(limit + 1), strictjson.ErrTooLarge},
	} {
		members, err := strictjson.Members([]byte(row.content), limit)
		assert.Equal(t, row.want, err, name)
		assert.Equal(t, row.want == nil, members != nil, name)
	}
	content := []byte(`{"a": { "b" : 1.0 } ,"\u0063":[ ]}`)
	members, err := strictjson.Members(content, limit)
	require.NoError(t, err)
	clear(content)
	assert.Equal(t, map[string]json.RawMessage{"a": json.RawMessage(`{ "b" : 1.0 }`), "c": json.RawMessage(`[ ]`)}, members)
}

func TestElements_JudgesTheArrayAndNotWhatIsInIt(t *testing.T) {
	t.Parallel()
	elements, err := strictjson.Elements([]byte(` [ 1, {"a":1,"a":2}, null, "x" ] `), limit)
	require.NoError(t, err)
	assert.Equal(t, []json.RawMessage{json.RawMessage(`1`), json.RawMessage(`{"a":1,"a":2}`), json.RawMessage(`null`), json.RawMessage(`"x"`)}, elements)
	elements, err = strictjson.Elements([]byte(`[]`), limit)
	require.NoError(t, err)
	assert.Empty(t, elements)
	for _, content := range []string{``, `{}`, `null`, `[1`, `[1,]`, `[1]]`, `[1][2]`, `[{]`} {
		_, err := strictjson.Elements([]byte(content), limit)
		assert.Equal(t, strictjson.ErrNotObject, err, content)
	}
	_, err = strictjson.Elements([]byte("["+strings.Repeat("1,", limit)+"1]"), limit)
	assert.Equal(t, strictjson.ErrTooLarge, err)
}

func TestToUTF8_ReplacesDamagedBytes(t *testing.T) {
	t.Parallel()
	whole := []byte(`{"a":"ค่า"}`)
	assert.Same(t, &whole[0], &strictjson.ToUTF8(whole)[0], "nothing is copied")
	var got answer
	require.NoError(t, strictjson.Decode(strictjson.ToUTF8([]byte("{\"id\":\"a\xff\xfeb\"}")), limit, &got))
	assert.Equal(t, "a\ufffdb", got.ID)
	assert.Equal(t, strictjson.ErrNotObject, strictjson.Decode(strictjson.ToUTF8([]byte("{\"id\":\"7\"}\xff")), limit, &got))
}

func TestLenient_IsZeroForAnotherType(t *testing.T) {
	t.Parallel()
	type informed struct {
		Text   strictjson.Lenient[string] `json:"text"`
		Number strictjson.Lenient[*int64] `json:"number"`
		Part   strictjson.Lenient[part]   `json:"part"`
	}
	for content, want := range map[string]informed{
		`{"text":"a\ud83c","number":7,"part":{"fee":3}}`: {
			strictjson.Lenient[string]{Value: "a\ufffd"}, strictjson.Lenient[*int64]{Value: new(int64(7))}, strictjson.Lenient[part]{Value: part{Fee: 3}},
		},
		`{"text":7,"number":"7","part":[]}`:           {},
		`{"text":null,"number":null,"part":null}`:     {},
		`{"text":{"a":[]},"number":7.5,"part":"x"}`:   {},
		`{"part":{"fee":"3"},"number":1e2,"text":[]}`: {},
	} {
		got := informed{Text: strictjson.Lenient[string]{Value: "of another answer"}}
		require.NoError(t, strictjson.Decode([]byte(content), limit, &got), content)
		assert.Equal(t, want, got, content)
	}
	var got informed
	assert.Equal(t, strictjson.ErrDuplicateName, strictjson.Decode([]byte(`{"text":{"a":1,"a":2}}`), limit, &got))
}

// Whatever comes, Members accepts what Decode accepts, and reads the same values.
func FuzzMembers(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		members, err := strictjson.Members(content, limit)
		var decoded map[string]json.RawMessage
		strict := strictjson.Decode(content, limit, &decoded)
		if strict == nil {
			require.NoError(t, err)
			require.Equal(t, decoded, members)
		}
		if err == nil {
			require.True(t, json.Valid(content))
		}
	})
}
