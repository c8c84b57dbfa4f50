package omise_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// The answers for Thailand have the substance of published ones. Those for Singapore and Malaysia have their form, with
// the methods that Omise documents for the country.
func TestCapability_IsReadInEveryFormThatWasSeen(t *testing.T) {
	t.Parallel()
	thb, sgd, myr := []string{"THB"}, []string{"SGD"}, []string{"MYR"}
	type method struct {
		name       string
		currencies []string
		min, max   int64 // 0: the method has no limits
	}
	for file, want := range map[string]struct {
		country  string
		min, max int64
		some     []method
		without  string
	}{
		"capability_2017_th.json": {"TH", 0, 0, []method{{"alipay", thb, 0, 0}}, "alipay_cn"},
		"capability_2019.json":    {"", 0, 0, []method{{"alipay", thb, 0, 0}}, "alipay_cn"},
		"capability_2025.json":    {"TH", 2000, 15000000, []method{{"alipay_cn", thb, 0, 0}}, "alipay"},
		"capability_2025_all_th.json": {"TH", 2000, 500000000000, []method{
			{"alipay", thb, 0, 0}, {"dana", sgd, 0, 0}, {"gcash", []string{"SGD", "MYR"}, 0, 0}, {"touch_n_go", thb, 0, 0},
		}, "paynow"},
		"capability_2025_sg.json":                    {"SG", 100, 2000000, []method{{"alipay_cn", sgd, 0, 0}, {"alipay_hk", sgd, 0, 0}}, "alipay"},
		"capability_2025_my.json":                    {"MY", 100, 3000000, []method{{"touch_n_go", myr, 0, 0}}, "alipay_cn"},
		"capability_backends_th.json":                {"", 2000, 15000000, []method{{"alipay", thb, 2000, 15000000}, {"fpx", myr, 2000, 15000000}}, "card"},
		"capability_backends_sg.json":                {"", 100, 2000000, []method{{"alipay_cn", sgd, 100, 1500000}, {"gcash", sgd, 100, 1100000}}, "alipay"},
		"capability_backends_my.json":                {"", 100, 3000000, []method{{"touch_n_go", myr, 150, 1000000}}, "alipay_cn"},
		"capability_backends_without_alipay_th.json": {"", 2000, 100000000, []method{{"installment_kbank", thb, 2000, 100000000}}, "alipay"},
	} {
		found, err := omise.DecodeCapability([]byte(testdata(t, file)))
		require.NoError(t, err, file)
		assert.Equal(t, want.country, found.Country, file)
		expected := limits(want.min, want.max)
		assert.Equal(t, expected, [2]*int64{found.MinAmount, found.MaxAmount}, file)
		assert.Nil(t, found.Method(want.without), file)
		for _, m := range want.some {
			bounds := limits(m.min, m.max)
			assert.Equal(t, &omise.PaymentMethod{Name: m.name, Currencies: m.currencies, MinAmount: bounds[0], MaxAmount: bounds[1]}, found.Method(m.name), file)
		}
	}
}

// limits returns pointers to the two, nil for 0.
func limits(least, most int64) [2]*int64 {
	var both [2]*int64
	for i, limit := range []int64{least, most} {
		if limit != 0 {
			both[i] = &limit
		}
	}
	return both
}

