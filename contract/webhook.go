package contract

import "time"

// WebhookRequest is a request that arrived at the host's webhook address,
// complete and unchanged.
type WebhookRequest struct {
	// Method is the HTTP method. Path is the path of the URL, percent-encoded as
	// it arrived.
	Method, Path string

	// Query is the raw query of the URL, without the question mark.
	Query string

	// Headers are all headers with all their values. It is guaranteed to a
	// provider that the names have the canonical form of net/textproto, so
	// that http.Header(Headers) works.
	Headers map[string][]string

	// Body is the body, byte for byte, up to 256 KiB, all of which a provider must
	// take. A host must not decode or re-encode it, because signatures cover the
	// bytes.
	Body []byte

	// ReceivedAt is when the request arrived, by the host's clock. The time in
	// a signature is compared with ReceivedAt, and with no other clock.
	ReceivedAt time.Time
}

// WebhookResult is what a verified webhook says.
//
// If ParseWebhook fails, there is no result. The error then decides which HTTP
// status the host sends to the gateway; [WebhookStatus] returns it:
//
//	401  WebhookSignatureMissing, WebhookSignatureInvalid,
//	     WebhookSignatureStale
//	400  WebhookMalformed, InvalidRequest
//	200  ModeMismatch: the host counts the webhook and stores nothing. With
//	     another status, the gateway would send it again for ever.
//	503  any other error, with Retry-After, so that the gateway sends the
//	     webhook again
type WebhookResult struct {
	// Disposition says whether there is something for the host to do.
	Disposition Disposition

	// Kind is the gateway's name for what happened, also if the webhook is
	// ignored. WebhookTerms.AttentionKinds lists the kinds that a person should
	// hear about.
	Kind string

	// Verification says how the provider made sure that the gateway sent the
	// webhook.
	Verification Verification

	// DedupeKey is the same for every delivery of the same event, and for no
	// other event. A host commits it together with what it did about the event.
	// To a delivery whose key it already has, it only sends Ack.
	DedupeKey string

	// Events are what happened: at least one with DispositionEvents, and none
	// with DispositionIgnored.
	Events []Event

	// Ack is the HTTP response that the host sends to the gateway after it has
	// committed.
	Ack Ack
}

// WebhookStatus returns the HTTP status with which a host answers the gateway when
// ParseWebhook returns err; 200 for nil. The body of the answer is empty, so that who
// sends forged webhooks learns nothing.
func WebhookStatus(err error) int {
	const ok, badRequest, unauthorized, unavailable = 200, 400, 401, 503
	switch ReasonOf(err) { //nolint:exhaustive // Another delivery may pass.
	case WebhookSignatureMissing, WebhookSignatureInvalid, WebhookSignatureStale:
		return unauthorized
	case WebhookMalformed, InvalidRequest:
		return badRequest
	case ModeMismatch:
		return ok
	}
	if err == nil {
		return ok
	}
	return unavailable
}

// Disposition says whether a webhook concerns the host.
type Disposition string

// The dispositions. The zero value is never an answer.
const (
	// DispositionEvents means that Events says what happened.
	DispositionEvents Disposition = "EVENTS"

	// DispositionIgnored means that the webhook is genuine, and either of a kind
	// that concerns no payment, or about a payment that was not made through
	// this contract. Whose payment it is, is asked first: what is not the host's
	// is not judged, whatever is in it.
	DispositionIgnored Disposition = "IGNORED"
)

// Verification says how a provider verifies that the gateway sent a webhook.
type Verification string

// The ways to verify a webhook. The zero value is never an answer.
const (
	// VerificationSignature means that the bytes are signed with a secret that
	// is shared with the gateway.
	VerificationSignature Verification = "SIGNATURE"

	// VerificationFetched means that the webhook was used only as a hint. The
	// provider read the event and its payment from the gateway, and nothing in
	// the event is from the body of the webhook.
	VerificationFetched Verification = "FETCHED"
)

// Event is one thing that happened to a payment or a refund. Exactly one of
// Payment and Refund is set.
type Event struct {
	// Kind is the gateway's name for what happened.
	Kind string

	// OccurredAt is when it happened, by the gateway's clock.
	OccurredAt time.Time

	// Payment or Refund is the state that the event reports. Its status is
	// translated as in GetStatus (GetRefund).
	Payment *Payment
	Refund  *Refund

	// Authoritative is true only if the provider read the payment (refund) from
	// the gateway during this call. Otherwise the event is a snapshot that may
	// be late or out of order, and the host must call GetStatus (GetRefund)
	// before it changes anything.
	Authoritative bool
}

// Ack is the HTTP response that the gateway expects.
type Ack struct {
	Status  int                 // HTTP status, 200 to 299
	Headers map[string][]string // may be nil
	Body    []byte              // may be nil
}
