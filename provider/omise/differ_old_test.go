package omise

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// recorded are the answers and events of all versions that this repository has, and what is in them.
func recorded(tb testing.TB) [][]byte {
	tb.Helper()
	var all [][]byte
	for _, folder := range []string{"testdata", "sandbox/testdata/golden", "../omisealipay/testdata"} {
		require.NoError(tb, filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".json" {
				return err
			}
			content, err := os.ReadFile(path)
			var parts any
			if err == nil && json.Unmarshal(content, &parts) == nil {
				all = append(all, content)
				all = append(all, objectsIn(parts)...)
			}
			return err
		}))
	}
	require.Greater(tb, len(all), 100)
	return all
}

// objectsIn are the objects of Omise's in a value.
func objectsIn(value any) [][]byte {
	var found [][]byte
	switch v := value.(type) {
	case []any:
		for _, each := range v {
			found = append(found, objectsIn(each)...)
		}
	case map[string]any:
		if v["object"] != nil {
			text, _ := json.Marshal(v) //nolint:errchkjson // it was decoded
			found = append(found, text)
		}
		for _, each := range v {
			found = append(found, objectsIn(each)...)
		}
	}
	return found
}

// compared reads the content as every kind of object, in the old way and in the new one, and tells how they differ.
func compared(tb testing.TB, content []byte) (differs bool) {
	tb.Helper()
	one := func(old, now any, oldErr, err error) {
		if (oldErr == nil) != (err == nil) || err == nil && !assertEqual(old, now) {
			differs = true
			tb.Logf("old %+v %v\nnow %+v %v", old, oldErr, now, err)
		}
		require.True(tb, err == nil || errors.Is(err, errMalformed))
	}
	old, oldErr := oldDecode(content, maxEventSize, readEvent)
	now, err := ParseEvent(content)
	one(old, now, oldErr, err)
	charge, oldErr := oldDecode(content, maxEventSize, readCharge)
	nowCharge, err := DecodeCharge(content)
	one(charge, nowCharge, oldErr, err)
	refund, oldErr := oldDecode(content, maxEventSize, readRefund)
	nowRefund, err := DecodeRefund(content)
	one(refund, nowRefund, oldErr, err)
	source, oldErr := oldDecode(content, maxEventSize, readSource)
	nowSource, err := decode(content, &sourceJSON{})
	one(source, nowSource, oldErr, err)
	capability, oldErr := oldDecode(content, maxEventSize, withMode(readCapability))
	nowCapability, err := decode(content, &capabilityJSON{})
	one(capability, nowCapability, oldErr, err)
	charges, oldErr := oldDecode(content, maxEventSize, withMode(listOf(readCharge)))
	nowCharges, err := decode(content, &listJSON[Charge, chargeJSON]{})
	one(charges, nowCharges, oldErr, err)
	refunds, oldErr := oldDecode(content, maxEventSize, withMode(listOf(readRefund)))
	nowRefunds, err := decode(content, &listJSON[Refund, refundJSON]{})
	one(refunds, nowRefunds, oldErr, err)
	return differs
}

// withMode is for what only answers are: fetch looked at their mode.
func withMode[T any](read func(*fields) T) func(*fields) T {
	return func(f *fields) T {
		f.flag("livemode")
		return read(f)
	}
}

func assertEqual(a, b any) bool {
	x, _ := json.Marshal(a) //nolint:errchkjson // structs of ours
	y, _ := json.Marshal(b) //nolint:errchkjson // structs of ours
	return bytes.Equal(x, y)
}

