package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// The statuses of a PaymentIntent that the sandbox has.
const (
	requiresPaymentMethod = "requires_payment_method"
	requiresConfirmation  = "requires_confirmation"
	requiresAction        = "requires_action"
	succeeded             = "succeeded"
	canceled              = "canceled"
)

// order is what a PaymentIntent is created from.
type order struct {
	amount      int64
	currency    string
	description string
	returnURL   string
	methods     []string
	withMethod  bool // payment_method_data was given
	confirm     bool
	metadata    map[string]string
}

// intent is a PaymentIntent.
type intent struct {
	order

	account      *account
	id, secret   string
	status       string
	created      time.Time
	changed      time.Time
	canceledAt   time.Time
	cancellation string
	failure      map[string]any // last_payment_error
	charge       *charge        // nil: nobody paid
	eventID      string         // of the latest change
}

// charge is the money of a PaymentIntent that was paid.
type charge struct {
	id, transaction string // its own id, and that of its balance transaction
	created         time.Time
}

// The functions below are called with the account's lock held.

func (a *account) create(o *order) (*intent, *refusal) {
	if len(a.intents) >= maxIntents {
		return nil, notAllowed("", "", "this account holds %d payments and takes no more", maxIntents)
	}
	now := a.Now()
	p := &intent{order: *o, account: a, id: a.IDs.ID("pi_"), created: now, changed: now, eventID: a.IDs.ID("evt_")}
	p.secret = p.id + "_secret_" + a.IDs.ID("")
	switch {
	case o.confirm:
		p.status = requiresAction
	case o.withMethod:
		p.status = requiresConfirmation
	default:
		p.status = requiresPaymentMethod
	}
	a.intents = append(a.intents, p)
	return p, nil
}

func (a *account) find(param, id string) (*intent, *refusal) {
	for _, p := range a.intents {
		if p.id == id {
			return p, nil
		}
	}
	return nil, missing(param, "payment_intent", id)
}

// mayBecome reports whether a payment by Alipay may go on to a status. A payment
// that failed could be confirmed again with its client secret at Stripe; the
// sandbox has no page for that.
func (p *intent) mayBecome(status string) bool {
	switch status {
	case succeeded, requiresPaymentMethod:
		return p.status == requiresAction
	case canceled:
		return p.status != succeeded && p.status != canceled
	default:
		return false
	}
}

// move sets the status of a payment. The caller has asked mayBecome.
func (a *account) move(p *intent, status, code string, at time.Time) {
	p.status, p.changed = status, at
	switch status {
	case succeeded:
		p.charge = &charge{id: a.IDs.ID("py_"), transaction: a.IDs.ID("txn_"), created: at}
		p.failure = nil
	case requiresPaymentMethod:
		p.failure = map[string]any{
			"type": kindInvalid, "code": code, "message": failureMessage(code),
			"doc_url":        "https://stripe.com/docs/error-codes/" + code,
			"payment_method": map[string]any{"id": a.IDs.ID("pm_"), "object": "payment_method", "type": "alipay"},
		}
	case canceled:
		p.canceledAt = at
	}
	p.eventID = a.IDs.ID("evt_")
	a.send(a.intentEvent(p))
}

func failureMessage(code string) string {
	switch code {
	case "payment_intent_payment_attempt_expired":
		return "The latest attempt to pay has expired before the customer completed it."
	case "payment_method_customer_decline":
		return "The customer did not approve the payment."
	default:
		return "The payment was not approved by Alipay."
	}
}

func (a *account) cancel(p *intent, reason string) *refusal {
	if !p.mayBecome(canceled) {
		refused := notAllowed("payment_intent_unexpected_state", "",
			"You cannot cancel this PaymentIntent because it has a status of %s.", p.status)
		refused.intent = p
		return refused
	}
	p.cancellation = reason
	a.move(p, canceled, "", a.Now())
	return nil
}

// decline refuses a payment at once, as Stripe does it: with an error that shows
// the payment.
func (a *account) decline(p *intent) *refusal {
	a.move(p, requiresPaymentMethod, "payment_method_provider_decline", a.Now())
	return &refusal{
		status: http.StatusPaymentRequired, executed: true, kind: kindCard,
		code: "payment_method_provider_decline", message: "The payment was declined by Alipay.", intent: p,
	}
}

// view shows a PaymentIntent, with what the caller wants to have expanded.
func (p *intent) view(expand []string) map[string]any {
	received := int64(0)
	if p.status == succeeded {
		received = p.amount
	}
	return map[string]any{
		"id": p.id, "object": "payment_intent", "livemode": false, "status": p.status,
		"amount": p.amount, "amount_received": received, "amount_capturable": 0, "currency": p.currency,
		"capture_method": "automatic_async", "confirmation_method": "automatic",
		"client_secret": p.secret, "created": p.created.Unix(),
		"description": textOrNull(p.description), "metadata": p.metadata,
		"payment_method_types": p.methods, "payment_method": nil,
		"last_payment_error": mapOrNull(p.failure), "next_action": p.nextAction(),
		"latest_charge": p.chargeView(expand),
		"canceled_at":   timeOrNull(p.canceledAt), "cancellation_reason": textOrNull(p.cancellation),
	}
}

func (p *intent) nextAction() any {
	if p.status != requiresAction {
		return nil
	}
	return map[string]any{
		"type": "alipay_handle_redirect",
		"alipay_handle_redirect": map[string]any{
			"native_data": nil, "native_url": nil, "return_url": p.returnURL, "url": p.payURL(),
		},
	}
}

func (p *intent) payURL() string {
	return p.account.PayURL(p.id)
}

func (p *intent) chargeView(expand []string) any {
	switch {
	case p.charge == nil:
		return nil
	case !slices.ContainsFunc(expand, func(path string) bool { return path == "latest_charge" || path == expandTransaction }):
		return p.charge.id
	}
	refunded := p.refunded()
	shown := map[string]any{
		"id": p.charge.id, "object": "charge", "livemode": false, "status": succeeded, "paid": true, "captured": true,
		"amount": p.amount, "amount_captured": p.amount, "amount_refunded": refunded, "refunded": refunded == p.amount,
		"currency": p.currency, "created": p.charge.created.Unix(), "payment_intent": p.id, "metadata": p.metadata,
		"disputed": false, "failure_code": nil, "balance_transaction": p.charge.transaction,
		"payment_method_details": map[string]any{"type": "alipay", "alipay": map[string]any{"buyer_id": nil, "transaction_id": nil}},
	}
	if slices.Contains(expand, expandTransaction) {
		shown["balance_transaction"] = p.transactionView()
	}
	return shown
}

const expandTransaction = "latest_charge.balance_transaction"

// fee is 3 %, which is the sandbox's own.
func (p *intent) fee() int64 { return p.amount * 3 / 100 }

// transactionView shows what the merchant gets.
func (p *intent) transactionView() map[string]any {
	fee := p.fee()
	return map[string]any{
		"id": p.charge.transaction, "object": "balance_transaction", "type": "payment", "status": "pending",
		"amount": p.amount, "fee": fee, "net": p.amount - fee, "currency": p.currency,
		"created": p.charge.created.Unix(), "source": p.charge.id,
	}
}

func textOrNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func mapOrNull(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

func timeOrNull(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.Unix()
}
