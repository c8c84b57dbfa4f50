package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// refusal is Stripe's error object, and the HTTP status that it comes with.
type refusal struct {
	status int

	// executed says that the request got past the checks of its parameters, so
	// that the answer is stored under its key.
	executed bool

	kind, code, param, message string

	intent *intent // shown with the error
}

const (
	kindInvalid     = "invalid_request_error"
	kindIdempotency = "idempotency_error"
	kindCard        = "card_error"
	kindAPI         = "api_error"
)

// invalid refuses parameters, before anything was executed.
func invalid(code, param, format string, arguments ...any) *refusal {
	return &refusal{
		status: http.StatusBadRequest, kind: kindInvalid, code: code, param: param,
		message: fmt.Sprintf(format, arguments...),
	}
}

func missing(param, what, id string) *refusal {
	refused := invalid("resource_missing", param, "No such %s: '%s'", what, shorten(id))
	refused.status = http.StatusNotFound
	return refused
}

// notAllowed refuses what the state of a payment or of the account does not allow.
func notAllowed(code, param, format string, arguments ...any) *refusal {
	refused := invalid(code, param, format, arguments...)
	refused.executed = true
	return refused
}

// body returns the answer. It is called with the account's lock held.
func (r *refusal) body(requestID string) map[string]any {
	said := map[string]any{"type": r.kind, "message": r.message, "request_log_url": "https://dashboard.stripe.com/test/logs/" + requestID}
	if r.code != "" {
		said["code"] = r.code
		said["doc_url"] = "https://stripe.com/docs/error-codes/" + r.code
	}
	if r.param != "" {
		said["param"] = r.param
	}
	if r.intent != nil {
		said["payment_intent"] = r.intent.view(nil)
	}
	return map[string]any{"error": said}
}

// shorten returns a word of a request as an error quotes it: its beginning, if it
// is long.
func shorten(word string) string {
	const longest = 64
	if len(word) > longest {
		return strings.ToValidUTF8(word[:longest], "") + "..."
	}
	return word
}