// differences explain an input on which the two part.
var differences = map[string]func(content []byte) bool{
	"bytes that are no UTF-8": func(content []byte) bool { return !utf8.Valid(content) },
	"a mistyped older name beside a newer one": anyObject(func(o map[string]any) bool {
		_, isFlag := o["captured"].(bool)
		return o["paid"] != nil && o["captured"] != nil && !isFlag ||
			o["refunded_amount"] != nil && o["refunded"] != nil && !isWhole(o["refunded"])
	}),
	"a stub with another bad field": anyObject(func(o map[string]any) bool { return o["deleted"] == true && len(o) > 3 }),
	"a mistyped mode in the list of a charge's refunds": anyObject(func(o map[string]any) bool {
		refunds, _ := o["refunds"].(map[string]any)
		_, isFlag := refunds["livemode"].(bool)
		return refunds["livemode"] != nil && !isFlag
	}),
	"a kind with an escape": regexp.MustCompile(`bject"\s*:\s*"[^"]*\\`).Match,
	"a blank currency of a method": anyObject(func(o map[string]any) bool {
		codes, _ := o["currencies"].([]any)
		return slices.Contains(codes, any(""))
	}),
	"a source with a blank id": anyObject(func(o map[string]any) bool { return o["source"] == "" }),
	"an unreadable newer time": anyObject(func(o map[string]any) bool {
		unreadable := func(value any) bool {
			written, _ := value.(string)
			_, err := time.Parse(time.RFC3339, written)
			_, other := time.Parse("2006-01-02 15:04:05 UTC", written)
			return value != nil && err != nil && other != nil
		}
		return unreadable(o["created_at"]) && o["created"] != nil || unreadable(o["paid_at"]) && o["captured_at"] != nil
	}),
}

func isWhole(value any) bool {
	number, _ := value.(json.Number)
	_, err := strconv.ParseInt(string(number), 10, 64)
	return err == nil
}

// anyObject makes a condition for objects one for a text that has such an object.
func anyObject(holds func(map[string]any) bool) func([]byte) bool {
	var search func(value any) bool
	search = func(value any) bool {
		switch v := value.(type) {
		case []any:
			return slices.ContainsFunc(v, search)
		case map[string]any:
			if holds(v) {
				return true
			}
			for _, each := range v {
				if search(each) {
					return true
				}
			}
		}
		return false
	}
	return func(content []byte) bool {
		d := json.NewDecoder(bytes.NewReader(content))
		d.UseNumber()
		var value any
		return d.Decode(&value) == nil && search(value)
	}
}

func requireAgreement(t *testing.T, content []byte) {
	t.Helper()
	if !compared(t, content) {
		return
	}
	for name, explains := range differences {
		if explains(content) {
			t.Skip(name)
		}
	}
	t.Fatalf("nothing explains it: %q", content)
}

func FuzzDecode_AgreesWithTheWalker(f *testing.F) {
	for _, content := range recorded(f) {
		f.Add(content)
	}
	f.Fuzz(requireAgreement)
}

// FuzzDecode_AgreesWithTheWalkerOnMutations changes values and names of what was recorded, and keeps it JSON.
func FuzzDecode_AgreesWithTheWalkerOnMutations(f *testing.F) {
	all := recorded(f)
	for i := range all {
		f.Add(uint64(i), uint(i), uint8(i%4+1))
	}
	f.Fuzz(func(t *testing.T, seed uint64, which uint, changes uint8) {
		m := mutation{rand.New(rand.NewPCG(seed, 1))}
		content := all[which%uint(len(all))]
		for range changes%8 + 1 {
			content = m.change(content)
		}
		requireAgreement(t, content)
	})
}

type mutation struct{ *rand.Rand }

// change replaces, renames, doubles or removes one member of one object.
func (m mutation) change(content []byte) []byte {
	at, total := -1, countMembers(content)
	if total == 0 {
		return content
	}
	target := m.IntN(total)
	return rebuild(content, &at, target, func(name, value string) string {
		switch m.IntN(8) {
		case 0:
			return ""
		case 1:
			return m.name() + ":" + value
		case 2:
			return name + ":" + value + "," + m.name() + ":" + m.value()
		case 3:
			return name + ":" + value + "," + name + ":" + m.value()
		default:
			return name + ":" + m.value()
		}
	})
}

