package omisealipay

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// probe reads at Omise whether the key works, which account it is of, and what the
// account may do. A method that is not enabled is no error: the account can be
// configured today and get the method tomorrow. Until then CreatePayment fails
// with MethodNotEnabled.
//
// Omise has no name of an account, and its email address is nobody's business.
func (s *session) probe(ctx context.Context) (*contract.Account, *contract.Error) {
	own, err := s.client.RetrieveAccount(ctx)
	if err != nil {
		return nil, errorOf(err)
	}
	if live, known := modeOf(own); known && live != s.settings.live {
		return nil, contract.NewError(contract.ModeMismatch,
			"Omise says that the account is of the other mode, test or live, than the key; check secret_key and api_base")
	}
	capability, err := s.client.RetrieveCapability(ctx)
	if err != nil {
		return nil, errorOf(err)
	}
	country := countryOf(own, capability)
	offered := offerTo(own, country, capability)
	account := &contract.Account{ID: own.ID, Country: country, Live: s.settings.live, PaymentMethods: offered.terms()}
	if wider := offered.leftOut(); len(wider) > 0 {
		s.logger.WarnContext(ctx, "Omise offers the account more currencies than this provider has; they are left out",
			slog.String("left_out", strings.Join(wider, ", ")))
	}
	if len(account.PaymentMethods) == 0 {
		s.logger.WarnContext(ctx, "none of this provider's payment methods is enabled for the account",
			slog.String("country", country), slog.String("advice", askOmise))
	}
	return account, nil
}

// modeOf returns the mode of an account, if its flag or its id has one. Ids of
// versions before 2019-05-29 have none.
func modeOf(account *omise.Account) (live, known bool) {
	if account.Live == nil && !strings.HasPrefix(account.ID, "account_") {
		return false, false
	}
	return isLive(account.Live, account.ID), true
}

// countryOf returns the country of an account; blank if neither answer has it.
func countryOf(account *omise.Account, capability *omise.Capability) string {
	country := cmp.Or(account.Country, capability.Country)
	if !countryForm.MatchString(country) {
		return ""
	}
	return country
}

// askOmise is what a merchant can do about a method that is not enabled.
const askOmise = "ask support@omise.co to enable it for the account, and then configure with a probe"

// notEnabled says what to do about a method that the account does not have.
func notEnabled(code string, capability *omise.Capability) string {
	var has []string
	for _, m := range methods() {
		if capability.Method(m.code) != nil {
			has = append(has, m.code)
		}
	}
	if len(has) == 0 {
		return fmt.Sprintf("%s is not enabled for this Omise account, nor is any other method of this provider; %s", code, askOmise)
	}
	return fmt.Sprintf("%s is not enabled for this Omise account, which has %s; use one of these, or %s", code, strings.Join(has, ", "), askOmise)
}
