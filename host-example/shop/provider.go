package shop

import (
	"errors"

	"github.com/paysocket/paysocket/contract"
)

// Provider is a payment provider as the shop uses it: a plugin.Client, or a
// supervisor.Provider. The process behind the latter can be swapped, so the shop
// asks for descriptor and account each time it needs them.
type Provider interface {
	contract.PaymentProvider

	// Descriptor returns the description of the present process; nil before the
	// first one was ready.
	Descriptor() *contract.Descriptor

	// Account returns the account that the present process works for; nil before
	// the first one was configured.
	Account() *contract.Account
}

// namedProvider is a provider with its name in the catalog.
type namedProvider struct {
	Provider

	name string
}

// Add makes the shop use a provider under a name, in place of an earlier one with
// the same name. The name is a segment of the provider's webhook URL. The
// provider need not be ready; until it is, its calls fail.
func (s *Shop) Add(name string, provider Provider) error {
	if name == "" || provider == nil {
		return errors.New("shop.Add: name is empty or provider is nil")
	}
	if account := provider.Account(); account != nil {
		if err := s.sameMode(name, account); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.providers[name] = provider
	return nil
}

func (s *Shop) sameMode(name string, account *contract.Account) error {
	if account.Live != s.live {
		return contract.Errorf(contract.ModeMismatch, "the account of provider %s has live=%t, and the shop has live=%t",
			name, account.Live, s.live)
	}
	return nil
}

func (s *Shop) provider(name string) (*namedProvider, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	provider, ok := s.providers[name]
	if !ok {
		return nil, &NotFoundError{What: "provider", ID: name}
	}
	return &namedProvider{Provider: provider, name: name}, nil
}

// describedProvider returns a provider and its present descriptor.
func (s *Shop) describedProvider(name string) (*namedProvider, *contract.Descriptor, error) {
	provider, err := s.provider(name)
	if err != nil {
		return nil, nil, err
	}
	descriptor := provider.Descriptor()
	if descriptor == nil {
		return nil, nil, notReady(provider)
	}
	return provider, descriptor, nil
}

// account returns the account that a provider works for now. Its mode must be the
// shop's.
func (s *Shop) account(provider *namedProvider) (*contract.Account, error) {
	account := provider.Account()
	if account == nil {
		return nil, notReady(provider)
	}
	return account, s.sameMode(provider.name, account)
}

// notReady returns the error of a call that is not made because the provider was
// never ready: the provider's own error, if it has one.
func notReady(provider *namedProvider) error {
	if reporter, ok := provider.Provider.(interface{ Unavailable() error }); ok {
		if err := reporter.Unavailable(); err != nil {
			return err
		}
	}
	return contract.Errorf(contract.ProviderUnreachable, "nothing was sent: provider %s has not been ready yet", provider.name)
}
