package shop

import (
	"errors"

	"github.com/paysocket/paysocket/contract"
)

// Provider is a payment provider as the shop uses it. The one process of a
// plugin.Client is one, and so is the supervisor.Provider behind which processes
// are exchanged. That is why the shop asks what it can do each time anew.
type Provider interface {
	contract.PaymentProvider

	// Descriptor is what the present process said of itself; nil before the
	// first one was ready.
	Descriptor() *contract.Descriptor

	// Account is what it works for; nil before the first one was configured.
	Account() *contract.Account
}

// named is a provider with the catalog's name for it.
type named struct {
	Provider

	name string
}

// Add makes a provider take payments under a name, which is a segment of its
// webhook address, in place of one of the same name. A provider that is not
// ready yet can be added; until it is, its calls fail.
func (s *Shop) Add(name string, provider Provider) error {
	if name == "" || provider == nil {
		return errors.New("the shop needs a provider and a name for it")
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

func (s *Shop) provider(name string) (*named, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	provider, ok := s.providers[name]
	if !ok {
		return nil, &NotFoundError{What: "provider", ID: name}
	}
	return &named{Provider: provider, name: name}, nil
}

// described gives a provider and what it says of itself now.
func (s *Shop) described(name string) (*named, *contract.Descriptor, error) {
	provider, err := s.provider(name)
	if err != nil {
		return nil, nil, err
	}
	descriptor := provider.Descriptor()
	if descriptor == nil {
		return nil, nil, unready(provider)
	}
	return provider, descriptor, nil
}

// account gives what a provider works for now, which must be in the shop's
// mode.
func (s *Shop) account(provider *named) (*contract.Account, error) {
	account := provider.Account()
	if account == nil {
		return nil, unready(provider)
	}
	return account, s.sameMode(provider.name, account)
}

// unready says why nothing is known of a provider, in its own words where it
// has some.
func unready(provider *named) error {
	if known, ok := provider.Provider.(interface{ Unavailable() error }); ok {
		if err := known.Unavailable(); err != nil {
			return err
		}
	}
	return contract.Errorf(contract.ProviderUnreachable, "nothing was sent: the provider %s has not been ready yet", provider.name)
}
