package omisealipay

import (
	"context"
	"log/slog"
	"regexp"

	"github.com/paysocket/paysocket/contract"
)

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// probe reads at Omise whether the key works and what the account may do. A
// method that is not enabled is no error: the account can be configured today and
// get the method tomorrow. Until then CreatePayment fails with MethodNotEnabled.
func (s *session) probe(ctx context.Context) (*contract.Account, *contract.Error) {
	capability, err := s.client.RetrieveCapability(ctx)
	if err != nil {
		return nil, errorOf(err)
	}
	account := &contract.Account{Live: s.settings.live, PaymentMethods: enabledTerms(capability)}
	if countryForm.MatchString(capability.Country) {
		account.Country = capability.Country
	}
	if len(account.PaymentMethods) == 0 {
		s.logger.WarnContext(ctx, "no payment method is enabled for this account",
			slog.String("country", account.Country), slog.String("advice", askOmise))
	}
	return account, nil
}

// askOmise is what a merchant can do about a method that is not enabled.
const askOmise = "ask support@omise.co to enable Alipay, which only merchants registered in Thailand can have"
