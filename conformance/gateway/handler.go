package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// maxScopes is how many scopes a handler keeps open at most.
const maxScopes = 10_000

// scopeFinder is implemented by a Gateway that has scopes which were not opened
// through gwctl/1, such as the one whose credentials its ready line has.
type scopeFinder interface {
	// FindScope returns the open scope with the name, or ErrNotFound.
	FindScope(name string) (Scope, error)
}

// Handler returns a handler that serves gwctl/1 for a sandbox, at the root of a
// separate listener on loopback. It keeps the scopes that were opened through it.
// It finds others with the method FindScope(name string) (Scope, error), if the
// sandbox has it, as a [Server] does.
//
// It is strict: the answer to an unknown field or value is 400. An error of the
// sandbox is answered as {"error": "..."} with 400, 404, 409 or 501 as described at
// [ErrBadRequest] and the others, and with 500 if it is none of these.
func Handler(sandbox Gateway) http.Handler {
	h := &handler{gateway: sandbox, scopes: make(map[string]Scope)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/hello", respond(h.hello))
	mux.HandleFunc("POST /v1/scopes", respond(h.newScope))
	mux.HandleFunc("DELETE /v1/scopes/{scope}", respond(h.closeScope))
	mux.HandleFunc("GET /v1/scopes/{scope}/payments", respond(h.in(payments)))
	mux.HandleFunc("POST /v1/scopes/{scope}/payments", respond(h.in(createPayment)))
	mux.HandleFunc("POST /v1/scopes/{scope}/payments/{payment}/refunds", respond(h.in(createRefund)))
	mux.HandleFunc("POST /v1/scopes/{scope}/payments/{payment}/transition", respond(h.in(transition)))
	mux.HandleFunc("POST /v1/scopes/{scope}/refunds/{refund}/transition", respond(h.in(transitionRefund)))
	mux.HandleFunc("POST /v1/scopes/{scope}/webhooks", respond(h.in(buildWebhook)))
	mux.HandleFunc("POST /v1/scopes/{scope}/clock", respond(h.in(advance)))
	mux.HandleFunc("/", respond(func(r *http.Request) (int, any, error) {
		return 0, nil, fmt.Errorf("operation %s %s: %w", r.Method, r.URL.Path, ErrNotFound)
	}))
	return mux
}

type handler struct {
	gateway Gateway

	mu     sync.Mutex
	scopes map[string]Scope
}

// An operation returns a status and the value of the body (nil: no body), or an
// error.
type operation func(r *http.Request) (int, any, error)

type scopeOperation func(scope Scope, r *http.Request) (int, any, error)

func respond(operate operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// A web page in a browser on this machine can reach loopback, too. Its
		// requests have an Origin; those of tests do not.
		if r.Header.Get("Origin") != "" {
			write(w, http.StatusForbidden, errorAnswer{Error: "web pages may not use gwctl/1"})
			return
		}
		status, answer, err := operate(r)
		if err != nil {
			status, answer = statusOf(err), errorAnswer{Error: err.Error()}
		}
		write(w, status, answer)
	}
}