func (m mutation) name() string {
	names := strings.Fields("object id livemode deleted amount currency status authorized paid captured expired reversed voided failure_code source " +
		"offsite metadata transaction refunded_amount refunded refundable refunds fee net created_at created paid_at captured_at expires_at charge " +
		"key data total offset type limits payment_methods currencies Amount ID CURRENCY")
	name := names[m.IntN(len(names))]
	if m.IntN(20) == 0 {
		return `"\u00` + strconv.FormatInt(int64(name[0]), 16) + name[1:] + `"`
	}
	return strconv.Quote(name)
}

func (m mutation) value() string {
	values := []string{
		`null`, `true`, `false`, `"true"`, `""`, `"x"`, `0`, `-0`, `1`, `-1`, `100000`, `1.0`, `1.5`, `1e2`, `1E+2`, `"100000"`, `9223372036854775807`, `9223372036854775808`,
		`-9223372036854775808`, `1e400`, `{}`, `[]`, `[null]`, `[1,"a",{}]`, `{"id":"chrg_test_1"}`, `{"id":7}`, `{"object":"list","total":0,"data":[]}`,
		`{"object":"list","total":1,"data":[null]}`, `{"object":"list","livemode":1,"total":0,"offset":1.5,"data":[]}`, `"chrg_test_5fzcso1ns6fh4cf2ijz"`, `"src_test_1"`,
		`{"object":"source","id":"src_1","type":"alipay"}`, `{"object":"source","id":"src_1","type":7}`, `"thb"`, `"\u0074hb"`, `"\ud83c"`, `"\ud83c\udf75"`, `"a\u0000b"`, `"é"`,
		`"charge"`, `"ch\u0061rge"`, `"refund"`, `"event"`, `"list"`, `"2019-05-22T07:00:07Z"`, `"2019-05-22T7:00:07Z"`, `"2019-05-22T07:00:07,5Z"`, `"2019-05-22T07:00:07.123456789+07:00"`,
		`"2019-05-22 07:00:07 UTC"`, `"2019-05-22"`, `"2019-05-22T07:00:07+24:00"`, `{"a":"b","c":{"d":[1, 2 , {"e" : "\u0066"}]}}`, `{"a":1.50,"b":null,"c":true,"\u0064":"x"}`, `{"a":{"\ud800":"\ud83c"},"\udbff":"\ud83c\udf75"}`, `{"\ud800":1,"\udbff":2}`,
		`{"charge_amount":{"min":1,"max":"2"}}`, `{"charge_amount":[]}`, `[{"name":"alipay","currencies":["THB",1,"",null]},7,{"name":1,"currencies":{}}]`,
	}
	return values[m.IntN(len(values))]
}

func countMembers(content []byte) int {
	n := 0
	rebuild(content, &n, -1, nil)
	return n
}

// rebuild writes the value again, with the member of that number changed. at counts members.
func rebuild(content []byte, at *int, target int, change func(name, value string) string) []byte {
	content = bytes.TrimSpace(content)
	f := func(raw []byte) []byte { return rebuild(raw, at, target, change) }
	switch {
	case len(content) > 0 && content[0] == '[':
		elements, ok := elementsOf(content)
		if !ok {
			return content
		}
		var parts []string
		for _, e := range elements {
			parts = append(parts, string(f(e)))
		}
		return []byte("[" + strings.Join(parts, ",") + "]")
	case len(content) > 0 && content[0] == '{':
		members, err := membersOf(content)
		if err != nil {
			return content
		}
		var parts []string
		for _, m := range members {
			*at++
			number := *at
			name, value := string(quoteJSON(m.key)), string(f(m.value))
			part := name + ":" + value
			if change != nil && number == target {
				part = change(name, value)
			}
			if part != "" {
				parts = append(parts, part)
			}
		}
		return []byte("{" + strings.Join(parts, ",") + "}")
	}
	return content
}

func quoteJSON(text []byte) []byte {
	quoted, _ := json.Marshal(string(text)) //nolint:errchkjson // a string
	return quoted
}
