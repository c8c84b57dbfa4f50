package host

import (
	"encoding/json"
	"slices"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// heard is one thing that a webhook says: an event, or that something happened which a
// person should hear about.
type heard struct {
	stored ledger.Event
	event  *contract.Event // nil if the provider has translated nothing
	named  []string        // then: what may be the id of its payment
}

// heardOf returns what is to be stored of a webhook. What is ignored and of no attention
// kind is nothing.
func heardOf(provider string, terms *contract.WebhookTerms, result *contract.WebhookResult, request *contract.WebhookRequest) []heard {
	attends := func(kind string) bool { return terms != nil && slices.Contains(terms.AttentionKinds, kind) }
	stored := ledger.Event{Provider: provider, DedupeKey: result.DedupeKey, Kind: result.Kind, ReceivedAt: request.ReceivedAt}
	if result.Disposition == contract.DispositionIgnored && attends(result.Kind) {
		stored.Attention = true
		notice := heard{stored: stored}
		if result.Verification == contract.VerificationSignature { // or else anybody may have written the body
			notice.named = idsIn(request.Body)
		}
		return []heard{notice}
	}
	var all []heard
	for n := range result.Events {
		event := &result.Events[n]
		each := heard{stored: stored, event: event}
		each.stored.N, each.stored.Kind, each.stored.OccurredAt = n, event.Kind, event.OccurredAt
		each.stored.Attention = attends(event.Kind)
		switch {
		case event.Payment != nil:
			each.stored.PaymentID, each.stored.Key = event.Payment.PaymentID, event.Payment.IdempotencyKey
		case event.Refund != nil:
			each.stored.PaymentID, each.stored.RefundID, each.stored.Key = event.Refund.PaymentID, event.Refund.RefundID, event.Refund.IdempotencyKey
		}
		all = append(all, each)
	}
	return all
}

// maxNamed bounds how many ids are looked for of one webhook.
const maxNamed = 500

// idsIn returns the texts in a body of JSON that have the form of an id. An answer about
// an ignored webhook has no payment, and gateways write its id into the body: it serves to
// show a person the sale, and for nothing else.
func idsIn(body []byte) []string {
	var content any
	if json.Unmarshal(body, &content) != nil {
		return nil
	}
	found := map[string]bool{}
	collectIDs(content, found)
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	return ids
}

func collectIDs(content any, found map[string]bool) {
	if len(found) == maxNamed {
		return
	}
	switch each := content.(type) {
	case string:
		if (&contract.CancelPaymentRequest{PaymentID: each}).Validate() == nil {
			found[each] = true
		}
	case []any:
		for _, one := range each {
			collectIDs(one, found)
		}
	case map[string]any:
		for _, one := range each {
			collectIDs(one, found)
		}
	}
}

// hear takes what a webhook says about an attempt, or looks soon if it is only a hint.
func (m *move) hear(a *ledger.Attempt, h *heard) {
	m.note(a, "webhook", "%s", h.stored.Kind)
	m.hint(a)
	m.attendEvent(a, &h.stored)
	if h.event == nil || !h.event.Authoritative {
		return
	}
	account := m.present(a.Provider).account
	switch {
	case h.event.Payment != nil:
		m.acceptPayment(a, h.event.Payment, account)
	case h.event.Refund != nil && a.Operation == contract.OperationRefund:
		m.acceptRefund(a, h.event.Refund, account)
	}
}

// attendEvent shows a person an event of an attention kind. Each is shown once, since
// each is committed once: two disputes of one payment are two.
func (m *move) attendEvent(a *ledger.Attempt, e *ledger.Event) {
	if e.Attention {
		m.show(a, sprintf("the gateway sent %s at %s: see its dashboard", e.Kind, e.ReceivedAt.UTC().Format("2006-01-02 15:04:05 MST")))
	}
}