func TestCapability_SkipsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for members, want := range map[string][]omise.PaymentMethod{
		// Both forms at once are one list, and the older one has the limits.
		`"payment_methods":[{"name":"alipay","currencies":["THB"]}],"payment_backends":[{"alipay":{"currencies":["thb"],"amount":{"min":5,"max":9}}},{"gcash":{"currencies":["sgd"]}}]`: {
			{Name: "alipay", Currencies: []string{"THB"}, MinAmount: new(int64(5)), MaxAmount: new(int64(9))}, {Name: "gcash", Currencies: []string{"SGD"}},
		},
		`"payment_methods":null,"payment_backends":[{"alipay":{}}]`:             {{Name: "alipay"}},
		`"payment_methods":[{"name":"alipay"}],"payment_backends":null`:         {{Name: "alipay"}},
		`"payment_methods":[{"name":"alipay"}],"payment_backends":{"gcash":{}}`: {{Name: "alipay"}},
		`"payment_backends":[]`: nil,
		`"payment_backends":[null,7,"alipay",[],{"alipay":null},{"dana":"yes"},{}]`:                             nil,
		`"payment_backends":[{"alipay":{"a":1},"dana":{"more":[{}]}}]`:                                          {{Name: "alipay"}, {Name: "dana"}},
		`"payment_backends":[{"alipay":{"currencies":null,"amount":null}}]`:                                     {{Name: "alipay"}},
		`"payment_backends":[{"alipay":{"currencies":[],"amount":[]}}]`:                                         {{Name: "alipay", Currencies: []string{}}},
		`"payment_backends":[{"alipay":{"currencies":["thb","THB",null,"baht"],"amount":{"min":7}}}]`:           {{Name: "alipay", Currencies: []string{"THB"}, MinAmount: new(int64(7))}},
		`"payment_methods":[{"name":"gcash","currencies":["SGD"]},{"name":"gcash","currencies":["MYR","SGD"]}]`: {{Name: "gcash", Currencies: []string{"SGD", "MYR"}}},
		`"payment_methods":[{"name":"gcash"},{"name":"gcash","currencies":["SGD"]}]`:                            {{Name: "gcash", Currencies: []string{"SGD"}}},
	} {
		found, err := omise.DecodeCapability([]byte(`{"object":"capability",` + members + `}`))
		require.NoError(t, err, members)
		assert.Equal(t, want, found.PaymentMethods, members)
	}
}

func TestCapability_ReadsALimitHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]int64{
		"2000": 2000, "2000.0": 2000, "2e3": 2000, "2E+3": 2000, "20000e-1": 2000, "2.0e3": 2000, "0.2e4": 2000, "9223372036854775807": 9223372036854775807,
		"9007199254740993.0": 9007199254740993, // which a float would round
	} {
		assert.Equal(t, new(want), limitOf(t, written), written)
	}
	assert.Equal(t, new(int64(0)), limitOf(t, "0.0"))
	for _, written := range []string{
		"-1", "2000.5", "2e-1", "1e19", "9223372036854775808", "1e400", "1e99999999999999999999", "1e-400", "0." + strings.Repeat("0", 500) + "1",
		`"2000"`, "null", "true", "[2000]", `{"amount":2000}`,
	} {
		assert.Nil(t, limitOf(t, written), written)
	}
}

func limitOf(t *testing.T, written string) *int64 {
	t.Helper()
	found, err := omise.DecodeCapability([]byte(`{"object":"capability","payment_backends":[{"alipay":{"amount":{"max":` + written + `}}}]}`))
	require.NoError(t, err, written)
	return found.Method("alipay").MaxAmount
}

func TestCapability_IsBounded(t *testing.T) {
	t.Parallel()
	for _, list := range []string{
		`"payment_methods":[` + strings.Repeat(`{},`, omise.MaxMethods) + `{}]`,
		`"payment_backends":[{` + manyBackends(omise.MaxMethods+1) + `}]`,
		`"payment_methods":[` + strings.Repeat(`7,`, omise.MaxMethods/2) + `7],"payment_backends":[{` + manyBackends(omise.MaxMethods/2) + `}]`,
	} {
		_, err := omise.DecodeCapability([]byte(`{"object":"capability",` + list + `}`))
		require.ErrorContains(t, err, "it lists more than 1000 payment methods")
	}
	_, err := omise.DecodeCapability([]byte(`{"object":"capability","payment_backends":[` + strings.Repeat(`[`, 50) + strings.Repeat(`]`, 50) + `]}`))
	require.ErrorIs(t, err, omise.ErrMalformed)
	codes := make([]string, 0, 26*26)
	for i := range cap(codes) {
		codes = append(codes, fmt.Sprintf(`"%c%cX"`, 'A'+i/26, 'A'+i%26))
	}
	found, err := omise.DecodeCapability([]byte(`{"object":"capability","payment_methods":[{"name":"card","currencies":[` + strings.Join(codes, ",") + `]}]}`))
	require.NoError(t, err)
	assert.Len(t, found.Method("card").Currencies, 200)
}

// manyBackends returns the members of an object with that many methods.
func manyBackends(count int) string {
	members := make([]string, count)
	for i := range members {
		members[i] = fmt.Sprintf(`"method_%d":{}`, i)
	}
	return strings.Join(members, ",")
}

