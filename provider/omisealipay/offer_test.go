package omisealipay

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise"
)

// read returns what the client reads of two answers of Omise's.
func read(t *testing.T, account, capability string) (*omise.Account, *omise.Capability) {
	t.Helper()
	front := kittest.NewFront(t)
	front.Add(kittest.On("GET /account", kittest.Answer(200, account)))
	front.Add(kittest.On("GET /capability", kittest.Answer(200, capability)))
	client, err := omise.New(omise.Credentials{SecretKey: omise.NewSecret("skey_test_x")}, &omise.Options{BaseURL: front.URL()})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	own, err := client.RetrieveAccount(t.Context())
	require.NoError(t, err)
	can, err := client.RetrieveCapability(t.Context())
	require.NoError(t, err)
	return own, can
}

// recordedAnswer returns an answer among those that the client is tested with.
func recordedAnswer(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "omise", "testdata", name))
	require.NoError(t, err)
	return string(content)
}

// limitsIn returns the limits of methods, such as "alipay THB".
func limitsIn(methods []contract.PaymentMethod) map[string][2]int64 {
	found := map[string][2]int64{}
	for _, m := range methods {
		for _, l := range m.Currencies {
			found[m.Code+" "+l.Currency] = [2]int64{l.MinMinorUnits, l.MaxMinorUnits}
		}
	}
	return found
}

func TestOffer_IsWhatTheRecordedCapabilityOffers(t *testing.T) {
	t.Parallel()
	const old, recent = "account_2017.json", "account_2025.json"
	inSingapore := strings.NewReplacer(`"TH"`, `"SG"`, `"THB"`, `"SGD"`, `"thb"`, `"sgd"`)
	inMalaysia := strings.NewReplacer(`"TH"`, `"MY"`, `"THB"`, `"MYR"`, `"thb"`, `"myr"`)
	asIs := strings.NewReplacer()
	thai, all := [2]int64{2000, 500000000000}, [2]int64{100, 2000000}
	for _, row := range []struct {
		account    string
		of         *strings.Replacer
		capability string
		country    string
		want       map[string][2]int64
	}{
		{old, asIs, "capability_2017_th.json", "TH", map[string][2]int64{"alipay THB": {2000, 0}}},
		{old, asIs, "capability_2019.json", "", map[string][2]int64{"alipay THB": {2000, 0}}},
		{old, asIs, "capability_backends_th.json", "", map[string][2]int64{"alipay THB": {2000, 15000000}}},
		{old, asIs, "capability_backends_without_alipay_th.json", "", map[string][2]int64{}},
		{"account_2015.json", asIs, "capability_backends_th.json", "", map[string][2]int64{"alipay THB": {2000, 15000000}}},
		{recent, asIs, "capability_2025.json", "TH", map[string][2]int64{"alipay_cn THB": {2000, 15000000}}},
		// The limits of the account are in its currency. In others they are not known.
		{recent, asIs, "capability_2025_all_th.json", "TH", map[string][2]int64{
			"alipay THB": thai, "alipay_cn THB": thai, "alipay_hk THB": thai, "kakaopay THB": thai, "touch_n_go THB": thai,
			"dana SGD": {}, "gcash SGD": {}, "gcash MYR": {},
		}},
		{recent, inSingapore, "capability_2025_sg.json", "SG", map[string][2]int64{
			"alipay_cn SGD": all, "alipay_hk SGD": all, "kakaopay SGD": all, "dana SGD": all, "gcash SGD": all,
		}},
		{old, inSingapore, "capability_backends_sg.json", "", map[string][2]int64{
			"alipay_cn SGD": {100, 1500000}, "alipay_hk SGD": {100, 1400000}, "kakaopay SGD": {100, 1300000},
			"dana SGD": {100, 1200000}, "gcash SGD": {100, 1100000},
		}},
		{recent, inMalaysia, "capability_2025_my.json", "MY", map[string][2]int64{"touch_n_go MYR": {100, 3000000}}},
		{old, inMalaysia, "capability_backends_my.json", "", map[string][2]int64{"touch_n_go MYR": {150, 1000000}}},
	} {
		own, can := read(t, row.of.Replace(recordedAnswer(t, row.account)), recordedAnswer(t, row.capability))
		country := countryOf(own, can)
		assert.Equal(t, row.country, country, row.capability)
		terms := offerTo(own, country, can).terms()
		assert.Equal(t, row.want, limitsIn(terms), row.capability)
		requireWithinDescriptor(t, terms, row.capability)
		require.NoError(t, (&contract.Account{PaymentMethods: terms}).Validate(), row.capability)
	}
}

// Each row is offered exactly where the capability has its name, in both forms.
func TestOffer_HasEachMethodExactlyWhereItIsListed(t *testing.T) {
	t.Parallel()
	for _, listed := range methods() {
		currency := listed.currencies()[0]
		for _, form := range []string{
			`"payment_methods":[{"name":"card","currencies":["THB"]},{"name":"` + listed.code + `","currencies":["` + currency + `"]}]`,
			`"payment_backends":[{"credit_card":{"type":"card"}},{"` + listed.code + `":{"currencies":["` + strings.ToLower(currency) + `"]}}]`,
		} {
			own, can := read(t, `{"object":"account","id":"acct_1"}`, `{"object":"capability",`+form+`}`)
			terms := offerTo(own, "", can).terms()
			assert.Equal(t, []string{listed.code + " " + currency}, slices.Collect(maps.Keys(limitsIn(terms))), form)
		}
	}
	own, can := read(t, `{"object":"account","id":"acct_1"}`, `{"object":"capability","payment_methods":[
		{"name":"barcode_alipay"},{"name":"alipayplus_mpm"},{"name":"ALIPAY"},{"name":"alipay "},{"name":null},null]}`)
	assert.Empty(t, offerTo(own, "", can).terms(), "names that are like ours are others")
}