func write(w http.ResponseWriter, status int, answer any) {
	if answer == nil {
		w.WriteHeader(status)
		return
	}
	content, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, `{"error":"the answer could not be written as JSON"}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(content, '\n')) // the client may have gone
}

// in returns an operation that finds the scope of the path and calls operate with it.
func (h *handler) in(operate scopeOperation) operation {
	return func(r *http.Request) (int, any, error) {
		scope, err := h.find(r.PathValue("scope"))
		if err != nil {
			return 0, nil, err
		}
		return operate(scope, r)
	}
}

func (h *handler) find(name string) (Scope, error) {
	h.mu.Lock()
	scope, ok := h.scopes[name]
	h.mu.Unlock()
	if ok {
		return scope, nil
	}
	if finder, ok := h.gateway.(scopeFinder); ok {
		return finder.FindScope(name)
	}
	return nil, notFound(name)
}

func (h *handler) hello(r *http.Request) (int, any, error) {
	hello, err := h.gateway.Hello(r.Context())
	return http.StatusOK, hello, err
}

func (h *handler) newScope(r *http.Request) (int, any, error) {
	var spec ScopeSpec
	if err := decodeStrictly(r.Body, &spec); err != nil {
		return 0, nil, err
	}
	if err := checkWebhookURL(spec.WebhookURL); err != nil {
		return 0, nil, err
	}
	scope, err := h.gateway.NewScope(r.Context(), &spec)
	if err != nil {
		return 0, nil, err
	}
	connection := scope.Connection()
	if !h.keep(connection.Scope, scope) {
		_ = scope.Close(context.WithoutCancel(r.Context()))
		return 0, nil, fmt.Errorf("%d scopes are open, the maximum; close some first", maxScopes)
	}
	return http.StatusCreated, connection, nil
}

func (h *handler) keep(name string, scope Scope) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.scopes) >= maxScopes {
		return false
	}
	h.scopes[name] = scope
	return true
}

func (h *handler) closeScope(r *http.Request) (int, any, error) {
	name := r.PathValue("scope")
	scope, err := h.find(name)
	if err != nil {
		return 0, nil, err
	}
	if err := scope.Close(r.Context()); err != nil {
		return 0, nil, err
	}
	h.mu.Lock()
	delete(h.scopes, name)
	h.mu.Unlock()
	return http.StatusNoContent, nil, nil
}

func payments(scope Scope, r *http.Request) (int, any, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return 0, nil, badRequest("the query is malformed")
	}
	for name, list := range values {
		if (name != "key" && name != "reference") || len(list) != 1 {
			return 0, nil, badRequest("the query may have key and reference, each once; not %q", name)
		}
	}
	found, err := scope.Payments(r.Context(), &Query{Key: values.Get("key"), Reference: values.Get("reference")})
	if err != nil {
		return 0, nil, err
	}
	answer := paymentsAnswer{Payments: make([]Payment, 0, len(found))}
	for _, payment := range found {
		answer.Payments = append(answer.Payments, withRefunds(payment))
	}
	return http.StatusOK, answer, nil
}

// withRefunds returns the payment with an empty list instead of nil, so that the
// JSON is [] and never null.
func withRefunds(payment Payment) Payment {
	if payment.Refunds == nil {
		payment.Refunds = []Refund{}
	}
	return payment
}

func createPayment(scope Scope, r *http.Request) (int, any, error) {
	var amount Money
	if err := decodeStrictly(r.Body, &amount); err != nil {
		return 0, nil, err
	}
	if err := checkAmount(amount); err != nil {
		return 0, nil, err
	}
	if amount.Currency == "" {
		return 0, nil, badRequest("currency is missing")
	}
	payment, err := scope.CreatePayment(r.Context(), amount)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, withRefunds(*payment), nil
}

func createRefund(scope Scope, r *http.Request) (int, any, error) {
	var amount Money
	if err := decodeStrictly(r.Body, &amount); err != nil {
		return 0, nil, err
	}
	if err := checkAmount(amount); err != nil {
		return 0, nil, err
	}
	refund, err := scope.CreateRefund(r.Context(), r.PathValue("payment"), amount)
	return http.StatusCreated, refund, err
}

func transition(scope Scope, r *http.Request) (int, any, error) {
	move, err := readTransition(r)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, scope.Transition(r.Context(), r.PathValue("payment"), move)
}

func transitionRefund(scope Scope, r *http.Request) (int, any, error) {
	move, err := readTransition(r)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, scope.TransitionRefund(r.Context(), r.PathValue("refund"), move)
}

func readTransition(r *http.Request) (*Transition, error) {
	var move Transition
	if err := decodeStrictly(r.Body, &move); err != nil {
		return nil, err
	}
	return &move, checkTransition(&move)
}

func buildWebhook(scope Scope, r *http.Request) (int, any, error) {
	var request webhookRequest
	if err := decodeStrictly(r.Body, &request); err != nil {
		return 0, nil, err
	}
	spec, err := request.spec()
	if err != nil {
		return 0, nil, err
	}
	if err := checkWebhook(spec); err != nil {
		return 0, nil, err
	}
	webhook, err := scope.BuildWebhook(r.Context(), spec)
	return http.StatusOK, webhook, err
}

func advance(scope Scope, r *http.Request) (int, any, error) {
	var request clockRequest
	if err := decodeStrictly(r.Body, &request); err != nil {
		return 0, nil, err
	}
	by, err := time.ParseDuration(request.Advance)
	if err != nil || by < 0 {
		return 0, nil, badRequest("advance must be a duration such as \"15m\", and not negative")
	}
	return http.StatusNoContent, nil, scope.Advance(r.Context(), by)
}