func TestRetrieveAccount_ReadsEveryFormThatWasSeen(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]omise.Account{
		"account_2015.json":               {ID: "acct_4yyvy93tmab34q2ywlo"},
		"account_2017.json":               {ID: "acct_51n45m422m7yrgri706", Live: new(false), Currency: "THB"},
		"account_2019.json":               {ID: "account_test_58wfnlwyt10qewl67cn", Live: new(false), Currency: "THB"},
		"account_2019_text_livemode.json": {ID: "account_test_fixture", Live: new(false), Currency: "THB"},
		"account_2025.json":               {ID: "account_test_62e6vi5uwgkfh4aal8o", Live: new(false), Country: "TH", Currency: "THB"},
	} {
		g, base := listen(t, ok(testdata(t, file)))
		account, err := client(t, base, nil).RetrieveAccount(t.Context())
		require.NoError(t, err, file)
		assert.Equal(t, &want, account, file)
		assert.Equal(t, "/account", g.received()[0].target)
		assert.Equal(t, secretKey, g.received()[0].user, "the public key may not read it")
	}
	for members, want := range map[string]omise.Account{
		`"livemode":true`:   {ID: "acct_1", Live: new(true)},
		`"livemode":"true"`: {ID: "acct_1", Live: new(true)},
		`"livemode":1,"country":["TH"],"currency":{"a":1}`: {ID: "acct_1"},
	} {
		_, base := listen(t, ok(`{"object":"account","id":"acct_1",`+members+`}`))
		account, err := client(t, base, nil).RetrieveAccount(t.Context())
		require.NoError(t, err, members)
		assert.Equal(t, &want, account, members)
	}
}

func TestRetrieveAccount_RefusesWhatIsNoAccount(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{}`, `[]`, `<html>`, `{"object":"capability","id":"acct_1"}`, `{"object":"account"}`, `{"object":"account","id":7}`,
		`{"object":"account","id":"acct_"}`, `{"object":"account","id":"acct_1/../x"}`, `{"object":"account","id":"a\nb"}`,
		`{"object":"account","id":"acct_` + strings.Repeat("x", 65) + `"}`, `{"object":"account","id":"acct_1","id":"acct_2"}`,
	} {
		_, base := listen(t, ok(body))
		_, err := client(t, base, nil).RetrieveAccount(t.Context())
		assert.Equal(t, omise.KindMalformed, errorOf(t, err).Kind, body)
	}
	for status, want := range map[int]omise.Kind{
		http.StatusUnauthorized: omise.KindUnauthorized, http.StatusForbidden: omise.KindUnauthorized, http.StatusNotFound: omise.KindNotFound,
	} {
		_, base := listen(t, errorAnswer(status, "some_code"))
		_, err := client(t, base, nil).RetrieveAccount(t.Context())
		assert.Equal(t, want, errorOf(t, err).Kind, status)
	}
}

// FuzzDecodeCapability requires that a capability is within its bounds, whatever an answer is.
func FuzzDecodeCapability(f *testing.F) {
	files, err := filepath.Glob("testdata/capability_*.json")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(content)
	}
	for _, members := range []string{
		`"payment_backends":[{"alipay":{"currencies":["thb"],"amount":{"min":2e3,"max":1.50}},"dana":null},7,null,[[]]]`,
		`"payment_methods":[{"name":"alipay","currencies":["thb",1,null]},{"name":7},"x"],"payment_backends":{},"limits":{"charge_amount":{"min":-0}}`,
		`"payment_methods":[{"name":"a"},{"name":"a"},{}],"payment_backends":[{"a":{"amount":{"min":1e-40,"max":1e40}}}]`,
		`"payment_methods":[{"name":"a"},{"na`,
	} {
		f.Add([]byte(`{"object":"capability",` + members + `}`))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		found, err := omise.DecodeCapability(raw)
		if err != nil {
			require.ErrorIs(t, err, omise.ErrMalformed)
			return
		}
		require.LessOrEqual(t, len(found.PaymentMethods), omise.MaxMethods)
		var names []string
		all := []*int64{found.MinAmount, found.MaxAmount}
		for _, m := range found.PaymentMethods {
			require.LessOrEqual(t, len(m.Currencies), 2*200)
			for _, code := range m.Currencies {
				require.Len(t, code, 3)
			}
			all = append(all, m.MinAmount, m.MaxAmount)
			if m.Name != "" {
				names = append(names, m.Name)
			}
		}
		for _, limit := range all {
			require.True(t, limit == nil || *limit >= 0)
		}
		slices.Sort(names)
		require.Len(t, slices.Compact(names), len(names), "one entry for a name")
	})
}
