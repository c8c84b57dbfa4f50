package contract

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Validate checks that the payment is a valid answer. It fails with
// [ProviderBug], whose violations name every invalid field.
func (p *Payment) Validate() error {
	if p == nil {
		return NewError(ProviderBug, "the provider returned no payment; report this to the provider's author")
	}
	c := checking()
	c.in("payment").payment(p)
	return c.answer("an invalid payment")
}

func (c *check) payment(p *Payment) {
	c.id("payment_id", p.PaymentID)
	c.require(p.IdempotencyKey == "" || keyForm.MatchString(p.IdempotencyKey), "idempotency_key", "must be a valid idempotency key")
	c.text("reference", p.Reference, MaxReferenceLength)
	requiref(c, slices.Contains(paymentStatuses, p.Status), "status", "must be a known payment status, not %q", p.Status)
	c.amount("amount", p.Amount)
	c.amount("amount_refunded", p.AmountRefunded)
	c.require(p.AmountRefunded.Currency == p.Amount.Currency, "amount_refunded", "must have the currency of amount")
	c.require(!p.CreatedAt.IsZero(), "created_at", "must be set")
	c.require((p.Status == PaymentFailed) == (p.Failure != nil), "failure", "must be set exactly when status is FAILED")
	if p.Failure != nil {
		requiref(c.in("failure"), slices.Contains(failureCodes, p.Failure.Code), "code", "must be a known failure code, not %q", p.Failure.Code)
	}
	if p.NextAction != nil {
		c.in("next_action").nextAction(p.NextAction)
	}
	if s := p.Settlement; s != nil {
		at := c.in("settlement")
		at.amount("net", s.Net)
		at.amount("fee", s.Fee)
		at.require(s.Net.Currency == s.Currency && s.Fee.Currency == s.Currency, "", "must have net and fee in its currency")
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

func (c *check) nextAction(a *NextAction) {
	set := 0
	if a.Redirect != nil {
		set++
		redirect, err := RedirectTo(a.Redirect.URL)
		if err != nil {
			c.in("redirect").require(false, "url", err.Error())
		} else {
			c.in("redirect").require(*redirect.Redirect == *a.Redirect, "insecure", "must be true exactly when the link is not https")
		}
	}
	if a.DisplayQR != nil {
		set++
		c.in("display_qr").displayQR(a.DisplayQR)
	}
	if a.OpenApp != nil {
		set++
		c.in("open_app").appURL("url", a.OpenApp.URL)
	}
	requiref(c, set == 1, "", "must have exactly one action, not %d", set)
}

func (c *check) displayQR(qr *DisplayQR) {
	c.require(qr.Payload != "" || qr.Image != nil, "", "must have a payload or an image")
	requiref(c, len(qr.Payload) <= MaxQRPayload, "payload", "must be at most %d bytes long, which is what a code holds", MaxQRPayload)
	c.require(utf8.ValidString(qr.Payload), "payload", "must be valid UTF-8")
	image := qr.Image
	if image == nil {
		return
	}
	at := c.in("image")
	at.require((image.URL == "") != (len(image.Data) == 0), "", "must have exactly one of url and data")
	if image.URL != "" {
		at.secure("url", at.webURL("url", image.URL))
	}
	requiref(at, len(image.Data) <= MaxQRImage, "data", "must be at most %d bytes long, not %d", MaxQRImage, len(image.Data))
	if len(image.Data) == 0 {
		at.require(image.MediaType == "", "media_type", "must be empty without data")
		return
	}
	start, known := imageStarts[image.MediaType]
	requiref(at, known, "media_type", "must be image/png or image/jpeg, not %q", image.MediaType)
	at.require(bytes.HasPrefix(image.Data, []byte(start)), "data", "must be a picture of its media type")
}

// imageStarts are the media types that cannot contain scripts, and the bytes with
// which their pictures begin.
var imageStarts = map[string]string{"image/png": "\x89PNG\r\n\x1a\n", "image/jpeg": "\xff\xd8\xff"}

// appURL checks a link that a phone passes to an app.
func (c *check) appURL(field, raw string) {
	u, err := parseURL(raw)
	if err != nil {
		c.require(false, field, err.Error())
		return
	}
	executed := []string{"javascript", "vbscript", "data", "blob", "file", "about"}
	requiref(c, !slices.Contains(executed, strings.ToLower(u.Scheme)), field,
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
	c := checking()
	c.in("refund").refund(r)
	return c.answer("an invalid refund")
}

func (c *check) refund(r *Refund) {
	c.id("refund_id", r.RefundID)
	c.id("payment_id", r.PaymentID)
	c.require(r.IdempotencyKey == "" || keyForm.MatchString(r.IdempotencyKey), "idempotency_key", "must be a valid idempotency key")
	requiref(c, slices.Contains(refundStatuses, r.Status), "status", "must be a known refund status, not %q", r.Status)
	c.amount("amount", r.Amount)
	if !r.TotalRefunded.IsZero() {
		c.amount("total_refunded", r.TotalRefunded)
		c.require(r.TotalRefunded.Currency == r.Amount.Currency, "total_refunded", "must have the currency of amount")
	}
	c.require(!r.CreatedAt.IsZero(), "created_at", "must be set")
}

// Validate checks every payment of the page, and their order. It fails with
// [ProviderBug], whose violations name every invalid field.
func (p *PaymentPage) Validate() error {
	if p == nil {
		return NewError(ProviderBug, "the provider returned no page of payments; report this to the provider's author")
	}
	c := checking()
	for i := range p.Payments {
		c.element("payments", strconv.Itoa(i)).payment(&p.Payments[i])
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
	c := checking()
	c.require(r.Kind != "", "kind", "must not be empty")
	c.require(r.DedupeKey != "", "dedupe_key", "must not be empty")
	requiref(&c, r.Disposition == DispositionEvents || r.Disposition == DispositionIgnored, "disposition",
		"must be a known disposition, not %q", r.Disposition)
	requiref(&c, r.Verification == VerificationSignature || r.Verification == VerificationFetched, "verification",
		"must be a known verification, not %q", r.Verification)
	c.require((r.Disposition == DispositionEvents) == (len(r.Events) > 0), "events", "must be set exactly when disposition is EVENTS")
	requiref(&c, r.Ack.Status >= 200 && r.Ack.Status <= 299, "ack.status", "must be from 200 to 299, not %d", r.Ack.Status)
	for i := range r.Events {
		c.element("events", strconv.Itoa(i)).event(&r.Events[i])
	}
	return c.answer("an invalid webhook result")
}

func (c *check) event(e *Event) {
	c.require(e.Kind != "", "kind", "must not be empty")
	c.require((e.Payment == nil) != (e.Refund == nil), "", "must have exactly one of payment and refund")
	if e.Payment != nil {
		c.in("payment").payment(e.Payment)
	}
	if e.Refund != nil {
		c.in("refund").refund(e.Refund)
	}
}

// Validate checks that the account is a valid answer. It fails with
// [ProviderBug], whose violations name every invalid field.
func (a *Account) Validate() error {
	if a == nil {
		return NewError(ProviderBug, "the provider returned no account; report this to the provider's author")
	}
	c := checking()
	c.methods("payment_methods", a.PaymentMethods)
	return c.answer("an invalid account")
}