func TestOffer_DecidesAboutCurrenciesAndLimits(t *testing.T) {
	t.Parallel()
	const inThailand, inSingapore = `"currency":"THB","country":"TH"`, `"currency":"SGD","country":"SG"`
	for name, row := range map[string]struct {
		account, capability string
		want                map[string][2]int64
	}{
		"alipay is paid in THB alone": {inSingapore, `"payment_methods":[{"name":"alipay","currencies":["SGD","CNY","THB"]}]`, map[string][2]int64{"alipay THB": {2000, 0}}},
		"alipay without THB":          {inSingapore, `"payment_methods":[{"name":"alipay","currencies":["SGD"]}]`, map[string][2]int64{}},
		"a currency that the descriptor lacks": {
			inSingapore, `"payment_methods":[{"name":"gcash","currencies":["USD","XXX","SGD","ZZZ"]}]`, map[string][2]int64{"gcash SGD": {}},
		},
		"no currency of the descriptor's":         {inSingapore, `"payment_methods":[{"name":"gcash","currencies":["USD"]},{"name":"dana","currencies":["SGD"]}]`, map[string][2]int64{"dana SGD": {}}},
		"no list of currencies":                   {inSingapore, `"payment_methods":[{"name":"gcash"}]`, map[string][2]int64{"gcash SGD": {}}},
		"no list, and alipay":                     {inSingapore, `"payment_methods":[{"name":"alipay"}]`, map[string][2]int64{}},
		"an empty list":                           {inThailand, `"payment_methods":[{"name":"alipay","currencies":[]}]`, map[string][2]int64{}},
		"no country and no currency":              {`"more":1`, `"limits":{"charge_amount":{"max":9000}},"payment_methods":[{"name":"alipay"}]`, map[string][2]int64{"alipay THB": {2000, 9000}}},
		"a country of the capability":             {`"more":1`, `"country":"MY","limits":{"charge_amount":{"min":7}},"payment_methods":[{"name":"touch_n_go"}]`, map[string][2]int64{"touch_n_go MYR": {7, 0}}},
		"a currency without an exponent":          {`"currency":"XAU","country":"SG"`, `"payment_methods":[{"name":"dana"}]`, map[string][2]int64{"dana SGD": {}}},
		"a country that is unknown":               {`"country":"ZZ"`, `"limits":{"charge_amount":{"min":7}},"payment_methods":[{"name":"dana"},{"name":"gcash","currencies":["SGD"]}]`, map[string][2]int64{"gcash SGD": {}}},
		"a most below the least":                  {inThailand, `"limits":{"charge_amount":{"min":5000,"max":4000}},"payment_methods":[{"name":"alipay"}]`, map[string][2]int64{"alipay THB": {5000, 0}}},
		"a method's most below its least":         {inThailand, `"payment_backends":[{"alipay":{"amount":{"min":2009,"max":2008}}}]`, map[string][2]int64{"alipay THB": {2009, 0}}},
		"a method's least below the descriptor's": {inThailand, `"payment_backends":[{"alipay":{"amount":{"min":9,"max":9000}}}]`, map[string][2]int64{"alipay THB": {2000, 9000}}},
		"a method's limits replace the account's": {
			inThailand, `"limits":{"charge_amount":{"min":2000,"max":9000}},"payment_backends":[{"alipay":{"amount":{"min":3000,"max":99000}}},{"kakaopay":{"amount":{"max":5000}}}]`,
			map[string][2]int64{"alipay THB": {3000, 99000}, "kakaopay THB": {2000, 5000}},
		},
		"a method's limits among two currencies": {
			inSingapore, `"payment_backends":[{"gcash":{"currencies":["sgd","myr"],"amount":{"min":300,"max":900}}}]`, map[string][2]int64{"gcash SGD": {300, 900}, "gcash MYR": {}},
		},
		"limits that are none": {inThailand, `"limits":{"charge_amount":{"min":null,"max":-1}},"payment_methods":[{"name":"alipay"}]`, map[string][2]int64{"alipay THB": {2000, 0}}},
	} {
		own, can := read(t, `{"object":"account","id":"acct_1",`+row.account+`}`, `{"object":"capability",`+row.capability+`}`)
		terms := offerTo(own, countryOf(own, can), can).terms()
		assert.Equal(t, row.want, limitsIn(terms), name)
		require.NoError(t, (&contract.Account{PaymentMethods: terms}).Validate(), name)
		requireWithinDescriptor(t, terms, name)
	}
}

// requireWithinDescriptor requires that an account's methods are not wider than the
// descriptor's.
func requireWithinDescriptor(t *testing.T, terms []contract.PaymentMethod, name string) {
	t.Helper()
	described := limitsIn(descriptor().PaymentMethods)
	for offered, limits := range limitsIn(terms) {
		assert.Contains(t, described, offered, name)
		assert.GreaterOrEqual(t, limits[0], described[offered][0], "%s: the least amount of %s", name, offered)
	}
}
