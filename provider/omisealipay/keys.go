package omisealipay

import "github.com/paysocket/paysocket/contract"

// keys lets concurrent calls with one key share their work, and makes one refund of a
// charge at a time. A provider has one for all its sessions: a call that began before a
// Configure goes on after it, and the next call with its key has to meet it.
type keys struct {
	payments    *sharedCalls[contract.Payment]
	refunds     *sharedCalls[contract.Refund]
	refundTurns *keyedMutex // by charge
}

func newKeys() *keys {
	return &keys{
		payments:    newSharedCalls[contract.Payment](),
		refunds:     newSharedCalls[contract.Refund](),
		refundTurns: newKeyedMutex(),
	}
}
