package contract

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Validate checks that the payment is a valid answer. It fails with
// [ProviderBug], whose violations name every invalid field.
func (p *Payment) Validate() error {
	if p == nil {
		return NewError(ProviderBug, "the provider returned no payment; report this to the provider's author")
	}
	var c check
	c.payment("payment", p)
	return c.answer("an invalid payment")
}

func (c *check) payment(field string, p *Payment) {
	c.id(field+".payment_id", p.PaymentID)
	c.require(p.IdempotencyKey == "" || keyForm.MatchString(p.IdempotencyKey), field+".idempotency_key", "must be a valid idempotency key")
	c.text(field+".reference", p.Reference, MaxReferenceLength)
	c.require(slices.Contains(paymentStatuses, p.Status), field+".status", "must be a known payment status, not %q", p.Status)
	c.amount(field+".amount", p.Amount)
	c.amount(field+".amount_refunded", p.AmountRefunded)
	c.require(p.AmountRefunded.Currency == p.Amount.Currency, field+".amount_refunded", "must have the currency of amount")
	c.require(!p.CreatedAt.IsZero(), field+".created_at", "must be set")
	c.require((p.Status == PaymentFailed) == (p.Failure != nil), field+".failure", "must be set exactly when status is FAILED")
	if p.Failure != nil {
		c.require(slices.Contains(failureCodes, p.Failure.Code), field+".failure.code", "must be a known failure code, not %q", p.Failure.Code)
	}
	if p.NextAction != nil {
		c.nextAction(field+".next_action", p.NextAction)
	}
	if s := p.Settlement; s != nil {
		c.amount(field+".settlement.net", s.Net)
		c.amount(field+".settlement.fee", s.Fee)
		c.require(s.Net.Currency == s.Currency && s.Fee.Currency == s.Currency, field+".settlement", "must have net and fee in its currency")
	}
}

var (
	paymentStatuses = []PaymentStatus{
		PaymentPending, PaymentSucceeded, PaymentFailed, PaymentExpired, PaymentCanceled, PaymentUnknown,
	}
	refundStatuses = []RefundStatus{RefundPending, RefundSucceeded, RefundFailed, RefundUnknown}
	failureCodes   = []FailureCode{
		FailureDeclined, FailureInsufficientFunds, FailurePayerCanceled, FailurePayerTimeout, FailureLimitExceeded,
		FailureFraudSuspected, FailureMethodUnavailable, FailureAccountRestricted, FailureProcessingError, FailureOther,
	}
)

func (c *check) nextAction(field string, a *NextAction) {
	set := 0
	if a.Redirect != nil {
		set++
		redirect, err := RedirectTo(a.Redirect.URL)
		if err != nil {
			c.require(false, field+".redirect.url", "%s", err)
		} else {
			c.require(*redirect.Redirect == *a.Redirect, field+".redirect.insecure", "must be true exactly when the link is not https")
		}
	}
	if a.DisplayQR != nil {
		set++
		c.displayQR(field+".display_qr", a.DisplayQR)
	}
	if a.OpenApp != nil {
		set++
		c.appURL(field+".open_app.url", a.OpenApp.URL)
	}
	c.require(set == 1, field, "must have exactly one action, not %d", set)
}

func (c *check) displayQR(field string, qr *DisplayQR) {
	c.require(qr.Payload != "" || qr.Image != nil, field, "must have a payload or an image")
	c.require(len(qr.Payload) <= MaxQRPayload, field+".payload", "must be at most %d bytes long, which is what a code holds", MaxQRPayload)
	c.require(utf8.ValidString(qr.Payload), field+".payload", "must be valid UTF-8")
	image := qr.Image
	if image == nil {
		return
	}
	c.require((image.URL == "") != (len(image.Data) == 0), field+".image", "must have exactly one of url and data")
	if image.URL != "" {
		c.secure(field+".image.url", c.webURL(field+".image.url", image.URL))
	}
	c.require(len(image.Data) <= MaxQRImage, field+".image.data", "must be at most %d bytes long, not %d", MaxQRImage, len(image.Data))
	if len(image.Data) == 0 {
		c.require(image.MediaType == "", field+".image.media_type", "must be empty without data")
		return
	}
	start, known := imageStarts[image.MediaType]
	c.require(known, field+".image.media_type", "must be image/png or image/jpeg, not %q", image.MediaType)
	c.require(bytes.HasPrefix(image.Data, []byte(start)), field+".image.data", "must be a picture of its media type")
}

// imageStarts are the media types that cannot contain scripts, and the bytes with
// which their pictures begin.
var imageStarts = map[string]string{"image/png": "\x89PNG\r\n\x1a\n", "image/jpeg": "\xff\xd8\xff"}

