package scripted

import (
	"context"
	"encoding/json"
	"regexp"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

var (
	keyForm     = regexp.MustCompile(`^sk_(test|live)_[A-Za-z0-9_-]{1,128}$`)
	webhookForm = regexp.MustCompile(`^whsec_[A-Za-z0-9_-]{8,128}$`)
)

// ParseWebhook implements contract.PaymentProvider.
func (p *provider) ParseWebhook(ctx context.Context, r *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return kit.Run(ctx, &p.sessions, r, nil, (*configured).parseWebhook)
}

func (c *configured) parseWebhook(_ context.Context, r *contract.WebhookRequest) (*contract.WebhookResult, *contract.Error) {
	signature := kit.TimedSignature{Header: signatureHeader, Secrets: c.webhooks, Tolerance: c.shape.WebhookTolerance}
	if e := signature.Verify(r); e != nil {
		return nil, e
	}
	var b webhookBody
	if err := json.Unmarshal(r.Body, &b); err != nil || b.ID == "" || b.Kind == "" {
		return nil, contract.NewError(contract.WebhookMalformed, "the webhook is genuine, and cannot be read")
	}
	if b.Live != c.account.shape.Live {
		return nil, contract.NewError(contract.ModeMismatch, "the webhook is of the other mode")
	}
	result := &contract.WebhookResult{
		Disposition: contract.DispositionIgnored, Kind: b.Kind, Verification: contract.VerificationSignature, DedupeKey: b.ID,
		Ack: contract.Ack{Status: 200},
	}
	event := contract.Event{Kind: b.Kind, OccurredAt: b.CreatedAt}
	switch {
	case b.Kind == KindPayment && b.Payment != nil && b.Payment.IdempotencyKey != "":
		event.Payment = b.Payment
	case b.Kind == KindRefund && b.Refund != nil && c.isOurs(b.Refund.PaymentID):
		event.Refund = b.Refund
	default:
		return result, nil
	}
	result.Disposition, result.Events = contract.DispositionEvents, []contract.Event{event}
	return result, nil
}

// isOurs reports whether a payment was made through the contract. One that the gateway does
// not have may have been.
func (c *configured) isOurs(payment string) bool {
	p, e := c.account.ledger.read(payment)
	return e != nil || p.IdempotencyKey != ""
}
