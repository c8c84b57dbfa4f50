package host

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
	"github.com/paysocket/paysocket/plugin"
)

// present is a provider as it is now: the process that would get a call, and the
// account in which it would execute it.
type present struct {
	pinned  *plugin.Pinned // nil if it is not there
	account string         // "" if that is not established
	why     string         // for people, why it is not there or gets no new payment

	// lost says that the database may have lost payments that it has.
	lost bool
}

// presents are the providers that a move may need, by name. They are found before the
// move, since that may take calls.
type presents map[string]*present

// terms returns those of an operation; nil if the provider is not there or does not
// have it.
func (p *present) terms(operation contract.Operation) *contract.Idempotency {
	switch {
	case p.pinned == nil:
		return nil
	case operation == contract.OperationRefund:
		return p.pinned.Descriptor.RefundIdempotency
	default:
		return p.pinned.Descriptor.CreateIdempotency
	}
}

// present returns a provider as it is now.
func (e *Engine) present(ctx context.Context, name string) *present {
	p := e.find(ctx, name)
	p.lost = !e.isCompared(ctx, name, p)
	return p
}

// successor returns the process that has taken the place of a step's own, or nil if
// there is none, or if it has other terms or another account: then what was decided and
// stored is not true of it.
func (e *Engine) successor(ctx context.Context, s *step) *present {
	p, before := e.present(ctx, s.record.Provider), s.with
	if p.pinned == nil || p.pinned.ID == before.pinned.ID {
		return nil
	}
	if p.account == "" || p.account != before.account {
		return nil
	}
	now, then := p.terms(s.record.Operation), before.terms(s.record.Operation)
	if now == nil || then == nil || *now != *then {
		return nil
	}
	return p
}

// find returns a provider with its account.
func (e *Engine) find(ctx context.Context, name string) *present {
	provider, ok := e.providers(name)
	if !ok {
		return &present{why: "no provider is loaded under the name " + name}
	}
	pinned, err := provider.Pin()
	if err != nil {
		return &present{why: err.Error()}
	}
	p := &present{pinned: pinned}
	p.account, err = e.accountOf(ctx, name, pinned)
	switch {
	case err != nil:
		p.why = err.Error()
	case p.account == "":
		p.why = "the secrets of " + name + " have changed, and nothing shows yet that they are of the same account"
	}
	return p
}

// presentsFor returns the providers that a sale may need now.
func (e *Engine) presentsFor(ctx context.Context, names ...string) presents {
	found := presents{}
	for _, name := range names {
		if found[name] == nil {
			found[name] = e.present(ctx, name)
		}
	}
	return found
}

func namesOf(sale *ledger.Sale) []string {
	var names []string
	for _, a := range sale.Attempts {
		names = append(names, a.Provider)
		names = append(names, a.Fallbacks...)
	}
	return names
}

// witnessPause is how long the engine waits before it asks for another payment by
// which secrets that have changed would show their account.
const witnessPause = time.Minute

// accountOf returns the account for which a process works: the gateway's id of it
// where a probe told one, and otherwise a name of the ledger's own for all secrets
// that have read one payment. It returns "" if the secrets are others than before and
// have shown no account yet.
func (e *Engine) accountOf(ctx context.Context, name string, pinned *plugin.Pinned) (string, error) {
	if established, ok := e.accounts.Load(pinned.ID); ok {
		return established.(string), nil //nolint:forcetypeassert // Only strings are stored.
	}
	fingerprint := pinned.Fingerprint(e.seal.fingerprint())
	known, err := e.store.Accounts(ctx, name)
	if err != nil {
		return "", err
	}
	account, isKnown := known[fingerprint]
	if !isKnown {
		if account, err = e.newAccount(ctx, name, pinned, slices.Collect(maps.Values(known))); err != nil || account == "" {
			return "", err
		}
		if err := e.addAccount(ctx, name, fingerprint, account); err != nil {
			return "", err
		}
		if known, err = e.store.Accounts(ctx, name); err != nil {
			return "", err
		}
		account = known[fingerprint] // another process may have been faster
	}
	e.accounts.Store(pinned.ID, account)
	return account, nil
}

// newAccount returns of which account secrets are that are not known yet.
func (e *Engine) newAccount(ctx context.Context, name string, pinned *plugin.Pinned, known []string) (string, error) {
	told := toldAccount(pinned)
	switch {
	case told != "" && (len(known) == 0 || slices.Contains(known, told)):
		return told, nil
	case len(known) == 0:
		return string(pinned.Mode) + ":" + newID("account"), nil
	default:
		return e.witness(ctx, name, pinned)
	}
}

func (e *Engine) addAccount(ctx context.Context, provider, fingerprint, account string) error {
	return e.store.Do(ctx, func(ctx context.Context, tx *ledger.Tx) error {
		return tx.AddAccount(ctx, provider, fingerprint, account, e.now(ctx))
	})
}

// acceptAccount records that a provider may make new payments with its present secrets.
func (e *Engine) acceptAccount(ctx context.Context, name string) error {
	provider, ok := e.providers(name)
	if !ok {
		return contract.Errorf(contract.ProviderUnreachable, "no provider is loaded under the name %s", name)
	}
	pinned, err := provider.Pin()
	if err != nil {
		return err
	}
	account := toldAccount(pinned)
	if account == "" {
		account = string(pinned.Mode) + ":" + newID("account")
	}
	return e.addAccount(ctx, name, pinned.Fingerprint(e.seal.fingerprint()), account)
}

// toldAccount returns the account that a probe told; empty if none did.
func toldAccount(pinned *plugin.Pinned) string {
	if pinned.Account == nil || pinned.Account.ID == "" {
		return ""
	}
	return string(pinned.Mode) + ":" + pinned.Account.ID
}

// witness reads a payment that was made under a provider's name, and returns its
// account if the process can read it, too.
func (e *Engine) witness(ctx context.Context, name string, pinned *plugin.Pinned) (string, error) {
	if last, asked := e.witnessed.Load(pinned.ID); asked && time.Since(last.(time.Time)) < witnessPause { //nolint:forcetypeassert // Only times are stored.
		return "", nil
	}
	e.witnessed.Store(pinned.ID, time.Now())
	w, err := e.store.Witness(ctx, name)
	if errors.Is(err, ledger.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	sale, err := e.store.Sale(ctx, w.SaleID)
	if err != nil {
		return "", err
	}
	a := sale.Attempt(w.Key)
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	payment, err := pinned.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: a.GatewayID})
	if err != nil {
		return "", fmt.Errorf("the secrets of %s have changed, and a payment that was made before cannot be read with them: %w", name, err)
	}
	if len(recordOf(a).Differences(payment, a.Account)) > 0 {
		return "", nil
	}
	return a.Account, nil
}

// recordOf returns what is known of a payment.
func recordOf(a *ledger.Attempt) *contract.PaymentRecord {
	return &contract.PaymentRecord{
		PaymentID: a.GatewayID, Key: a.Key, Method: a.Method, Amount: a.Amount, Mode: a.Mode, Account: a.Account,
	}
}
