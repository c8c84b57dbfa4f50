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

// Validate checks the request by itself, without the descriptor. Its error is
// an *Error that names every field that is not legal.
func (r *CreatePaymentRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is nil; nothing was done")
	}
	var c check
	c.attempt("attempt", &r.Attempt, false)
	c.require(r.Reference != "", "reference", "is empty")
	c.text("reference", r.Reference, MaxReferenceLength)
	c.positive("amount", r.Amount)
	c.require(r.Method != "", "method", "is empty")
	c.text("method", r.Method, MaxIDLength)
	c.webURL("return_url", r.ReturnURL)
	c.text("description", r.Description, MaxDescriptionLength)
	c.metadata(r.Metadata)
	if r.Payer != nil {
		c.payer(r.Payer)
	}
	if r.WebhookURL != "" {
		c.webhookURL(r.WebhookURL)
	}
	return c.request()
}

func (c *check) payer(p *Payer) {
	_, err := netip.ParseAddr(p.IP)
	c.require(p.IP == "" || err == nil, "payer.ip", "is not an IP address")
	c.text("payer.locale", p.Locale, 35) // the length that RFC 5646 asks for
	c.require(p.Platform == "" || slices.Contains([]Platform{PlatformWeb, PlatformIOS, PlatformAndroid}, p.Platform),
		"payer.platform", "is not a known platform")
}

func (c *check) webhookURL(raw string) {
	u, err := parseWebURL(raw)
	if err != nil {
		c.require(false, "webhook_url", "%s", err)
		return
	}
	c.require(u.Scheme == "https" || IsLoopback(u), "webhook_url", "must be https unless it is on the host's own machine")
}

// IsLoopback reports whether the URL leads to the machine itself, by the name
// localhost or by a loopback address.
func IsLoopback(u *url.URL) bool {
	host := u.Hostname()
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// headerForm is what RFC 9110 calls a token.
var headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// Validate checks that the request names exactly one payment.
func (r *GetStatusRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is nil; nothing was done")
	}
	var c check
	c.oneOf("payment_id", r.PaymentID, r.Attempt)
	return c.request()
}

// oneOf checks that something is named either by its id or by an attempt.
func (c *check) oneOf(idField, id string, attempt *Attempt) {
	c.require((id == "") != (attempt == nil), "by", "exactly one of %s and attempt must be set", idField)
	if id != "" {
		c.id(idField, id)
	}
	if attempt != nil {
		c.attempt("attempt", attempt, true)
	}
}

// Validate checks that the request names a payment.
func (r *CancelPaymentRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is nil; nothing was done")
	}
	var c check
	c.id("payment_id", r.PaymentID)
	return c.request()
}

// Validate checks the request by itself, without the payment.
func (r *RefundRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is nil; nothing was done")
	}
	var c check
	c.attempt("attempt", &r.Attempt, false)
	c.id("payment_id", r.PaymentID)
	c.positive("amount", r.Amount)
	c.text("reason", r.Reason, MaxDescriptionLength)
	c.metadata(r.Metadata)
	return c.request()
}

// Validate checks that the request names exactly one refund of a payment.
func (r *GetRefundRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is nil; nothing was done")
	}
	var c check
	c.id("payment_id", r.PaymentID)
	c.oneOf("refund_id", r.RefundID, r.Attempt)
	return c.request()
}

// Validate checks window and page.
func (r *ListPaymentsRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is nil; nothing was done")
	}
	var c check
	c.require(!r.CreatedFrom.IsZero(), "created_from", "is absent")
	c.require(!r.CreatedUntil.IsZero(), "created_until", "is absent")
	c.require(r.CreatedFrom.Before(r.CreatedUntil), "created_until", "is not after created_from")
	c.require(r.PageSize >= 0 && r.PageSize <= MaxPageSize, "page_size", "is not between 0 and %d", MaxPageSize)
	c.text("page_token", r.PageToken, MaxURLLength)
	return c.request()
}

// Validate checks that the request can be carried; what is in it is for the
// provider to verify.
func (r *WebhookRequest) Validate() error {
	if r == nil {
		return NewError(InvalidRequest, "the request is nil; nothing was done")
	}
	var c check
	c.require(r.Method != "", "method", "is empty")
	c.require(utf8.ValidString(r.Method+r.Path+r.Query), "path", "is not UTF-8, nor percent-encoded")
	for name := range r.Headers {
		c.require(headerForm.MatchString(name), "headers", "have a name that is not one of HTTP's")
	}
	c.require(len(r.Body) <= MaxWebhookBody, "body", "is %d bytes long; at most %d are allowed", len(r.Body), MaxWebhookBody)
	c.require(!r.ReceivedAt.IsZero(), "received_at", "is absent: it is what the signature's time is compared with")
	return c.request()
}
