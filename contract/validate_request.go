package contract

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Validate checks the request by itself, without the descriptor. Its error is an
// *Error, whose violations name every invalid field.
func (r *CreatePaymentRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is missing; nothing was sent")
	}
	c := checking()
	c.attempt("attempt", &r.Attempt, false)
	c.require(r.Reference != "", "reference", "must not be empty")
	c.text("reference", r.Reference, MaxReferenceLength)
	c.positive("amount", r.Amount)
	c.created("amount", r.Amount)
	c.require(r.Method != "", "method", "must not be empty")
	c.text("method", r.Method, MaxIDLength)
	c.sentURL("return_url", r.ReturnURL)
	c.text("description", r.Description, MaxDescriptionLength)
	c.metadata(r.Metadata)
	if r.Payer != nil {
		c.payer(r.Payer)
	}
	if r.WebhookURL != "" {
		c.secure("webhook_url", c.sentURL("webhook_url", r.WebhookURL))
	}
	return c.request()
}

func (c *check) payer(p *Payer) {
	if p.IP != "" {
		_, err := netip.ParseAddr(p.IP)
		c.require(err == nil, "payer.ip", "must be an IP address")
	}
	c.text("payer.locale", p.Locale, 35) // the length that RFC 5646 recommends to allow for
	c.require(p.Platform == "" || slices.Contains([]Platform{PlatformWeb, PlatformIOS, PlatformAndroid}, p.Platform),
		"payer.platform", "must be a known platform")
	phone := p.Phone.Reveal()
	c.require(phone == "" || phoneForm.MatchString(phone), "payer.phone",
		"must be a phone number in the form of E.164: + and 7 to 15 digits with the country's code first, such as +66812345678")
}

// phoneForm has 7 digits at least: the shortest numbers, of small islands.
var phoneForm = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// secure checks a URL whose content nobody on the way may read or change. One that
// could not be parsed is nil, and reported already.
func (c *check) secure(field string, u *url.URL) {
	if u == nil {
		return
	}
	c.require(u.Scheme == "https" || IsLoopback(u), field, "must be an https URL, unless it leads to the host's own machine")
}

// IsLoopback reports whether the URL leads to the machine itself, because its
// host is localhost or a loopback address.
func IsLoopback(u *url.URL) bool {
	host := u.Hostname()
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// headerForm is a token of RFC 9110.
var headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// Validate checks that the request names exactly one payment. It fails with
// [InvalidRequest], whose violations name every invalid field.
func (r *GetStatusRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is missing; nothing was sent")
	}
	c := checking()
	c.oneOf("payment_id", r.PaymentID, r.Attempt)
	return c.request()
}

// oneOf checks that a payment or refund is named either by its id or by an
// attempt.
func (c *check) oneOf(idField, id string, attempt *Attempt) {
	requiref(c, (id == "") != (attempt == nil), "by", "exactly one of %s and attempt must be set", idField)
	if id != "" {
		c.id(idField, id)
	}
	if attempt != nil {
		c.attempt("attempt", attempt, true)
	}
}

// Validate checks that the request names a payment. It fails with
// [InvalidRequest], whose violations name every invalid field.
func (r *CancelPaymentRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is missing; nothing was sent")
	}
	c := checking()
	c.id("payment_id", r.PaymentID)
	return c.request()
}

// Validate checks the request by itself, without the payment. Its error is an
// *Error, whose violations name every invalid field.
func (r *RefundRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is missing; nothing was sent")
	}
	c := checking()
	c.attempt("attempt", &r.Attempt, false)
	c.id("payment_id", r.PaymentID)
	c.positive("amount", r.Amount)
	c.text("reason", r.Reason, MaxDescriptionLength)
	c.metadata(r.Metadata)
	return c.request()
}

// Validate checks that the request names exactly one refund of a payment. It
// fails with [InvalidRequest], whose violations name every invalid field.
func (r *GetRefundRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is missing; nothing was sent")
	}
	c := checking()
	c.id("payment_id", r.PaymentID)
	c.oneOf("refund_id", r.RefundID, r.Attempt)
	return c.request()
}

// Validate checks the window and the page. It fails with [InvalidRequest], whose
// violations name every invalid field.
func (r *ListPaymentsRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is missing; nothing was sent")
	}
	c := checking()
	c.require(!r.CreatedFrom.IsZero(), "created_from", "must be set")
	c.require(!r.CreatedUntil.IsZero(), "created_until", "must be set")
	c.require(r.CreatedFrom.Before(r.CreatedUntil), "created_until", "must be after created_from")
	requiref(&c, r.PageSize >= 0 && r.PageSize <= MaxPageSize, "page_size", "must be from 0 to %d, not %d", MaxPageSize, r.PageSize)
	c.text("page_token", r.PageToken, MaxURLLength)
	return c.request()
}

// Validate checks that the request can be sent to a provider, which then verifies
// the webhook. It fails with [InvalidRequest], whose violations name every
// invalid field.
func (r *WebhookRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is missing; nothing was sent")
	}
	c := checking()
	c.require(r.Method != "", "method", "must not be empty")
	c.require(utf8.ValidString(r.Method+r.Path+r.Query), "path", "must be valid UTF-8; percent-encode other bytes")
	for name := range r.Headers {
		c.require(headerForm.MatchString(name), "headers", "must have only names that HTTP allows")
	}
	requiref(&c, len(r.Body) <= MaxWebhookBody, "body", "must be at most %d bytes long, not %d", MaxWebhookBody, len(r.Body))
	c.require(!r.ReceivedAt.IsZero(), "received_at", "must be set: the time in the signature is compared with it")
	return c.request()
}