// appURL checks a link that a phone passes to an app.
func (c *check) appURL(field, raw string) {
	u, err := parseURL(raw)
	if err != nil {
		c.require(false, field, "%s", err)
		return
	}
	executed := []string{"javascript", "vbscript", "data", "blob", "file", "about"}
	c.require(!slices.Contains(executed, strings.ToLower(u.Scheme)), field,
		"must not have the scheme %s, which a browser would execute", u.Scheme)
}

// RedirectTo returns the action that sends the payer to a page. The link is
// taken exactly as the gateway sent it. RedirectTo fails if a host could not
// follow the link safely: it must be an absolute http or https URL without a
// user name.
func RedirectTo(link string) (*NextAction, error) {
	u, err := parseWebURL(link)
	if err != nil {
		return nil, fmt.Errorf("the link to the payment page %w", err)
	}
	return &NextAction{Redirect: &Redirect{URL: link, Insecure: u.Scheme != "https"}}, nil
}

// Validate checks that the refund is a valid answer. It fails with
// [ProviderBug], whose violations name every invalid field.
func (r *Refund) Validate() error {
	if r == nil {
		return NewError(ProviderBug, "the provider returned no refund; report this to the provider's author")
	}
	var c check
	c.refund("refund", r)
	return c.answer("an invalid refund")
}

func (c *check) refund(field string, r *Refund) {
	c.id(field+".refund_id", r.RefundID)
	c.id(field+".payment_id", r.PaymentID)
	c.require(r.IdempotencyKey == "" || keyForm.MatchString(r.IdempotencyKey), field+".idempotency_key", "must be a valid idempotency key")
	c.require(slices.Contains(refundStatuses, r.Status), field+".status", "must be a known refund status, not %q", r.Status)
	c.amount(field+".amount", r.Amount)
	if !r.TotalRefunded.IsZero() {
		c.amount(field+".total_refunded", r.TotalRefunded)
		c.require(r.TotalRefunded.Currency == r.Amount.Currency, field+".total_refunded", "must have the currency of amount")
	}
	c.require(!r.CreatedAt.IsZero(), field+".created_at", "must be set")
}

// Validate checks every payment of the page, and their order. It fails with
// [ProviderBug], whose violations name every invalid field.
func (p *PaymentPage) Validate() error {
	if p == nil {
		return NewError(ProviderBug, "the provider returned no page of payments; report this to the provider's author")
	}
	var c check
	for i := range p.Payments {
		c.payment(fmt.Sprintf("payments[%d]", i), &p.Payments[i])
	}
	c.require(slices.IsSortedFunc(p.Payments, func(a, b Payment) int { return a.CreatedAt.Compare(b.CreatedAt) }),
		"payments", "must be sorted by created_at, oldest first")
	return c.answer("an invalid page of payments")
}

// Validate checks that the result is a valid answer. It fails with
// [ProviderBug], whose violations name every invalid field.
func (r *WebhookResult) Validate() error {
	if r == nil {
		return NewError(ProviderBug, "the provider returned no webhook result; report this to the provider's author")
	}
	var c check
	c.require(r.Kind != "", "kind", "must not be empty")
	c.require(r.DedupeKey != "", "dedupe_key", "must not be empty")
	c.require(r.Disposition == DispositionEvents || r.Disposition == DispositionIgnored, "disposition",
		"must be a known disposition, not %q", r.Disposition)
	c.require(r.Verification == VerificationSignature || r.Verification == VerificationFetched, "verification",
		"must be a known verification, not %q", r.Verification)
	c.require((r.Disposition == DispositionEvents) == (len(r.Events) > 0), "events", "must be set exactly when disposition is EVENTS")
	c.require(r.Ack.Status >= 200 && r.Ack.Status <= 299, "ack.status", "must be from 200 to 299, not %d", r.Ack.Status)
	for i := range r.Events {
		c.event(fmt.Sprintf("events[%d]", i), &r.Events[i])
	}
	return c.answer("an invalid webhook result")
}

func (c *check) event(field string, e *Event) {
	c.require(e.Kind != "", field+".kind", "must not be empty")
	c.require((e.Payment == nil) != (e.Refund == nil), field, "must have exactly one of payment and refund")
	if e.Payment != nil {
		c.payment(field+".payment", e.Payment)
	}
	if e.Refund != nil {
		c.refund(field+".refund", e.Refund)
	}
}

// Validate checks that the account is a valid answer. It fails with
// [ProviderBug], whose violations name every invalid field.
func (a *Account) Validate() error {
	if a == nil {
		return NewError(ProviderBug, "the provider returned no account; report this to the provider's author")
	}
	var c check
	c.methods("payment_methods", a.PaymentMethods)
	return c.answer("an invalid account")
}
