package contract

import "time"

// WebhookRequest is a request that came to the host's webhook address, whole
// and unchanged.
type WebhookRequest struct {
	// Method is the HTTP method, and Path the path of the URL, percent-encoded
	// as it came.
	Method, Path string

	// Query is the raw query of the URL, without the question mark.
	Query string

	// Headers are all headers with all their values. It is guaranteed to a
	// provider that the names have the canonical form of net/textproto, so
	// that http.Header(Headers) works.
	Headers map[string][]string

	// Body is the body byte for byte, up to 256 KiB. A host must not decode or
	// re-encode it, since signatures cover the bytes.
	Body []byte

	// ReceivedAt is when the request arrived, by the host's clock. The time in
	// a signature is compared with it, and with no other clock.
	ReceivedAt time.Time
}

// WebhookResult is what a verified webhook says.
//
// When ParseWebhook fails there is no result, and the host answers the gateway
// by the error: for [WebhookSignatureMissing], [WebhookSignatureInvalid] and
// [WebhookSignatureStale] 401, for [WebhookMalformed] and [InvalidRequest]
// 400, for [ModeMismatch] 200 (the host counts it and stores nothing, since the
// gateway would send it for ever), for anything else 503 with Retry-After, so
// that the gateway sends it again.
type WebhookResult struct {
	// Disposition says whether there is something for the host to do.
	Disposition Disposition

	// Kind is the gateway's own word for what happened, also when the webhook
	// is ignored. WebhookTerms.AttentionKinds names those that a person should
	// hear of.
	Kind string

	// Verification is how the provider made sure that the gateway sent it.
	Verification Verification

	// DedupeKey is the same for every delivery of the same event, and for no
	// other. A host commits it together with what it did about the event, and
	// answers a delivery whose key it has with Ack alone.
	DedupeKey string

	// Events are what happened, with DispositionEvents at least one; with
	// DispositionIgnored there are none.
	Events []Event

	// Ack is what the host answers the gateway after it has committed.
	Ack Ack
}

// Disposition says whether a webhook concerns the host.
type Disposition string

// The dispositions. The zero value is never an answer.
const (
	// DispositionEvents means that Events tells what happened.
	DispositionEvents Disposition = "EVENTS"

	// DispositionIgnored means that the webhook is genuine and of a kind that
	// concerns no payment, or about a payment that was not made through this
	// contract.
	DispositionIgnored Disposition = "IGNORED"
)

// Verification is how a webhook was found to be the gateway's.
type Verification string

// The ways to verify. The zero value is never an answer.
const (
	// VerificationSignature means that a secret shared with the gateway signed
	// the bytes.
	VerificationSignature Verification = "SIGNATURE"

	// VerificationFetched means that the webhook was taken as a hint only: the
	// event and the payment in it were read back from the gateway, and nothing
	// of the body is in the event.
	VerificationFetched Verification = "FETCHED"
)

// Event is one thing that happened to a payment or a refund. Exactly one of
// Payment and Refund is set.
type Event struct {
	// Kind is the gateway's own word for what happened.
	Kind string

	// OccurredAt is when it happened, by the gateway's clock.
	OccurredAt time.Time

	// Payment or Refund is the state that the event tells of. Its status comes
	// from the same table as that of GetStatus.
	Payment *Payment
	Refund  *Refund

	// Authoritative is true only if the provider read the payment (refund) at
	// the gateway during this call. Otherwise this is a snapshot that may be
	// late or out of order, and the host must call GetStatus (GetRefund)
	// before it changes anything.
	Authoritative bool
}

// Ack is the HTTP answer that the gateway expects.
type Ack struct {
	Status  int                 // HTTP status, 200 to 299
	Headers map[string][]string // may be nil
	Body    []byte              // may be nil
}
