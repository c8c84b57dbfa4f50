package sandbox

import (
	"net/http"
	"time"
)

// keyLife is how long Stripe keeps a key at least. The sandbox keeps it no longer,
// so that what happens afterwards can be tested.
const keyLife = 24 * time.Hour

// stored is the answer that belongs to an idempotency key.
type stored struct {
	request string // method, path and parameters
	status  int
	body    []byte
	at      time.Time
}

// storedAnswer returns the answer stored under a key, nil if there is none, or a
// refusal if the key belongs to another request. It is called with the account's
// lock held.
func (a *account) storedAnswer(key, request string) (*stored, *refusal) {
	answer, known := a.keys[key]
	if key == "" || !known {
		return nil, nil
	}
	if answer.request != request {
		return nil, &refusal{
			status: http.StatusBadRequest, kind: kindIdempotency,
			message: "Keys for idempotent requests can only be used with the same parameters they were first used with.",
		}
	}
	return answer, nil
}

// store keeps the answer to a request that was executed, also that of a failure.
// It is called with the account's lock held.
func (a *account) store(key, request string, status int, body []byte) {
	if key != "" {
		a.keys[key] = &stored{request: request, status: status, body: body, at: a.Now()}
	}
}
