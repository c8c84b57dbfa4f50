package omisealipay

import (
	"crypto/sha256"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// keys is what keeps the promise of one payment, and one refund, for a key
// within the process. A provider has one for all its sessions: a call that
// began before a Configure goes on after it, and whoever asks with its key has
// to meet it.
type keys struct {
	payments *flights[contract.Payment]
	refunds  *flights[contract.Refund]
	turns    *turns
}

func newKeys(now func() time.Time) *keys {
	return &keys{payments: newFlights[contract.Payment](now), refunds: newFlights[contract.Refund](now), turns: newTurns()}
}

// An accountID tells accounts apart. Two that are equal are one account. Two
// that differ may still be one, because an account can have several secret
// keys, so nothing follows from a difference.
type accountID [sha256.Size]byte

func accountOf(apiBase string, secretKey contract.Secret) accountID {
	return sha256.Sum256([]byte(apiBase + " " + secretKey.Reveal()))
}

// elsewhere is the error of a call whose key is at work with other credentials
// than its own. What that call ends with is for its own caller.
func elsewhere() *contract.Error {
	return contract.NewError(contract.AttemptUnsettled,
		"a call with this key is under way with the configuration before this one, and nothing was created: "+
			"repeat it later with the same key").WithRetryAfter(time.Second)
}
