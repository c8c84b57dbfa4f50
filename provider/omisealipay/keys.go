package omisealipay

import (
	"crypto/sha256"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// keys keeps the promise of one payment, and one refund, for a key within the
// process. A provider has one for all its sessions: a call that began before a
// Configure goes on after it, and the next call with its key has to meet it.
type keys struct {
	payments    *sharedCalls[contract.Payment]
	refunds     *sharedCalls[contract.Refund]
	refundTurns *keyedMutex // by charge
}

func newKeys(now func() time.Time) *keys {
	return &keys{
		payments:    newSharedCalls[contract.Payment](now),
		refunds:     newSharedCalls[contract.Refund](now),
		refundTurns: newKeyedMutex(),
	}
}

// An accountID identifies an account by its credentials. Equal ids are one
// account. Nothing follows from different ids, because an account can have
// several secret keys.
type accountID [sha256.Size]byte

func accountOf(apiBase string, secretKey contract.Secret) accountID {
	return sha256.Sum256([]byte(apiBase + " " + secretKey.Reveal()))
}

// underOtherCredentials returns the error of a call whose key is in use by a call
// with other credentials. The result of that one is for its own caller.
func underOtherCredentials() *contract.Error {
	return contract.NewError(contract.AttemptUnsettled,
		"a call with this key is still running with the previous configuration, so nothing was created; repeat the call later with the same key").
		WithRetryAfter(time.Second)
}
