package plugin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/paysocket/paysocket/contract"
)

// Pinned is one configured process of a provider, for as long as it takes calls.
// A host that decides about an idempotency key by [contract.Decide] knows the terms
// and the account of one process. A call through a Pinned reaches that process with
// that configuration, or none.
//
// Once the process was lost, replaced, retired or configured anew, every call fails at
// once with [contract.ProviderUnreachable], and [contract.NeverSent] is true of the
// error: pin again, and decide again. So do calls while it is being configured. A swap
// waits for the calls of a Pinned that are in flight, and not for the Pinned itself,
// which needs no end.
//
// Configure always fails. A Pinned may be used by many goroutines at once.
type Pinned struct {
	// Handler makes the calls. Its methods are the operations.
	contract.Handler

	// Descriptor is the description of the process, and Account its answer when it
	// was configured. Neither must be modified.
	Descriptor *contract.Descriptor
	Account    *contract.Account

	// Mode is the mode that it was configured with.
	Mode contract.Mode

	// ID identifies the process with its configuration: it is equal in all that are
	// pinned to the same, and in no others, whenever and wherever they were.
	ID string

	secrets contract.Secret // the digest of those that it was configured with
}

// Fingerprint returns a digest, in hex, of the names and values of the secrets that
// the process was configured with. By it a host that stores no secrets can tell that
// those of an account have changed: under one key equal secrets have equal
// fingerprints, also after a restart, and others have others. The key must stay
// secret, since whoever has it can try guesses.
func (p *Pinned) Fingerprint(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(p.secrets.Reveal()))
	return hex.EncodeToString(mac.Sum(nil))
}

// digestOf returns the SHA-256 digest of secrets. Each text has its length before it,
// so that no two sets of them are written alike.
func digestOf(secrets map[string]contract.Secret) contract.Secret {
	var all []byte
	write := func(text string) {
		all = binary.BigEndian.AppendUint64(all, uint64(len(text)))
		all = append(all, text...)
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		write(name)
		write(secrets[name].Reveal())
	}
	sum := sha256.Sum256(all)
	clear(all)
	return contract.NewSecret(string(sum[:]))
}

// Pin returns the process with its present configuration. The error is that with
// which a call would fail: [contract.ProviderUnreachable] once the Client is finished,
// and [contract.NotConfigured] as long as no Configure has succeeded, or after one
// whose result is unknown.
func (c *Client) Pin() (*Pinned, error) {
	if c.isDone() {
		return nil, goneError()
	}
	pinned := c.configured.present()
	if pinned == nil {
		return nil, contract.NewError(contract.NotConfigured,
			"no configuration of the provider is known to be in force; call Configure until it succeeds")
	}
	same := *pinned
	return &same, nil
}

// pin returns the Pinned of a configuration that has just succeeded.
func (c *Client) pin(configuration *contract.Configuration, account *contract.Account) *Pinned {
	p := &Pinned{
		Descriptor: c.descriptor, Account: account, Mode: configuration.Mode, ID: rand.Text(), secrets: digestOf(configuration.Secrets),
	}
	p.Handler = contract.Chain(func(ctx context.Context, call contract.Call) (any, error) {
		if call.Operation == contract.OperationConfigure {
			return nil, call.NotSent(contract.NewError(contract.CapabilityUnsupported,
				"it is pinned to one configuration; configure the client, and pin it again"))
		}
		if refusal := c.configured.begin(p); refusal != nil {
			return nil, call.NotSent(refusal)
		}
		defer c.configured.end()
		return c.send(ctx, call)
	}, c.around...)
	return p
}
