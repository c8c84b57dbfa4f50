package omisealipay

import (
	"context"
	"log/slog"
	"slices"

	"github.com/paysocket/paysocket/contract"
)

// Configure checks the configuration, with a probe also at Omise, and only
// then puts it in force: until the last step the previous one serves.
func (p *Provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	checked, err := readSettings(configuration) //nolint:contextcheck // What it makes outlives the call.
	if err != nil {
		return nil, err
	}
	made, err := newSession(checked, p) //nolint:contextcheck // What it makes outlives the call.
	if err != nil {
		return nil, err
	}
	if configuration.Probe {
		if err := made.probe(ctx); err != nil {
			made.close()
			return nil, err
		}
	}
	if previous := p.session.Swap(made); previous != nil {
		previous.close()
	}
	answer := *made.account
	answer.PaymentMethods = slices.Clone(answer.PaymentMethods) // the caller's own
	return &answer, nil
}

// probe asks Omise whether the key works and what the account may do. A method
// that is not enabled is no error: the account can be configured today and
// enabled tomorrow, and creating says METHOD_NOT_ENABLED until then.
func (s *session) probe(ctx context.Context) error {
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	capability, err := s.client.RetrieveCapability(ctx)
	if err != nil {
		return refusal(err)
	}
	s.account.Country = countryOf(capability.Country)
	s.account.PaymentMethods = enabledTerms(capability)
	if len(s.account.PaymentMethods) == 0 {
		s.logger.WarnContext(ctx, "no payment method is enabled for this account",
			slog.String("country", s.account.Country), slog.String("advice", askOmise))
	}
	return nil
}

// askOmise is what a merchant can do about a method that is not enabled.
const askOmise = "ask support@omise.co to enable Alipay; only shops registered in Thailand can have it"

func countryOf(word string) string {
	if len(word) != 2 || word[0] < 'A' || word[0] > 'Z' || word[1] < 'A' || word[1] > 'Z' {
		return ""
	}
	return word
}
