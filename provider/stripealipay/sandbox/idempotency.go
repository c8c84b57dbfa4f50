package sandbox

import (
	"net/http"
	"time"
)

// keyLife is how long a key is kept at least; the sandbox keeps it no longer,
// so that what happens afterwards can be tried.
const keyLife = 24 * time.Hour

// stored is the answer that belongs to an idempotency key.
type stored struct {
	request string // method, path and parameters
	status  int
	body    []byte
	at      time.Time
}

// recall gives the stored answer for a key, or a refusal if the key belongs to
// another request. It is called with the account's lock held.
func (a *account) recall(key, request string) (*stored, *refusal) {
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

// remember stores the answer of a request that was executed, failures too.
func (a *account) remember(key, request string, status int, body []byte) {
	if key != "" {
		a.keys[key] = &stored{request: request, status: status, body: body, at: a.Now()}
	}
}
