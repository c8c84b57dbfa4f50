package stripealipay

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// probe reads the account of the key. Stripe's account has neither the mode, which
// the key has, nor whether Alipay is enabled, which only the first payment shows.
func (s *session) probe(ctx context.Context) (*contract.Account, *contract.Error) {
	x, e := s.gateway.do(ctx, &request{what: "read account", send: func(ctx context.Context) error {
		_, err := s.gateway.api.V1Accounts.Retrieve(ctx, nil)
		return err
	}})
	if e != nil {
		return nil, e
	}
	var fields struct {
		ID              string                     `json:"id"`
		Object          string                     `json:"object"`
		Country         strictjson.Lenient[string] `json:"country"`
		BusinessProfile strictjson.Lenient[struct {
			Name strictjson.Lenient[string] `json:"name"`
		}] `json:"business_profile"`
	}
	if err := strictjson.Decode(strictjson.ToUTF8(x.Body), maxBody, &fields); err != nil {
		return nil, kit.Malformed(err)
	}
	if fields.Object != "account" || !idForm.MatchString(fields.ID) {
		return nil, kit.Malformed(errors.New("it is not an account"))
	}
	account := accountOf(fields.ID, fields.Country.Value, fields.BusinessProfile.Value.Name.Value)
	account.Live = s.settings.live
	if err := account.Validate(); err != nil {
		return nil, kit.Malformed(err)
	}
	return account, nil
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

func accountOf(id, country, name string) *contract.Account {
	account := &contract.Account{
		ID: id, Name: kit.Clip(name, 255), PaymentMethods: []contract.PaymentMethod{alipay(currenciesOf(country)...)},
	}
	if countryForm.MatchString(country) {
		account.Country = country
	}
	return account
}

// homeCurrencies are what accounts of a country can ask for with Alipay,
// besides CNY: https://docs.stripe.com/payments/alipay, and so are the countries
// below.
var homeCurrencies = map[string]string{
	"AU": "AUD", "CA": "CAD", "GB": "GBP", "HK": "HKD", "JP": "JPY", "MY": "MYR", "NZ": "NZD", "SG": "SGD", "US": "USD",
}

// euroCountries are the countries whose accounts can ask for EUR. Some of them have
// another currency. Of HR, HU and LI Stripe says only that they have Alipay. Of GI
// it says the same, and there the pound is as likely; Stripe decides.
var euroCountries = []string{
	"AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LI", "LT",
	"LU", "LV", "MT", "NL", "NO", "PT", "RO", "SE", "SI", "SK",
}

// currenciesOf returns the currencies that an account can use. In a country that is
// unknown here these are all, and Stripe decides.
func currenciesOf(country string) []string {
	if home, known := homeCurrencies[country]; known {
		return []string{"CNY", home}
	}
	if slices.Contains(euroCountries, country) {
		return []string{"CNY", "EUR"}
	}
	var all []string
	for _, limits := range descriptor().PaymentMethods[0].Currencies {
		all = append(all, limits.Currency)
	}
	return all
}
